package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.Report;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;
import java.util.Locale;

/**
 * A statement about several runs, which none of them can judge alone: how a number at their ends
 * grows with a setting.
 */
final class ScalingCheck {

  private final String name;
  private final double measured;
  private final double predicted;
  private final double tolerance;
  private final String over;

  private ScalingCheck(
      String name, double measured, double predicted, double tolerance, String over) {
    this.name = name;
    this.measured = measured;
    this.predicted = predicted;
    this.tolerance = tolerance;
    this.over = over;
  }

  /**
   * Returns the check that a number is a power of a setting, by its slope between two runs on
   * logarithmic axes.
   *
   * @param predicted the exponent
   * @param tolerance the largest difference of the slope from it
   */
  static ScalingCheck exponent(
      String name, double[] settings, double[] values, double predicted, double tolerance) {
    double slope = Math.log(values[1] / values[0]) / Math.log(settings[1] / settings[0]);
    String over = String.format(Locale.ROOT, "between %s and %s", settings[0], settings[1]);
    return new ScalingCheck(name, slope, predicted, tolerance, over);
  }

  /**
   * Returns the check that a number does not depend on a setting: the largest share by which a
   * value differs from the mean of all.
   *
   * @param tolerance the largest such share
   */
  static ScalingCheck constant(String name, double[] values, double tolerance) {
    double mean = Arrays.stream(values).average().orElse(Double.NaN);
    double share = Arrays.stream(values).map(v -> Math.abs(v / mean - 1)).max().orElse(Double.NaN);
    String over = String.format(Locale.ROOT, "mean %.3f of %d", mean, values.length);
    return new ScalingCheck(name, share, 0, tolerance, over);
  }

  /** Returns "reached" within the tolerance, and "violated" beyond it or where a number is none. */
  Verdict.State state() {
    return Math.abs(measured - predicted) <= tolerance
        ? Verdict.State.REACHED
        : Verdict.State.VIOLATED;
  }

  /** Adds a line to the report and an object to what is written. */
  void put(Report report, ObjectNode results, String key) {
    report.add(
        name,
        "%s: measured %.3f, predicted %.3f, tolerance %s (%s)",
        state().words(),
        measured,
        predicted,
        tolerance,
        over);
    ObjectNode node = results.putObject(key);
    Json.put(node, "measured", measured);
    node.put("predicted", predicted).put("tolerance", tolerance).put("over", over);
    node.put("state", state().words());
  }
}
