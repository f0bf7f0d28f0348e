package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.pattern.PatternHistory;

/** What a metric sees: the network at one step. Valid only during the call. */
public interface Observation {

  /** Returns the number of updates the model has done. */
  long step();

  /** Returns the mean unregularised loss of the probe, absent if it is not known. */
  double loss();

  /** Returns the number of tracked layers. */
  int layers();

  /** Returns pattern and flips of a tracked layer, {@code 0 <= layer < layers()}. */
  PatternHistory pattern(int layer);

  /**
   * Returns true if the parameters were read at this record; in large networks they are read at
   * every k-th record only.
   */
  boolean hasParameters();

  /** Returns norms and distances of the trainable parameters; only if {@link #hasParameters}. */
  ParameterNorms parameters();

  /**
   * Returns true if the parameters of the step before are known, so that {@link
   * ParameterNorms#changeSincePrevious} is the norm of the last update.
   */
  boolean followsPreviousStep();
}
