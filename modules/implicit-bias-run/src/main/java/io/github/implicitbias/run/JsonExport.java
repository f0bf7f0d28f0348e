package io.github.implicitbias.run;

import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Writes a run as one JSON object (docs/format.md), block by block. */
final class JsonExport {

  private final Run run;
  private final RunHeader header;
  private final int blocks;
  private final JsonText json;

  private JsonExport(Run run, JsonText json) {
    this.run = run;
    this.header = run.header();
    this.blocks = run.blocks();
    this.json = json;
  }

  /**
   * Writes a run.
   *
   * @param patterns true to write patterns too, at every step at which they change
   * @throws IOException if the file cannot be written
   */
  public static void write(Run run, Path file, boolean patterns) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      JsonExport export = new JsonExport(run, new JsonText(out));
      export.json.open('{');
      export.header();
      export.schema();
      export.rows();
      export.sampleRows();
      export.unitRows();
      export.events();
      export.verdicts();
      export.findings();
      export.field("visits");
      new VisitsJson(run, export.json).write();
      if (patterns) {
        export.patterns();
      }
      export.json.close('}');
      out.write("\n");
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private JsonText field(String name) {
    return json.line().name(name);
  }

  private void header() {
    field("format").text("dl4j-implicit-bias run");
    field("formatVersion").number(Frame.VERSION);
    field("runId").text(header.id().toString());
    field("follows");
    if (header.follows().isPresent()) {
      json.text(header.follows().get().toString());
    } else {
      json.nothing();
    }
    field("name").text(header.name());
    field("note").text(header.note());
    field("tags").open('{');
    for (Map.Entry<String, String> tag : header.tags().entrySet()) {
      json.name(tag.getKey()).text(tag.getValue());
    }
    json.close('}');
    field("sessionId").text(header.sessionId());
    field("workerId").text(header.workerId());
    field("startedAt").number(header.startedAt());
    field("provenance").open('{');
    for (Map.Entry<String, String> entry : header.provenance().entrySet()) {
      json.name(entry.getKey()).text(entry.getValue());
    }
    json.close('}');
    field("layers").open('[');
    for (TrackedLayer layer : header.layers()) {
      json.open('{').name("name").text(layer.name()).name("index").number(layer.index());
      json.name("units").number(layer.units()).name("activation").text(layer.activation());
      json.name("axes").text(layer.axes()).name("shape");
      numbers(layer.shape());
      json.name("grouped").truth(layer.isGrouped()).close('}');
    }
    json.close(']');
    field("sampleIds");
    numbers(header.sampleIds());
    field("sampleClasses");
    numbers(header.sampleClasses());
    field("exactSince").number(run.exactSince());
    field("gaps").open('[');
    for (Gap gap : run.gaps()) {
      json.open('{').name("after").number(gap.after()).name("before").number(gap.before());
      json.close('}');
    }
    json.close(']');
    field("verdictStates").open('[');
    for (Verdict.State state : Verdict.State.values()) {
      json.text(state.id());
    }
    json.close(']');
  }

  private void findings() {
    RunSummary summary = run.summary();
    field("headline").open('[');
    summary.headline().forEach(json::text);
    json.close(']');
    field("findings").open('[');
    for (Finding finding : summary.findings()) {
      json.line().open('{').name("rule").text(finding.rule());
      json.name("level").text(finding.level().id());
      json.name("subject").text(finding.subject().id()).name("text").text(finding.text());
      json.name("since");
      if (finding.since() < 0) {
        json.nothing();
      } else {
        json.number(finding.since());
      }
      json.name("advice").text(finding.advice()).name("threshold").text(finding.threshold());
      json.name("evidence").open('{');
      finding.evidence().forEach((what, number) -> json.name(what).text(number));
      json.close('}').close('}');
    }
    json.close(']');
  }

  private void verdicts() {
    field("verdicts").open('[');
    for (RunVerdict verdict : run.verdicts()) {
      json.line().open('{').name("id").text(verdict.id());
      json.name("statement").text(verdict.statement());
      json.name("source").text(verdict.source()).name("tolerance").text(verdict.tolerance());
      json.name("state");
      if (verdict.state() == null) {
        json.nothing();
      } else {
        json.text(verdict.state().id());
      }
      json.name("step");
      if (verdict.step() < 0) {
        json.nothing();
      } else {
        json.number(verdict.step());
      }
      json.name("measured").number(verdict.measured()).name("bound").number(verdict.bound());
      json.name("detail").text(verdict.detail());
      conditions(verdict.conditions());
      json.close('}');
    }
    json.close(']');
  }

  private void conditions(List<Condition> conditions) {
    json.name("conditions").open('[');
    for (Condition condition : conditions) {
      json.open('{').name("met").truth(condition.isMet());
      json.name("text").text(condition.text()).close('}');
    }
    json.close(']');
  }

  private void numbers(int[] numbers) {
    json.open('[');
    for (int number : numbers) {
      json.number(number);
    }
    json.close(']');
  }

  private void names(List<Column> columns) {
    for (Column column : columns) {
      json.text(column.name());
    }
    json.close(']');
  }

  /** Says what each column is. */
  private void schema() {
    field("schema").open('[');
    for (List<Column> list :
        List.of(header.columns(), header.sampleColumns(), header.unitColumns())) {
      for (Column column : list) {
        Definition words = column.definition();
        json.line().open('{').name("name").text(column.name()).name("id").text(column.id());
        json.name("kind").text(column.kind().id()).name("scope").text(column.scope().id());
        index("layer", column.layer());
        index("prediction", column.prediction());
        json.name("title").text(words.title()).name("unit").text(words.unit());
        json.name("group").text(words.group()).name("formula").text(words.formula()).close('}');
      }
    }
    json.close(']');
  }

  private void rows() {
    field("columns").open('[').text("step").text("epoch");
    names(header.columns());
    field("rows").open('[');
    int columns = header.columns().size();
    run.visitBlocks(
        blocks,
        record -> {
          json.line().open('[').number(record.step()).number(record.epoch());
          for (int k = 0; k < columns; k++) {
            json.number(record.value(k));
          }
          json.close(']');
        });
    json.close(']');
  }

  private void sampleRows() {
    field("sampleColumns").open('[');
    names(header.sampleColumns());
    field("sampleRows").open('[');
    run.visitBlocks(
        blocks,
        new StepVisitor() {
          @Override
          public void sampleValues(int column, double[] values) {
            json.line().open('{').name("step").number(step).name("column");
            json.text(header.sampleColumns().get(column).name()).name("values").open('[');
            for (double value : values) {
              json.number(value);
            }
            json.close(']').close('}');
          }
        });
    json.close(']');
  }

  private void unitRows() {
    field("unitColumns").open('[');
    for (Column column : header.unitColumns()) {
      json.open('{').name("name").text(column.id());
      json.name("layer").text(header.layers().get(column.layer()).name()).close('}');
    }
    json.close(']');
    field("unitRows").open('[');
    run.visitBlocks(
        blocks,
        new StepVisitor() {
          @Override
          public void unitValues(int column, double[] values) {
            Column of = header.unitColumns().get(column);
            json.line().open('{').name("step").number(step).name("layer");
            json.text(header.layers().get(of.layer()).name());
            json.name("column").text(of.id()).name("values").open('[');
            for (double value : values) {
              json.number(value);
            }
            json.close(']').close('}');
          }
        });
    json.close(']');
  }

  private void events() {
    field("events").open('[');
    run.visitBlocks(
        blocks,
        new StepVisitor() {
          @Override
          public void event(Event event) {
            json.line().open('{').name("step").number(event.step());
            json.name("kind").text(event.kind().id()).name("layer");
            if (event.layer() < 0) {
              json.nothing();
            } else {
              json.text(header.layers().get(event.layer()).name());
            }
            index("unit", event.unit());
            index("sample", event.sample());
            index("prediction", event.prediction());
            if (event.prediction() >= 0) {
              json.name("measured").number(event.measured());
              json.name("bound").number(event.bound());
            }
            json.name("detail").text(event.detail());
            conditions(event.conditions());
            json.close('}');
          }
        });
    json.close(']');
  }

  private void index(String name, int value) {
    json.name(name);
    if (value < 0) {
      json.nothing();
    } else {
      json.number(value);
    }
  }

  private void patterns() {
    field("patterns").open('[');
    run.visitBlocks(
        blocks,
        new PatternRows(
            run,
            (step, layer, unit, hex) -> {
              json.line().open('{').name("step").number(step);
              json.name("layer").text(header.layers().get(layer).name());
              json.name("unit").number(unit).name("pattern").text(hex).close('}');
            }));
    json.close(']');
  }
}
