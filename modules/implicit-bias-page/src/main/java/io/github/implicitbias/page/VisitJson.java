package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The visits of a run as JSON of bounded size. */
final class VisitJson {

  /** Samples that are sent one by one; of more there are counts in cells. */
  static final int MAX_POINTS = 2_000;

  /** Suspects that are sent; their number is told. */
  static final int MAX_SUSPECTS = 200;

  /** Epochs of which numbers are sent. */
  static final int MAX_EPOCHS = 500;

  /** Features of which the values are sent, where samples have no picture. */
  static final int MAX_FEATURES = 12;

  /** Margins of a suspect. */
  static final int MAX_MARGINS = 60;

  /** Cells of the map, over deviations from 0 to 1/2 and confidences from 0 to 1. */
  static final int ACROSS = 56;

  static final int UP = 40;

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
  static ObjectNode of(Run run) throws Refusal {
    RunVisits visits = run.visits();
    if (visits.isEmpty()) {
      throw new Refusal(404, "The run has no visits.");
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    epochs(answer.putObject("epochs"), visits.epochs());
    VisitTable table = visits.samples();
    answer.put("samples", table == null ? 0 : table.size());
    if (table != null) {
      answer.put("status", Values.cut(table.status(), MAX_STATUS));
      answer.put("step", table.step());
      answer.put("epoch", table.epoch());
      answer.put("isLast", table.isLast());
      map(answer.putObject("map"), table);
      ObjectNode suspects = answer.putObject("suspects");
      suspects(suspects, visits, table);
      features(suspects, run.header().featureNames(), table);
    }
    return answer;
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

  private static void map(ObjectNode into, VisitTable table) {
    List<Integer> known = new ArrayList<>();
    for (int i = 0; i < table.size() && known.size() <= MAX_POINTS; i++) {
      if (isOnMap(table, i)) {
        known.add(i);
      }
    }
    if (known.size() <= MAX_POINTS) {
      points(into, table, known);
    } else {
      cells(into, table);
    }
  }

  private static boolean isOnMap(VisitTable table, int sample) {
    return !Absent.is(table.number(VisitColumn.MEAN_CONFIDENCE, sample))
        && !Absent.is(table.number(VisitColumn.SD_CONFIDENCE, sample));
  }

  private static void points(ObjectNode into, VisitTable table, List<Integer> known) {
    ArrayNode samples = into.putArray("sample");
    ArrayNode confidences = into.putArray("confidence");
    ArrayNode deviations = into.putArray("deviation");
    ArrayNode right = into.putArray("right");
    for (int i : known) {
      samples.add(i);
      confidences.add((float) table.number(VisitColumn.MEAN_CONFIDENCE, i));
      deviations.add((float) table.number(VisitColumn.SD_CONFIDENCE, i));
      right.add(Math.max(0, table.whole(VisitColumn.CORRECT, i)));
    }
    into.put("count", known.size());
  }

  private static void cells(ObjectNode into, VisitTable table) {
    int[] counts = new int[ACROSS * UP];
    int[] right = new int[ACROSS * UP];
    int count = 0;
    for (int i = 0; i < table.size(); i++) {
      if (isOnMap(table, i)) {
        int column = cell(2 * table.number(VisitColumn.SD_CONFIDENCE, i), ACROSS);
        int row = cell(table.number(VisitColumn.MEAN_CONFIDENCE, i), UP);
        counts[row * ACROSS + column]++;
        right[row * ACROSS + column] += Math.max(0, table.whole(VisitColumn.CORRECT, i));
        count++;
      }
    }
    into.put("count", count);
    into.put("across", ACROSS);
    into.put("up", UP);
    ArrayNode ofCells = into.putArray("counts");
    Arrays.stream(counts).forEach(ofCells::add);
    ArrayNode rightOfCells = into.putArray("right");
    Arrays.stream(right).forEach(rightOfCells::add);
  }

  private static int cell(double part, int cells) {
    return Math.max(0, Math.min(cells - 1, (int) (part * cells)));
  }

  private static void suspects(ObjectNode into, RunVisits visits, VisitTable table) {
    VisitSuspects suspects = table.suspects();
    into.put("count", suspects.size());
    Values.put(into, "threshold", suspects.threshold());
    Values.put(into, "expectedByChance", suspects.expectedByChance());
    into.put("reason", Values.cut(suspects.reason(), MAX_STATUS));
    int[] told = Arrays.copyOf(suspects.samples(), Math.min(suspects.size(), MAX_SUSPECTS));
    ArrayNode epochs = into.putArray("epochs");
    ArrayNode list = into.putArray("list");
    List<ArrayNode> margins = new ArrayList<>();
    for (int sample : told) {
      ObjectNode one = list.addObject();
      one.put("sample", sample);
      one.put("id", Values.cut(table.id(sample), MAX_TEXT));
      one.put("label", text(table, VisitColumn.LABEL, sample));
      one.put("instead", text(table, VisitColumn.INSTEAD, sample));
      number(one.putArray("meanMargin"), table, VisitColumn.MEAN_MARGIN, sample);
      one.set("meanMargin", one.get("meanMargin").get(0));
      margins.add(one.putArray("margins"));
    }
    visits.visitSamples(
        MAX_MARGINS,
        stored -> {
          epochs.add(stored.epoch());
          for (int k = 0; k < told.length; k++) {
            if (told[k] < stored.size()) {
              number(margins.get(k), stored, VisitColumn.LAST_MARGIN, told[k]);
            } else {
              margins.get(k).addNull();
            }
          }
        });
  }

  /** Pictures of the suspects, or values of their first features, as far as the run has them. */
  private static void features(ObjectNode into, List<String> given, VisitTable table) {
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
    for (JsonNode one : into.get("list")) {
      int sample = one.get("sample").asInt();
      byte[] picture = table.picture(sample);
      float[] values = table.values(sample);
      if (picture.length > 0) {
        ((ObjectNode) one).put("picture", picture);
      }
      if (values.length > 0) {
        ArrayNode told = ((ObjectNode) one).putArray("values");
        for (int k = 0; k < count; k++) {
          Values.add(told, values[k]);
        }
      }
    }
  }

  private static String text(VisitTable table, VisitColumn column, int sample) {
    return Values.cut(table.className(table.whole(column, sample)), MAX_TEXT);
  }

  private static void number(ArrayNode into, VisitTable table, VisitColumn column, int sample) {
    double value = table.number(column, sample);
    if (Double.isFinite(value)) {
      into.add((float) value);
    } else {
      Values.add(into, value);
    }
  }
}
