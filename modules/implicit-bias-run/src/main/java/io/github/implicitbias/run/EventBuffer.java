package io.github.implicitbias.run;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Events of one record that is being made. Keeps its arrays, so that adding allocates nothing
 * unless a record has more events than any before it.
 */
public final class EventBuffer {

  private static final int SOME = 64;
  private static final int PLACES = 4;

  private EventKind[] kinds = new EventKind[SOME];
  private long[] steps = new long[SOME];
  private int[] places = new int[PLACES * SOME];
  private double[] numbers = new double[2 * SOME];
  private String[] details = new String[SOME];
  private Object[] conditions = new Object[SOME];
  private @Nullable Finding[] findings = new Finding[SOME];
  private int size;

  /** Makes an empty buffer. */
  public EventBuffer() {}

  /** Adds an event of the record's own step; for the rest see the constructor of {@link Event}. */
  public void add(EventKind kind, int layer, int unit, int sample, String detail) {
    put(-1, kind, layer, unit, sample, -1, Absent.VALUE, Absent.VALUE, detail, List.of(), null);
  }

  /** Adds what a rule has found at the record's own step. */
  public void add(Finding finding) {
    put(
        -1,
        EventKind.FINDING,
        -1,
        -1,
        -1,
        -1,
        Absent.VALUE,
        Absent.VALUE,
        finding.text(),
        List.of(),
        finding);
  }

  /** Adds what a prediction says at the record's own step, as {@link Event#ofPrediction}. */
  public void addOfPrediction(
      EventKind kind,
      int prediction,
      double measured,
      double bound,
      String detail,
      List<Condition> ofPrediction) {
    put(-1, kind, -1, -1, -1, prediction, measured, bound, detail, ofPrediction, null);
  }

  /** Adds an event, which keeps its step. */
  public void add(Event event) {
    put(
        event.step(),
        event.kind(),
        event.layer(),
        event.unit(),
        event.sample(),
        event.prediction(),
        event.measured(),
        event.bound(),
        event.detail(),
        event.conditions(),
        event.finding());
  }

  private void put(
      long step,
      EventKind kind,
      int layer,
      int unit,
      int sample,
      int prediction,
      double measured,
      double bound,
      String detail,
      List<Condition> ofPrediction,
      @Nullable Finding finding) {
    if (size == kinds.length) {
      grow();
    }
    steps[size] = step;
    kinds[size] = kind;
    details[size] = detail;
    conditions[size] = ofPrediction;
    findings[size] = finding;
    places[PLACES * size] = layer;
    places[PLACES * size + 1] = unit;
    places[PLACES * size + 2] = sample;
    places[PLACES * size + 3] = prediction;
    numbers[2 * size] = measured;
    numbers[2 * size + 1] = bound;
    size++;
  }

  private void grow() {
    kinds = Arrays.copyOf(kinds, 2 * size);
    steps = Arrays.copyOf(steps, 2 * size);
    places = Arrays.copyOf(places, 2 * PLACES * size);
    numbers = Arrays.copyOf(numbers, 4 * size);
    details = Arrays.copyOf(details, 2 * size);
    conditions = Arrays.copyOf(conditions, 2 * size);
    findings = Arrays.copyOf(findings, 2 * size);
  }

  /** Returns the number of events. */
  public int size() {
    return size;
  }

  /** Moves all events into another buffer; they keep their steps. */
  public void moveTo(EventBuffer other) {
    copyTo(other, -1);
    clear();
  }

  /** Adds all events to another buffer, those of the record's own step at a step. */
  void copyTo(EventBuffer other, long ofRecord) {
    for (int i = 0; i < size; i++) {
      other.put(
          steps[i] < 0 ? ofRecord : steps[i],
          kinds[i],
          layer(i),
          unit(i),
          sample(i),
          prediction(i),
          measured(i),
          bound(i),
          details[i],
          conditions(i),
          findings[i]);
    }
  }

  /** Takes the first events out. */
  void removeFirst(int count) {
    int left = size - count;
    System.arraycopy(kinds, count, kinds, 0, left);
    System.arraycopy(steps, count, steps, 0, left);
    System.arraycopy(places, PLACES * count, places, 0, PLACES * left);
    System.arraycopy(numbers, 2 * count, numbers, 0, 2 * left);
    System.arraycopy(details, count, details, 0, left);
    System.arraycopy(conditions, count, conditions, 0, left);
    System.arraycopy(findings, count, findings, 0, left);
    Arrays.fill(details, left, size, null);
    Arrays.fill(conditions, left, size, null);
    Arrays.fill(findings, left, size, null);
    size = left;
  }

  /** Takes all events out. */
  public void clear() {
    Arrays.fill(details, 0, size, null);
    Arrays.fill(conditions, 0, size, null);
    Arrays.fill(findings, 0, size, null);
    size = 0;
  }

  /**
   * Returns an event by itself, {@code 0 <= i < size()}.
   *
   * @param ofRecord the step of the record
   */
  public Event event(int i, long ofRecord) {
    long step = steps[i] < 0 ? ofRecord : steps[i];
    Finding found = findings[i];
    if (found != null) {
      return Event.ofFinding(step, found);
    }
    if (prediction(i) < 0) {
      return new Event(step, kinds[i], layer(i), unit(i), sample(i), details[i]);
    }
    return Event.ofPrediction(
        step, kinds[i], prediction(i), measured(i), bound(i), details[i], conditions(i));
  }

  /** Returns the kind of an event, {@code 0 <= i < size()}. */
  public EventKind kind(int i) {
    return kinds[i];
  }

  /** Returns the step of an event, -1 if that is the record's. */
  public long step(int i) {
    return steps[i];
  }

  /** Returns the tracked layer of an event, -1 for none. */
  public int layer(int i) {
    return places[PLACES * i];
  }

  /** Returns the unit of an event, -1 for none. */
  public int unit(int i) {
    return places[PLACES * i + 1];
  }

  /** Returns the sample of an event, -1 for none. */
  public int sample(int i) {
    return places[PLACES * i + 2];
  }

  /** Returns the prediction of an event, -1 for none. */
  public int prediction(int i) {
    return places[PLACES * i + 3];
  }

  /** Returns the number that the prediction of an event measured. */
  public double measured(int i) {
    return numbers[2 * i];
  }

  /** Returns the number that it was compared with. */
  public double bound(int i) {
    return numbers[2 * i + 1];
  }

  /** Returns the text of an event. */
  public String detail(int i) {
    return details[i];
  }

  /** Returns the conditions that an event tells, empty for none. */
  @SuppressWarnings("unchecked")
  public List<Condition> conditions(int i) {
    return (List<Condition>) conditions[i];
  }

  /** Returns the finding that an event tells, null if it tells none. */
  public @Nullable Finding finding(int i) {
    return findings[i];
  }
}
