package io.github.implicitbias.run;

import java.util.Objects;

/** Something worth noting that happened at a step. */
public final class Event {

  private final long step;
  private final EventKind kind;
  private final int layer;
  private final int unit;
  private final int sample;
  private final String detail;

  /**
   * Describes an event.
   *
   * @param layer index among the tracked layers, -1 if the event concerns no layer
   * @param unit the unit, -1 for none
   * @param sample the sample, -1 for none
   * @param detail free text, may be empty
   */
  public Event(long step, EventKind kind, int layer, int unit, int sample, String detail) {
    this.step = step;
    this.kind = Objects.requireNonNull(kind);
    this.layer = layer;
    this.unit = unit;
    this.sample = sample;
    this.detail = Objects.requireNonNull(detail);
  }

  public long step() {
    return step;
  }

  public EventKind kind() {
    return kind;
  }

  public int layer() {
    return layer;
  }

  public int unit() {
    return unit;
  }

  public int sample() {
    return sample;
  }

  public String detail() {
    return detail;
  }

  @Override
  public String toString() {
    return kind.id() + " at step " + step + (detail.isEmpty() ? "" : ": " + detail);
  }
}
