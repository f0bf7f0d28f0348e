package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.run.Definition;
import org.jspecify.annotations.Nullable;

/**
 * A number computed from an observation. Pure: it keeps no state that a value depends on, and does
 * not change what it reads.
 */
public interface Metric {

  /** What one value of a metric describes. */
  enum Scope {
    /** The whole network: one column. */
    NETWORK,
    /** One tracked layer: one column per layer. */
    LAYER
  }

  /** Begins to declare a metric of the whole network. */
  static MetricDeclaration ofNetwork(String id) {
    return new MetricDeclaration(id, Scope.NETWORK);
  }

  /** Begins to declare a metric of each tracked layer. */
  static MetricDeclaration perLayer(String id) {
    return new MetricDeclaration(id, Scope.LAYER);
  }

  /** Returns the name of the metric: the column name, followed by {@code [layer]} per layer. */
  String id();

  /** Returns what one value describes. */
  Scope scope();

  /** Returns what the number is, in words; {@link Definition#NONE} by default. */
  default Definition definition() {
    return Definition.NONE;
  }

  /**
   * Returns how often the metric is computed in a run of the given size; every record by default.
   */
  default Cadence cadence(Dimensions dimensions) {
    return Cadence.everyRecord();
  }

  /**
   * Returns what the run has to find out or remember for the metric; nothing by default. What is
   * not declared is not there when the metric asks for it.
   */
  default Needs needs() {
    return Needs.NONE;
  }

  /**
   * Returns why the value does not apply to the run, asked once, at the first record, if it is
   * absent there: in plain words with names and numbers. It stands in the log, in the provenance of
   * the run and on the page.
   *
   * @param layer as for {@link #evaluate}
   * @return null if there is nothing to say, as for a value that comes later
   */
  default @Nullable String whyAbsent(Observation observation, int layer) {
    return null;
  }

  /**
   * Returns true if a value describes the matrix of weights of a layer and nothing else. In a run
   * that tracks no layer such a metric of {@link Scope#LAYER} has a value for each layer with a
   * matrix, whose number in {@link io.github.implicitbias.core.network.NetworkView#layer} is given
   * in place of that of the tracked layer.
   */
  default boolean isOfMatrix() {
    return false;
  }

  /**
   * Returns true if a value cannot be had without samples to observe on: from patterns, outputs or
   * losses of the probe. By default only metrics of matrices do without.
   */
  default boolean needsProbe() {
    return !isOfMatrix();
  }

  /**
   * Returns what one evaluation takes, beside what {@link #needs} names; nothing worth counting by
   * default. At the first and the last record, what is too dear is left out.
   */
  default Price price(Dimensions dimensions, NetworkView network) {
    return Price.FREE;
  }

  /**
   * Computes the value.
   *
   * @param layer index of the tracked layer, -1 for {@link Scope#NETWORK}
   * @return the value, {@link io.github.implicitbias.run.Absent#VALUE} if it does not apply
   */
  double evaluate(Observation observation, int layer);
}
