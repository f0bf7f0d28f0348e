package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.run.Definition;

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
