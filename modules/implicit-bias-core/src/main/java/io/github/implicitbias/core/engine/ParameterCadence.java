package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.norm.ParameterNorms;

/**
 * At which steps the trained parameters are read: at every k-th record, and at the step before one
 * where that can be foreseen, because the norm of an update needs the parameters before it.
 */
final class ParameterCadence {

  private static final long NONE = -2;
  private static final int FEW = 1 << 14;
  private static final int MANY = 1 << 17;

  private final ParameterNorms norms;
  private final boolean areShown;
  private final int every;
  private long records;
  private long knownStep = NONE;

  /**
   * Makes a cadence.
   *
   * @param wanted records from one reading to the next, 0 to decide by the number of parameters
   */
  ParameterCadence(ParameterNorms norms, int wanted, NetworkSource source) {
    int parameters = source.parameters();
    this.norms = norms;
    this.areShown = parameters >= 0;
    this.every = wanted > 0 ? wanted : parameters <= FEW ? 1 : parameters <= MANY ? 5 : 50;
  }

  /** Returns true if they are to be read at the next record, which may be a complete one. */
  boolean isDue(boolean complete) {
    return areShown && (complete || records % every == 0);
  }

  /** Returns true if the parameters of the step before are known. */
  boolean isKnownBefore(long step) {
    return knownStep == step - 1;
  }

  /** Reads them for a record. */
  void read(NetworkSource source) {
    norms.begin();
    source.readParameters(norms);
    norms.end();
  }

  /** Says that a record was made. */
  void recorded(long step, boolean wereRead) {
    records++;
    knownStep = wereRead ? step : knownStep;
  }

  /**
   * Keeps those of a step for the norm of the update that follows it, if the next record needs it.
   *
   * @return true if they were read
   */
  boolean remember(NetworkSource source, long step, boolean complete) {
    if (!isDue(complete) || knownStep == step) {
      return false;
    }
    norms.beginToRemember();
    source.readParameters(norms);
    norms.end();
    knownStep = step;
    return true;
  }

  /** Forgets which step was read last. */
  void forget() {
    knownStep = NONE;
  }
}
