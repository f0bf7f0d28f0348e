package io.github.implicitbias.page;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.VisitTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * A run as script elements of a page that has no server to ask: what {@code embedded.js} reads.
 *
 * <p>Everything that concerns a run as a whole is an answer as the server's. Of the records there
 * are as many as are asked for, evenly spread over the steps: the values of all columns, what is
 * new of the rows (values per sample or per unit), and the patterns, in chunks whose first pattern
 * is whole and of whose others there is the difference.
 */
final class RunData {

  /** Points of one series, and of all. */
  private static final int SERIES_POINTS = 2_000;

  private static final int ALL_POINTS = 300_000;

  private static final int FEWEST_POINTS = 200;

  private static final int MAX_EVENTS = 50_000;

  private static final int UNIT_POINTS = 256;

  /** Samples of which all that is known is in a file. */
  static final int MAX_VISITED = 100_000;

  /** Classes of which a file has a map of their own. */
  private static final int MAX_MAPS = 40;

  /** Patterns in a file: of a run with very many layers there are fewer records. */
  private static final int MAX_PATTERNS = 2_000_000;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final RunAnswers answers;
  private final Scripts scripts;

  /** Layers whose flips over time a file has. */
  private static final int MAX_FLIPS = 200;

  private final Run run;
  private final RunHeader header;
  private final ObjectNode kept = JSON.objectNode();
  private final long[] steps;
  private final long records;
  private final FileRecords writer;

  /**
   * Prepares the data of a run.
   *
   * @param followed the run, whole, which does not grow any more
   * @param most greatest number of records
   * @param scripts writes the script elements
   */
  RunData(FollowedRun followed, int most, Scripts scripts) {
    this.answers = new RunAnswers(followed);
    this.scripts = scripts;
    run = followed.run();
    header = run.header();
    records = run.size();
    int layers = Math.max(1, HeaderJson.layers(header).size());
    steps = spread(run, records, Math.max(2, Math.min(most, MAX_PATTERNS / layers)));
    writer = new FileRecords(header, followed.view().rows, steps, scripts);
  }

  /** All steps, or so many of them, evenly spread; the first and the last always. */
  private static long[] spread(Run run, long records, int most) {
    if (records <= most) {
      List<Long> all = new ArrayList<>();
      run.visit(
          new RecordVisitor() {
            @Override
            public void record(Record record) {
              all.add(record.step());
            }
          });
      return all.stream().mapToLong(step -> step).toArray();
    }
    long[] some = new long[most];
    int count = 0;
    for (long wanted : EvenSteps.between(run.firstStep(), run.lastStep(), most)) {
      long step = run.stepAtOrBefore(wanted);
      if (count == 0 || step > some[count - 1]) {
        some[count++] = step;
      }
    }
    return Arrays.copyOf(some, count);
  }

  /** So many records may fit if all did not: those already written, less what the rest needs. */
  int fewer() {
    int written = writer.written();
    int fewer = written > 0 ? (int) (0.92 * written) : steps.length / 4;
    return steps.length <= 2 ? 0 : Math.max(2, Math.min(steps.length - 1, fewer));
  }

  void write() throws Refusal, IOException {
    answers();
    visits();
    series();
    try {
      run.visit(writer);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    writer.finish();
    if (writer.written() < steps.length) {
      throw new IOException("Records of the run can no longer be read");
    }
    ObjectNode index = JSON.objectNode();
    index.put("of", records);
    index.put("written", System.currentTimeMillis());
    writer.describe(index);
    scripts.write("index", index);
  }

  private ObjectNode ask(String name, Object... parameters) throws Refusal {
    Question question = new Question(name);
    for (int k = 0; k < parameters.length; k += 2) {
      question.with(parameters[k].toString(), parameters[k + 1]);
    }
    return answers.answer(question);
  }

  /** The name of an answer: that of the question, and what makes another answer of it. */
  static String key(String name, Object... parameters) {
    List<String> parts = new ArrayList<>();
    for (int k = 0; k < parameters.length; k += 2) {
      parts.add("\n" + parameters[k] + "=" + parameters[k + 1]);
    }
    parts.sort(null);
    return name + String.join("", parts);
  }

  private void keep(String name, Object... parameters) throws Refusal {
    kept.set(key(name, parameters), ask(name, parameters));
  }

  /** Further questions are named here. */
  private void answers() throws Refusal, IOException {
    kept.putObject("runs").putArray("runs").add(RunJson.entry(new RunCatalog.Entry(header, false)));
    keep("run");
    progress();
    keep("verdicts");
    keep("summary");
    keep("network");
    keep("means");
    for (int layer = 0; layer < Math.min(MAX_FLIPS, HeaderJson.layers(header).size()); layer++) {
      keep("flips", "layer", layer);
    }
    if (!run.visits().isEmpty()) {
      keep("visits");
    }
    for (JsonNode column : kept.get("run").get("sampleColumns")) {
      keep("sampleSeries", "column", column.get("name").asText());
    }
    for (JsonNode column : kept.get("run").get("unitColumns")) {
      String key = key("unitSeries", "layer", column.get("layer").asInt());
      if (column.get("layer").isInt() && !kept.has(key)) {
        int layer = column.get("layer").asInt();
        kept.set(key, ask("unitSeries", "layer", layer, "points", UNIT_POINTS));
      }
    }
    scripts.write("answers", kept);
    samples();
    for (JsonNode epoch : kept.at("/network/epochs/epoch")) {
      scripts.write("shares-" + epoch.asInt(), ask("shares", "epoch", epoch.asInt()));
    }
  }

  /** The maps of all and of each class, and the suspects, page by page. */
  private void samples() throws Refusal, IOException {
    JsonNode found = kept.path("visits");
    for (JsonNode measure : found.path("measures")) {
      for (int c = -1; c < Math.min(MAX_MAPS, found.get("classes").size()); c++) {
        ObjectNode map = ask("dataMap", "measure", measure.asText(), "class", c);
        scripts.write("map-" + measure.asText() + "-" + (c < 0 ? "all" : c), map);
      }
    }
    for (int from = 0; from < found.at("/suspects/told").asInt(); ) {
      ObjectNode page = ask("suspects", "from", from);
      scripts.write("suspects-" + from, page);
      from += page.get("list").size();
    }
  }

  /** What is known of all samples, if they are not so many that little else would have room. */
  private void visits() throws IOException {
    VisitTable table = run.visits().samples();
    if (table == null || table.size() > MAX_VISITED) {
      return;
    }
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (Writer out =
        new OutputStreamWriter(new GZIPOutputStream(packed), StandardCharsets.UTF_8)) {
      run.visits().writeSamples(out);
    }
    scripts.write("visits", packed);
  }

  private void progress() throws Refusal {
    ObjectNode progress = ask("progress");
    ArrayNode events = (ArrayNode) progress.get("events");
    int all = progress.get("eventCount").asInt();
    while (events.size() < Math.min(all, MAX_EVENTS)) {
      JsonNode more = ask("progress", "events", events.size()).get("events");
      if (more.isEmpty()) {
        break;
      }
      more.forEach(events::add);
    }
    kept.set("progress", progress);
  }

  private void series() throws Refusal, IOException {
    List<Column> columns = HeaderJson.columns(header);
    int points =
        Math.max(FEWEST_POINTS, Math.min(SERIES_POINTS, ALL_POINTS / Math.max(1, columns.size())));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = scripts.generator(bytes)) {
      json.writeStartObject();
      for (Column column : columns) {
        json.writeFieldName(column.name());
        ObjectNode found = ask("series", "column", column.name(), "points", points);
        json.writeTree(found.get("columns").get(column.name()));
      }
      json.writeEndObject();
    }
    scripts.write("series", bytes);
  }
}
