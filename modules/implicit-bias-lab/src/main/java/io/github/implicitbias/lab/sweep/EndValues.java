package io.github.implicitbias.lab.sweep;

import io.github.implicitbias.lab.report.Facts;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is left of a run of a sweep: numbers at its end, and the verdicts. */
final class EndValues {

  /** Metrics of the network, in the order of the columns. */
  private static final List<String> OF_NETWORK =
      List.of(
          "loss",
          "parameterNorm",
          "relativeDistanceFromInit",
          "cosineToInit",
          "kernelDistance",
          "minMargin",
          "normalizedMargin",
          "gapToMinNorm",
          "relativeGapToMinNorm",
          "pathNorm",
          "supportVectors");

  private final double scale;
  private final long seed;
  private final Map<String, Double> values = new LinkedHashMap<>();
  private final List<RunVerdict> verdicts;

  /**
   * Reads a run.
   *
   * @param smallestPathNorm of a network that fits, absent if it is not known
   */
  EndValues(double scale, long seed, Run run, double smallestPathNorm) {
    this.scale = scale;
    this.seed = seed;
    this.verdicts = List.copyOf(run.verdicts());
    for (String column : OF_NETWORK) {
      values.put(column, latest(run, column));
    }
    values.put("excessPathNorm", latest(run, "pathNorm") / smallestPathNorm - 1);
    List<TrackedLayer> layers = run.header().layers();
    values.put("stableRank", ofLayer(run, "stableRank", layers.get(0)));
    values.put("patternChange", patternChange(run, layers));
    double flips = 0;
    for (FlipKind kind : FlipKind.values()) {
      double total = Facts.total(run, kind);
      values.put(kind.id() + "s", total);
      flips += total;
    }
    values.put("flips", flips);
    values.put("lastFlip", (double) Facts.lastFlip(run));
    values.put("deadUnits", sum(run, layers, "deadUnits"));
    values.put("linearUnits", sum(run, layers, "linearUnits"));
  }

  private static double latest(Run run, String id) {
    RunHeader header = run.header();
    return header
        .columnName(Column.Kind.BASIC, id, -1)
        .or(() -> header.columnName(Column.Kind.METRIC, id, -1))
        .map(run::latest)
        .orElse(Absent.VALUE);
  }

  private static double ofLayer(Run run, String metric, TrackedLayer layer) {
    return Facts.ofLayer(run, metric, layer);
  }

  private static double sum(Run run, List<TrackedLayer> layers, String metric) {
    return layers.stream().mapToDouble(l -> ofLayer(run, metric, l)).sum();
  }

  /** Share of the entries whose bit is not that of the start. */
  private static double patternChange(Run run, List<TrackedLayer> layers) {
    double entries = 0;
    for (TrackedLayer layer : layers) {
      entries += (double) layer.units() * run.header().samples();
    }
    return sum(run, layers, "hammingToInit") / entries;
  }

  /** Returns the scale of the start. */
  public double scale() {
    return scale;
  }

  /** Returns the seed. */
  public long seed() {
    return seed;
  }

  /**
   * Returns the numbers by column; {@link Absent#VALUE} where one was not computed or does not
   * apply.
   */
  public Map<String, Double> values() {
    return Collections.unmodifiableMap(values);
  }

  /** Returns the verdicts of all predictions, those that do not apply included. */
  public List<RunVerdict> verdicts() {
    return verdicts;
  }

  /** Returns a number, by its column. */
  public double value(String column) {
    Double value = values.get(column);
    if (value == null) {
      throw new IllegalArgumentException("there is no column " + column);
    }
    return value;
  }

  /** Returns the verdict of a prediction, not applicable if it was never judged. */
  public Verdict.State state(String id) {
    return verdicts.stream()
        .filter(verdict -> verdict.id().equals(id) && verdict.state() != null)
        .map(RunVerdict::state)
        .findFirst()
        .orElse(Verdict.State.NOT_APPLICABLE);
  }
}
