package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.run.Definition;
import org.jspecify.annotations.Nullable;

/**
 * One number per sample of the probe, computed from an observation; for the rest see {@link
 * Metric}. Support vectors are of this kind.
 */
public interface SampleMetric {

  /** Returns the name: that of the sample column, followed by {@code [layer]} per layer. */
  String id();

  /** Returns what one row of values describes. */
  Metric.Scope scope();

  /** Returns what the number is, in words; {@link Definition#NONE} by default. */
  default Definition definition() {
    return Definition.NONE;
  }

  /**
   * Returns what the run has to find out or remember for the metric; nothing by default. What is
   * not declared is not there when the metric asks for it.
   */
  default Needs needs() {
    return Needs.NONE;
  }

  /** Returns how often the values are computed in a run of the given size. */
  Cadence cadence(Dimensions dimensions);

  /**
   * Returns what one evaluation takes, beside what {@link #needs} names; nothing worth counting by
   * default. At the first and the last record, what is too dear is left out.
   */
  default Price price(Dimensions dimensions, NetworkView network) {
    return Price.FREE;
  }

  /**
   * Returns why there are no values in the run, asked once, at the first record, if there are none.
   * For the rest it is like {@link Metric#whyAbsent}.
   */
  default @Nullable String whyAbsent(Observation observation, int layer) {
    return null;
  }

  /**
   * Computes the values.
   *
   * @param layer index of the tracked layer, -1 for {@link Metric.Scope#NETWORK}
   * @param into one entry per sample, to be overwritten
   * @return false if they do not apply, then nothing is recorded
   */
  boolean evaluate(Observation observation, int layer, double[] into);
}
