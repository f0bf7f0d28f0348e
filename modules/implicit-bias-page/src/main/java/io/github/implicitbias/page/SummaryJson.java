package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunSummary;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitEpoch;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the training is, as JSON of bounded size: headline, tiles, findings, numbers of epochs. */
final class SummaryJson {

  /** Findings in one answer; the gravest. */
  static final int MAX_FINDINGS = 200;

  /** Epochs of which numbers are sent, evenly spread. */
  static final int MAX_EPOCHS = 500;

  private static final int MAX_TEXT = 2_000;
  private static final int MAX_EVIDENCE = 60;
  private static final int MAX_BYTES = 500_000;

  private SummaryJson() {}

  /** Returns what is known by now; a run without findings has an empty list of them. */
  static ObjectNode of(Run run) {
    RunSummary summary = run.summary();
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("level", summary.level().id());
    ArrayNode headline = answer.putArray("headline");
    summary.headline().forEach(sentence -> headline.add(Values.cut(sentence, MAX_TEXT)));
    answer.put("next", Values.cut(summary.next(), MAX_TEXT));
    ObjectNode counts = answer.putObject("counts");
    for (Finding.Level level : Finding.Level.values()) {
      if (level != Finding.Level.NOTHING) {
        counts.put(level.id(), summary.count(level));
      }
    }
    new SummaryTiles(run, summary).addTo(answer.putArray("tiles"));
    findings(answer.putArray("findings"), summary.findings());
    epochs(answer.putObject("epochs"), run);
    Finding lost = summary.of("notFinite");
    Values.place(answer, "lostSince", lost == null ? -1 : lost.since());
    Values.place(answer, "lastFinite", lost == null ? -1 : run.stepAtOrBefore(lost.since() - 1));
    return answer;
  }

  private static void findings(ArrayNode into, List<Finding> findings) {
    TextBudget room = new TextBudget(MAX_BYTES);
    for (Finding finding : findings) {
      if (into.size() == MAX_FINDINGS || !room.take(finding.toString(), MAX_TEXT)) {
        return;
      }
      ObjectNode node = into.addObject();
      node.put("rule", Values.cut(finding.rule(), MAX_TEXT));
      node.put("level", finding.level().id());
      node.put("subject", finding.subject().id());
      node.put("text", Values.cut(finding.text(), MAX_TEXT));
      Values.place(node, "since", finding.since());
      node.put("advice", Values.cut(finding.advice(), MAX_TEXT));
      node.put("threshold", Values.cut(finding.threshold(), MAX_TEXT));
      ArrayNode evidence = node.putArray("evidence");
      for (Map.Entry<String, String> one : finding.evidence().entrySet()) {
        if (evidence.size() < MAX_EVIDENCE && room.take(one.getKey() + one.getValue(), 10)) {
          evidence
              .addArray()
              .add(Values.cut(one.getKey(), 200))
              .add(Values.cut(one.getValue(), 200));
        }
      }
      node.put("href", part(finding.subject()));
      Values.place(node, "layer", finding.layer());
      Values.place(node, "unit", finding.unit());
      Values.place(node, "sample", finding.sample());
    }
  }

  /** Returns the part of the page in which a subject is seen. */
  static String part(Finding.Subject subject) {
    switch (subject) {
      case UNITS:
        return "network";
      case LABELS:
      case FORGETTING:
        return "samples";
      case UPDATE:
      case PATTERN:
        return "geometry";
      case WATCHING:
        return "numbers";
      default:
        return "summary";
    }
  }

  /** Numbers of the epochs of visits, and of the test set at the first look after each. */
  private static void epochs(ObjectNode into, Run run) {
    ArrayNode steps = into.putArray("step");
    ArrayNode train = into.putArray("train");
    ArrayNode test = into.putArray("test");
    ArrayNode right = into.putArray("right");
    ArrayNode testRight = into.putArray("testRight");
    Series losses = series(run, "testLoss", MAX_EPOCHS);
    Series answers = series(run, "testAccuracy", MAX_EPOCHS);
    List<VisitEpoch> all = run.visits().isEmpty() ? List.of() : run.visits().epochs();
    if (all.isEmpty()) {
      for (int i = 0; losses != null && i < losses.size(); i++) {
        steps.add(losses.step(i));
        train.addNull();
        right.addNull();
        Values.add(test, losses.value(i));
        Values.add(testRight, after(answers, losses.step(i), losses.step(i) + 1));
      }
      return;
    }
    int count = Math.min(all.size(), MAX_EPOCHS);
    for (int k = 0; k < count; k++) {
      int at = count == 1 ? all.size() - 1 : (int) ((long) k * (all.size() - 1) / (count - 1));
      VisitEpoch epoch = all.get(at);
      long next = at + 1 < all.size() ? all.get(at + 1).lastStep() + 1 : Long.MAX_VALUE;
      steps.add(epoch.lastStep());
      Values.add(train, epoch.number(EpochNumber.MEAN_LOSS));
      Values.add(right, epoch.number(EpochNumber.ACCURACY));
      Values.add(test, after(losses, epoch.lastStep() + 1, next));
      Values.add(testRight, after(answers, epoch.lastStep() + 1, next));
    }
  }

  /** Returns the first value from a step on and before another, absent if there is none. */
  private static double after(@Nullable Series series, long from, long to) {
    for (int i = 0; series != null && i < series.size(); i++) {
      if (series.step(i) >= from && series.step(i) < to) {
        return series.value(i);
      }
    }
    return Absent.VALUE;
  }

  /** Returns a number of the whole network over the steps, null if the run has none. */
  static @Nullable Series series(Run run, String id, int points) {
    List<Column> columns = run.header().columns();
    for (Column column : columns) {
      boolean isNumber = column.kind() == Column.Kind.METRIC || column.kind() == Column.Kind.BASIC;
      if (isNumber && column.layer() < 0 && column.id().equals(id)) {
        Series found = known(run.series(column.name(), points));
        return found.size() == 0 ? null : found;
      }
    }
    return null;
  }

  /** Leaves out what is absent. */
  private static Series known(Series all) {
    int count = 0;
    long[] steps = new long[all.size()];
    double[] values = new double[all.size()];
    for (int i = 0; i < all.size(); i++) {
      if (!Absent.is(all.value(i))) {
        steps[count] = all.step(i);
        values[count++] = all.value(i);
      }
    }
    return Series.of(java.util.Arrays.copyOf(steps, count), java.util.Arrays.copyOf(values, count));
  }
}
