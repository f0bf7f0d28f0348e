package io.github.implicitbias.run;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Asks a run file everything that a run can be asked, and notes how long each answer takes. */
public final class Questions {

  /** How long each answer took, in milliseconds of the processor, by what was asked. */
  public final Map<String, Long> millis = new LinkedHashMap<>();

  /** The number of records, -1 if the file was refused. */
  public long records = -1;

  /** What was refused with the exception that is documented for it. */
  public final TreeSet<String> refused = new TreeSet<>();

  private interface Question {
    void ask() throws IOException;
  }

  /** In a process of its own, with little memory: prints the answers. */
  public static void main(String[] args) throws IOException {
    Questions questions = new Questions();
    questions.ask(Path.of(args[0]), Path.of(args[1]));
    System.out.println("records " + questions.records);
    System.out.println("refused " + String.join(",", questions.refused));
    questions.millis.forEach((what, took) -> System.out.println("took " + what + " " + took));
  }

  /** Asks everything; what is thrown beside the documented exceptions is thrown here. */
  public void ask(Path file, Path folder) throws IOException {
    Run[] opened = {null};
    try {
      time("open", () -> opened[0] = RunFile.open(file));
    } catch (BlockFormatException e) {
      refused.add("open");
      return;
    }
    Run run = opened[0];
    records = run.size();
    RunHeader header = run.header();
    time("verdicts", run::verdicts);
    time("events", run::events);
    time("gaps", run::gaps);
    for (int column : ends(header.columns().size())) {
      String name = header.columns().get(column).name();
      time("series", () -> run.series(name, 1000));
      time("metric", () -> run.metric(name));
      time("latest", () -> run.latest(name));
    }
    for (long step : new long[] {run.firstStep(), run.lastStep() / 2, run.lastStep()}) {
      long there = run.stepAtOrBefore(step);
      time("values", () -> run.values(there));
      time("stepAfter", () -> run.stepAfter(step));
      for (int layer : ends(header.layers().size())) {
        time("patternAt", () -> run.patternAt(there, layer));
        String name = header.layers().get(layer).name();
        time("flipsAt", () -> run.flipsAt(there, name));
      }
    }
    for (int layer : ends(header.layers().size())) {
      askLayer(run, header.layers().get(layer));
    }
    for (int column : ends(header.sampleColumns().size())) {
      String name = header.sampleColumns().get(column).name();
      time("sampleValues", () -> run.sampleValues(name, run.lastStep()));
      if (header.samples() > 0) {
        time("sampleSeries", () -> run.sampleSeries(name, header.samples() - 1));
      }
    }
    for (int column : ends(header.unitColumns().size())) {
      Column unit = header.unitColumns().get(column);
      TrackedLayer layer = header.layers().get(unit.layer());
      time("unitValues", () -> run.unitValues(unit.id(), layer.name(), run.lastStep()));
      time("unitSeries", () -> run.unitSeries(unit.id(), layer.name(), 0));
    }
    time("visits", () -> run.visits().epochs());
    time("suspects", () -> run.visits().suspects());
    time("writeCsv", () -> run.writeCsv(folder.resolve("csv")));
    time("writeJson", () -> run.writeJson(folder.resolve("run.json"), true));
    Files.delete(folder.resolve("run.json"));
  }

  private void askLayer(Run run, TrackedLayer layer) throws IOException {
    time("flipsOf", () -> run.flipsOf(layer.name(), layer.units() - 1));
    time("flipsOfSample", () -> run.flipsOfSample(layer.name(), 0));
    time("eventsOfKind", () -> run.events(EventKind.UNIT_DIED, layer.name()));
    try {
      time(
          "flipHistory",
          () -> {
            FlipHistory history = run.flipHistory(layer.name());
            history.flipsOfUnit(layer.units() - 1, FlipKind.ACTIVATION);
            history.unitsWith(EventKind.UNIT_LINEAR);
          });
    } catch (IllegalStateException e) {
      refused.add("flipHistory");
    }
  }

  private void time(String what, Question question) throws IOException {
    long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    try {
      question.ask();
    } finally {
      long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun;
      millis.merge(what, took / 1_000_000, Math::max);
    }
  }

  private static List<Integer> ends(int count) {
    return List.copyOf(
        count == 0 ? List.<Integer>of() : new TreeSet<>(List.of(0, count / 2, count - 1)));
  }
}
