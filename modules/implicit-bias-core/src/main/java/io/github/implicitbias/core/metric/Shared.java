package io.github.implicitbias.core.metric;

/**
 * Something that several metrics need of one observation, computed once and only if one of them
 * asks, see {@link Observation#shared}. An instance lives as long as the run, so it keeps its
 * arrays and allocates nothing after the first observation.
 */
public interface Shared {

  /** Computes it anew for an observation. */
  void compute(Observation observation);
}
