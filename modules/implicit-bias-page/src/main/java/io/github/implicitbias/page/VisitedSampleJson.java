package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.RunVisits;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitTable;
import java.util.Arrays;

/** What is known of single training samples, with what was said of them epoch by epoch, as JSON. */
final class VisitedSampleJson {

  /** Suspects of one answer. */
  static final int PAGE = 100;

  /** The same where their pictures are large. */
  static final int PAGE_OF_LARGE_PICTURES = 50;

  private static final int LARGE = 4096;

  /** Suspects that can be asked for; their number is told. */
  static final int MAX_SUSPECTS = 1_000;

  private static final int MAX_TEXT = 60;

  private VisitedSampleJson() {}

  static int page(VisitTable table) {
    long pixels = Arrays.stream(table.pictureShape()).asLongStream().reduce(1, (a, b) -> a * b);
    return table.pictureShape().length > 0 && pixels > LARGE ? PAGE_OF_LARGE_PICTURES : PAGE;
  }

  /** Returns a page of the suspects, the smallest mean margin first. */
  static ObjectNode suspects(RunVisits visits, VisitDigest digest, int from) {
    int[] all = digest.table.suspects().samples();
    int told = Math.min(all.length, MAX_SUSPECTS);
    int begin = Math.min(from, told);
    int end = Math.min(told, begin + page(digest.table));
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("from", begin);
    answer.put("count", all.length);
    answer.put("told", told);
    list(answer.putArray("list"), visits, digest, Arrays.copyOfRange(all, begin, end));
    return answer;
  }

  /**
   * Returns one sample.
   *
   * @throws Refusal if there is none of this number
   */
  static ObjectNode one(RunVisits visits, VisitDigest digest, int number) throws Refusal {
    if (number >= digest.table.size()) {
      throw new Refusal(404, "The run has no training sample " + number + ".");
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    list(list, visits, digest, new int[] {number});
    return (ObjectNode) list.get(0);
  }

  private static void list(ArrayNode into, RunVisits visits, VisitDigest digest, int[] samples) {
    for (int sample : samples) {
      of(into.addObject(), digest, sample);
    }
    int[] right = new int[samples.length];
    int[] agree = new int[samples.length];
    visits.visitSamples(
        VisitDigest.MAX_EPOCHS,
        stored -> {
          for (int k = 0; k < samples.length; k++) {
            ObjectNode node = (ObjectNode) into.get(k);
            int said = said(stored, samples[k]);
            ((ArrayNode) node.get("predicted")).add(said);
            ArrayNode margins = (ArrayNode) node.get("margins");
            if (samples[k] >= stored.size()) {
              margins.addNull();
              continue;
            }
            add(margins, stored.number(VisitColumn.LAST_MARGIN, samples[k]));
            boolean isRight = stored.whole(VisitColumn.CORRECT, samples[k]) == 1;
            right[k] += isRight ? 1 : 0;
            agree[k] += !isRight && said >= 0 && said == node.get("said").asInt() ? 1 : 0;
          }
        });
    for (int k = 0; k < samples.length; k++) {
      ((ObjectNode) into.get(k)).put("right", right[k]).put("agree", agree[k]);
    }
  }

  /** What the network said at the last visit before a table; -1 for nothing. */
  private static int said(VisitTable table, int sample) {
    if (sample >= table.size()) {
      return -1;
    }
    int correct = table.whole(VisitColumn.CORRECT, sample);
    return correct < 0
        ? -1
        : table.whole(correct == 1 ? VisitColumn.LABEL : VisitColumn.INSTEAD, sample);
  }

  private static void of(ObjectNode node, VisitDigest digest, int sample) {
    VisitTable table = digest.table;
    int label = table.whole(VisitColumn.LABEL, sample);
    int instead = table.whole(VisitColumn.INSTEAD, sample);
    node.put("sample", sample);
    node.put("id", Values.cut(table.id(sample), MAX_TEXT));
    node.put("given", label);
    node.put("label", Values.cut(table.className(label), MAX_TEXT));
    node.put("said", instead);
    node.put("instead", Values.cut(table.className(instead), MAX_TEXT));
    put(node, "meanMargin", table.number(VisitColumn.MEAN_MARGIN, sample));
    put(node, "marginDeviation", digest.marginDeviation(sample));
    put(node, "meanConfidence", table.number(VisitColumn.MEAN_CONFIDENCE, sample));
    put(node, "confidenceDeviation", table.number(VisitColumn.SD_CONFIDENCE, sample));
    Values.place(node, "visits", table.whole(VisitColumn.VISITS, sample));
    Values.place(node, "forgotten", table.whole(VisitColumn.FORGOTTEN, sample));
    Values.place(node, "learnedAt", table.whole(VisitColumn.LEARNED_AT, sample));
    node.put("correct", table.whole(VisitColumn.CORRECT, sample));
    node.putArray("margins");
    node.putArray("predicted");
    byte[] picture = table.picture(sample);
    if (picture.length > 0) {
      node.put("picture", picture);
    }
    float[] values = table.values(sample);
    if (values.length > 0) {
      ArrayNode told = node.putArray("values");
      for (int k = 0; k < Math.min(values.length, VisitJson.MAX_FEATURES); k++) {
        Values.add(told, values[k]);
      }
    }
  }

  private static void put(ObjectNode node, String name, double value) {
    if (Double.isFinite(value)) {
      node.put(name, (float) value);
    } else {
      Values.put(node, name, value);
    }
  }

  private static void add(ArrayNode into, double value) {
    if (Double.isFinite(value)) {
      into.add((float) value);
    } else {
      Values.add(into, value);
    }
  }
}
