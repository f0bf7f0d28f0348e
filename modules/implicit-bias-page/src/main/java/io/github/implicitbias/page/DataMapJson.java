package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitTable;
import java.util.Arrays;
import java.util.List;

/**
 * The map of the training samples as JSON of bounded size: the mean of a measure against how much
 * it changed. Counts in cells, and the samples of cells that have few, one by one.
 */
final class DataMapJson {

  /** The measures there are maps of. */
  static final List<String> MEASURES = List.of("margin", "confidence");

  static final int ACROSS = 100;
  static final int UP = 72;

  /** Samples of a cell from which on they are counted and not told. */
  static final int FEW = 4;

  /** Samples that are told one by one; those of the lowest means where there are more. */
  static final int MAX_POINTS = 2_000;

  private final VisitDigest digest;
  private final VisitTable table;
  private final boolean margin;
  private final double[] across = {0, 0};
  private final double[] up = {Double.MAX_VALUE, -Double.MAX_VALUE};

  private DataMapJson(VisitDigest digest, boolean margin) {
    this.digest = digest;
    this.table = digest.table;
    this.margin = margin;
    for (int i = 0; i < table.size(); i++) {
      if (isOnMap(i)) {
        across[1] = Math.max(across[1], deviation(i));
        up[0] = Math.min(up[0], mean(i));
        up[1] = Math.max(up[1], mean(i));
      }
    }
    if (!margin) {
      up[0] = 0;
      up[1] = 1;
    }
    across[1] = across[1] > 0 ? across[1] : 1;
    up[1] = up[1] > up[0] ? up[1] : up[0] + 1;
  }

  /**
   * Returns the map of a measure.
   *
   * @param ofClass the label of the samples, -1 for all
   */
  static ObjectNode of(VisitDigest digest, String measure, int ofClass) {
    return new DataMapJson(digest, measure.equals("margin")).map(measure, ofClass);
  }

  /** Returns true if there is a sample on the map of a measure. */
  static boolean has(VisitDigest digest, String measure) {
    DataMapJson map = new DataMapJson(digest, measure.equals("margin"));
    for (int i = 0; i < digest.table.size(); i++) {
      if (map.isOnMap(i)) {
        return true;
      }
    }
    return false;
  }

  private double mean(int i) {
    return table.number(margin ? VisitColumn.MEAN_MARGIN : VisitColumn.MEAN_CONFIDENCE, i);
  }

  private double deviation(int i) {
    return margin ? digest.marginDeviation(i) : table.number(VisitColumn.SD_CONFIDENCE, i);
  }

  private boolean isOnMap(int i) {
    return Double.isFinite(mean(i))
        && Double.isFinite(deviation(i))
        && !Absent.is(mean(i))
        && !Absent.is(deviation(i));
  }

  private static int cell(double value, double[] range, int cells) {
    double part = (value - range[0]) / (range[1] - range[0]);
    return Math.max(0, Math.min(cells - 1, (int) (part * cells)));
  }

  private int cell(int sample) {
    return cell(mean(sample), up, UP) * ACROSS + cell(deviation(sample), across, ACROSS);
  }

  private ObjectNode map(String measure, int ofClass) {
    int[] counts = new int[ACROSS * UP];
    int[] samples = new int[table.size()];
    int count = 0;
    for (int i = 0; i < table.size(); i++) {
      if ((ofClass < 0 || table.whole(VisitColumn.LABEL, i) == ofClass) && isOnMap(i)) {
        samples[count++] = i;
        counts[cell(i)]++;
      }
    }
    ObjectNode answer = JsonNodeFactory.instance.objectNode();
    answer.put("measure", measure);
    answer.put("class", ofClass < 0 ? null : ofClass);
    answer.put("count", count);
    answer.put("columns", ACROSS);
    answer.put("rows", UP);
    range(answer.putArray("across"), across);
    range(answer.putArray("up"), up);
    ArrayNode cells = answer.putArray("cell");
    ArrayNode ofCells = answer.putArray("of");
    for (int k = 0; k < counts.length; k++) {
      if (counts[k] > 0) {
        cells.add(k);
        ofCells.add(counts[k]);
      }
    }
    points(answer.putObject("points"), Arrays.copyOf(samples, count), counts);
    return answer;
  }

  private static void range(ArrayNode into, double[] range) {
    into.add(range[0]).add(range[1]);
  }

  /** Of few samples all, else those in cells that have few. */
  private void points(ObjectNode into, int[] samples, int[] counts) {
    boolean all = samples.length <= MAX_POINTS;
    int[] told =
        Arrays.stream(samples)
            .filter(i -> all || counts[cell(i)] < FEW)
            .boxed()
            .sorted((a, b) -> Double.compare(mean(a), mean(b)))
            .limit(MAX_POINTS)
            .mapToInt(i -> i)
            .toArray();
    into.put("all", all);
    ArrayNode numbers = into.putArray("sample");
    ArrayNode labels = into.putArray("label");
    ArrayNode xs = into.putArray("deviation");
    ArrayNode ys = into.putArray("mean");
    for (int i : told) {
      numbers.add(i);
      labels.add(table.whole(VisitColumn.LABEL, i));
      xs.add((float) deviation(i));
      ys.add((float) mean(i));
    }
  }
}
