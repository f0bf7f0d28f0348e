package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Definition;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One number per unit of a tracked layer, computed from an observation; for the rest see {@link
 * Metric}. A run has a unit column for every layer that it applies to.
 */
public interface UnitMetric {

  /** Returns the name of the unit columns. */
  String id();

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
   * Returns true if a tracked layer has the values. Asked before the first record, when the network
   * can tell its layers and their sizes, but nothing that is read at an observation.
   *
   * @param layer index of the tracked layer
   */
  default boolean appliesTo(NetworkView network, Probe probe, int layer) {
    return true;
  }

  /**
   * Returns why there are no values in the run, asked once if there are none. For the rest it is
   * like {@link Metric#whyAbsent}.
   *
   * @param layer index of a tracked layer that it applies to; -1 if there is no such layer
   */
  default @Nullable String whyAbsent(Observation observation, int layer) {
    return null;
  }

  /**
   * Computes the values.
   *
   * @param layer index of a tracked layer that it applies to
   * @param into one entry per unit, to be overwritten
   * @return false if there are none at this observation, then nothing is recorded
   */
  boolean evaluate(Observation observation, int layer, double[] into);

  /**
   * Returns what the provenance of the run has to say of the values, found at the first record.
   *
   * @param layer index of a tracked layer that it applies to
   * @param name of that layer
   */
  default Map<String, String> provenance(Observation first, int layer, String name) {
    return Map.of();
  }
}
