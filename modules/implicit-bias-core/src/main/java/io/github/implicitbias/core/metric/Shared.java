package io.github.implicitbias.core.metric;

/**
 * Something that several metrics need of one observation, computed once and only if one of them
 * asks, see {@link Observation#shared}. An instance lives as long as the run, so it keeps its
 * arrays and allocates nothing after the first observation.
 *
 * <p>What it says of an observation must not depend on who has asked for it, or when. One that
 * remembers something of the first record, or of every record, therefore names itself in its needs,
 * {@link Needs#fromFirst} or {@link Needs#everyRecord}; then those who ask for it need it, too.
 * Only a result that nobody but checks of predictions can ask for, from the first record on and all
 * at the same records, may do without.
 */
public interface Shared {

  /** Returns what it needs, which everybody who asks for it has to need as well. */
  default Needs needs() {
    return Needs.NONE;
  }

  /**
   * Says that the first record of the run is past, where it was left out as too dear: what would
   * have been remembered of it stays unknown. Called before the first {@link #compute}.
   */
  default void startLate() {}

  /**
   * Computes it again for an observation.
   *
   * @param observation shows what {@link #needs} names, and no more
   */
  void compute(Observation observation);
}
