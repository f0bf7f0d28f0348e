package io.github.implicitbias.run;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something worth noting that happened at a step. What it is about stands in its fields; the detail
 * is a text for readers, which nobody takes apart. Immutable.
 */
public final class Event {

  private final long step;
  private final EventKind kind;
  private final int layer;
  private final int unit;
  private final int sample;
  private final String detail;
  private final int prediction;
  private final double measured;
  private final double bound;
  private final List<Condition> conditions;
  private final @Nullable Finding finding;

  /**
   * Describes an event that is not about a prediction.
   *
   * @param layer index among the tracked layers, -1 if the event concerns no layer
   * @param unit the unit, -1 for none
   * @param sample the sample, -1 for none
   * @param detail free text, may be empty
   * @throws IllegalArgumentException if the kind is that of a finding
   */
  public Event(long step, EventKind kind, int layer, int unit, int sample, String detail) {
    this(step, kind, layer, unit, sample, detail, -1, Absent.VALUE, Absent.VALUE, List.of(), null);
  }

  private Event(
      long step,
      EventKind kind,
      int layer,
      int unit,
      int sample,
      String detail,
      int prediction,
      double measured,
      double bound,
      List<Condition> conditions,
      @Nullable Finding finding) {
    this.step = step;
    this.kind = Objects.requireNonNull(kind);
    this.layer = layer;
    this.unit = unit;
    this.sample = sample;
    this.detail = Objects.requireNonNull(detail);
    this.prediction = prediction;
    this.measured = measured;
    this.bound = bound;
    this.conditions = List.copyOf(conditions);
    this.finding = finding;
    if (kind == EventKind.FINDING != (finding != null)) {
      throw new IllegalArgumentException(
          "an event of kind " + kind.id() + ": make one of a finding by ofFinding(...)");
    }
  }

  /**
   * Describes what a prediction has said.
   *
   * @param prediction index among the predictions of the run
   * @param measured the measured number, absent if there is none
   * @param bound what it is compared with, absent if there is none
   * @param detail what was seen, may be empty
   * @param conditions those of the prediction, as found at the first record; may be empty
   */
  public static Event ofPrediction(
      long step,
      EventKind kind,
      int prediction,
      double measured,
      double bound,
      String detail,
      List<Condition> conditions) {
    return new Event(step, kind, -1, -1, -1, detail, prediction, measured, bound, conditions, null);
  }

  /** Describes what a rule has found at a step; the sentence is the detail of the event. */
  public static Event ofFinding(long step, Finding finding) {
    return new Event(
        step,
        EventKind.FINDING,
        -1,
        -1,
        -1,
        finding.text(),
        -1,
        Absent.VALUE,
        Absent.VALUE,
        List.of(),
        finding);
  }

  /** Returns the step at which it happened. */
  public long step() {
    return step;
  }

  /** Returns what happened. */
  public EventKind kind() {
    return kind;
  }

  /** Returns the index among the tracked layers, -1 for none. */
  public int layer() {
    return layer;
  }

  /** Returns the unit, -1 for none. */
  public int unit() {
    return unit;
  }

  /** Returns the sample, -1 for none. */
  public int sample() {
    return sample;
  }

  /** Returns a text for readers, may be empty. */
  public String detail() {
    return detail;
  }

  /** Returns the index among the predictions of the run, -1 if it is about none. */
  public int prediction() {
    return prediction;
  }

  /** Returns the number that the prediction measured, absent if there is none. */
  public double measured() {
    return measured;
  }

  /** Returns the number it is compared with, absent if there is none. */
  public double bound() {
    return bound;
  }

  /** Returns the conditions of the prediction, if that is what the event tells; else empty. */
  public List<Condition> conditions() {
    return conditions;
  }

  /** Returns what a rule has found, if that is what the event tells; else null. */
  public @Nullable Finding finding() {
    return finding;
  }

  @Override
  public String toString() {
    return kind.id() + " at step " + step + (detail.isEmpty() ? "" : ": " + detail);
  }
}
