package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVisits;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitSuspects;
import io.github.implicitbias.run.format.VisitTable;
import java.util.Arrays;
import java.util.List;

/** The visits of a run as JSON of bounded size. */
final class VisitJson {

  /** Epochs of which numbers are sent. */
  static final int MAX_EPOCHS = 500;

  /** Features of which the values are sent, where samples have no picture. */
  static final int MAX_FEATURES = 12;

  /** Cells of the histogram of the mean margins of a class. */
  static final int BINS = 48;

  private static final int MAX_TEXT = 60;
  private static final int MAX_STATUS = 2_000;

  private static final EpochNumber[] TOLD = {
    EpochNumber.ACCURACY,
    EpochNumber.MEAN_LOSS,
    EpochNumber.LEARNED,
    EpochNumber.FORGOTTEN,
    EpochNumber.NEVER_LEARNED
  };

  private VisitJson() {}

  /**
   * Returns what visits have shown.
   *
   * @throws Refusal if the run has none
   */
  static ObjectNode of(FollowedRun.View view) throws Refusal {
    Run run = view.run;
    RunVisits visits = run.visits();
    if (visits.isEmpty()) {
      throw new Refusal(404, "The run has no visits.");
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    epochs(answer.putObject("epochs"), visits.epochs());
    VisitDigest digest = view.digest();
    answer.put("samples", digest == null ? 0 : digest.table.size());
    if (digest != null) {
      VisitTable table = digest.table;
      answer.put("status", Values.cut(table.status(), MAX_STATUS));
      answer.put("step", table.step());
      answer.put("epoch", table.epoch());
      answer.put("isLast", table.isLast());
      ArrayNode measures = answer.putArray("measures");
      DataMapJson.MEASURES.stream()
          .filter(measure -> DataMapJson.has(digest, measure))
          .forEach(measures::add);
      ArrayNode epochs = answer.putArray("tableEpochs");
      digest.epochs.forEach(epochs::add);
      ArrayNode steps = answer.putArray("tableSteps");
      digest.lastSteps.forEach(steps::add);
      classes(answer, digest);
      suspects(answer.putObject("suspects"), run.header().featureNames(), table);
    }
    return answer;
  }

  private static void classes(ObjectNode answer, VisitDigest digest) {
    VisitTable table = digest.table;
    int count = digest.classes();
    double[] range = {Double.MAX_VALUE, -Double.MAX_VALUE};
    int[] sizes = new int[count];
    int[] right = new int[count];
    int[] judged = new int[count];
    int others = 0;
    for (int i = 0; i < table.size(); i++) {
      int label = table.whole(VisitColumn.LABEL, i);
      if (label < 0 || label >= count) {
        others++;
        continue;
      }
      sizes[label]++;
      right[label] += Math.max(0, table.whole(VisitColumn.CORRECT, i));
      judged[label] += table.whole(VisitColumn.CORRECT, i) < 0 ? 0 : 1;
      double margin = table.number(VisitColumn.MEAN_MARGIN, i);
      if (Double.isFinite(margin) && !Absent.is(margin)) {
        range[0] = Math.min(range[0], margin);
        range[1] = Math.max(range[1], margin);
      }
    }
    boolean has = range[1] >= range[0];
    range[1] = range[1] > range[0] ? range[1] : range[0] + 1;
    int[][] bins = has ? bins(table, count, range) : new int[count][0];
    int[] suspects = new int[count];
    for (int sample : table.suspects().samples()) {
      int label = table.whole(VisitColumn.LABEL, sample);
      if (label >= 0 && label < count) {
        suspects[label]++;
      }
    }
    ArrayNode ends = answer.putArray("marginRange");
    if (has) {
      ends.add((float) range[0]).add((float) range[1]);
    }
    answer.put("samplesOfOtherClasses", others);
    ArrayNode classes = answer.putArray("classes");
    for (int c = 0; c < count; c++) {
      ObjectNode node = classes.addObject();
      node.put("name", Values.cut(table.className(c), MAX_TEXT));
      node.put("n", sizes[c]).put("right", right[c]).put("judged", judged[c]);
      node.put("suspects", suspects[c]);
      ArrayNode histogram = node.putArray("histogram");
      Arrays.stream(bins[c]).forEach(histogram::add);
      ArrayNode band = node.putArray("band");
      for (double[][] epoch : digest.bands) {
        ArrayNode one = band.addArray();
        for (double margin : epoch[c]) {
          Values.add(one, Absent.is(margin) ? margin : (float) margin);
        }
      }
    }
  }

  private static int[][] bins(VisitTable table, int classes, double[] range) {
    int[][] bins = new int[classes][BINS];
    for (int i = 0; i < table.size(); i++) {
      int label = table.whole(VisitColumn.LABEL, i);
      double margin = table.number(VisitColumn.MEAN_MARGIN, i);
      if (label >= 0 && label < classes && Double.isFinite(margin) && !Absent.is(margin)) {
        double part = (margin - range[0]) / (range[1] - range[0]);
        bins[label][Math.max(0, Math.min(BINS - 1, (int) (BINS * part)))]++;
      }
    }
    return bins;
  }

  private static void epochs(ObjectNode into, List<VisitEpoch> all) {
    int count = Math.min(all.size(), MAX_EPOCHS);
    into.put("of", all.size());
    ArrayNode numbers = into.putArray("epoch");
    ArrayNode steps = into.putArray("lastStep");
    for (EpochNumber what : TOLD) {
      into.putArray(what.id());
    }
    for (int k = 0; k < count; k++) {
      // Evenly spread, the first and the last among them.
      int at = count == 1 ? 0 : (int) ((long) k * (all.size() - 1) / (count - 1));
      VisitEpoch epoch = all.get(at);
      numbers.add(epoch.epoch());
      steps.add(epoch.lastStep());
      for (EpochNumber what : TOLD) {
        Values.add((ArrayNode) into.get(what.id()), epoch.number(what));
      }
    }
  }

  /** What is known of all suspects together; they are told page by page. */
  private static void suspects(ObjectNode into, List<String> given, VisitTable table) {
    VisitSuspects suspects = table.suspects();
    into.put("count", suspects.size());
    into.put("told", Math.min(suspects.size(), VisitedSampleJson.MAX_SUSPECTS));
    into.put("page", VisitedSampleJson.page(table));
    Values.put(into, "threshold", suspects.threshold());
    Values.put(into, "expectedByChance", suspects.expectedByChance());
    into.put("reason", Values.cut(suspects.reason(), MAX_STATUS));
    int[] shape = table.pictureShape();
    if (shape.length > 0) {
      ArrayNode lengths = into.putArray("pictureShape");
      Arrays.stream(shape).forEach(lengths::add);
    }
    int count = Math.min(MAX_FEATURES, table.shownFeatures());
    into.put("featureCount", Math.max(given.size(), table.shownFeatures()));
    ArrayNode names = into.putArray("features");
    for (int k = 0; k < count; k++) {
      names.add(k < given.size() ? Values.cut(given.get(k), MAX_TEXT) : "feature " + k);
    }
  }
}
