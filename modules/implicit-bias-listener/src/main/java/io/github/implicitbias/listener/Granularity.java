package io.github.implicitbias.listener;

/** What counts as a unit of a layer whose output has positions: convolutions, recurrent layers. */
public enum Granularity {

  /**
   * Every channel at every position, every recurrent unit at every time step, as long as the layer
   * has at most 2^24 entries (units x samples of the probe); beyond that as {@link #PER_CHANNEL}.
   */
  AUTOMATIC,

  /** Every channel at every position, every recurrent unit at every time step, however many. */
  PER_POSITION,

  /**
   * Every channel, every recurrent unit; it is on for a sample if it is on at one position at
   * least. Linear units do not apply: that a channel is on somewhere does not make it linear.
   */
  PER_CHANNEL
}
