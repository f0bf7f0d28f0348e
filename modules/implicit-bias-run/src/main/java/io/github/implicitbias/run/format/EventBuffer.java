package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import java.util.Arrays;

/**
 * Events of one record that is being made. Keeps its arrays, so that adding allocates nothing
 * unless a record has more events than any before it.
 */
public final class EventBuffer {

  private EventKind[] kinds = new EventKind[256];
  private int[] places = new int[3 * kinds.length];
  private String[] details = new String[kinds.length];
  private int size;

  /** Makes an empty buffer. */
  public EventBuffer() {}

  /** Adds an event; otherwise as the constructor of {@link Event}. */
  public void add(EventKind kind, int layer, int unit, int sample, String detail) {
    if (size == kinds.length) {
      kinds = Arrays.copyOf(kinds, 2 * size);
      places = Arrays.copyOf(places, 6 * size);
      details = Arrays.copyOf(details, 2 * size);
    }
    kinds[size] = kind;
    details[size] = detail;
    places[3 * size] = layer;
    places[3 * size + 1] = unit;
    places[3 * size + 2] = sample;
    size++;
  }

  /** Adds an event, whose step is left aside. */
  public void add(Event event) {
    add(event.kind(), event.layer(), event.unit(), event.sample(), event.detail());
  }

  /** Returns the number of events. */
  public int size() {
    return size;
  }

  /** Takes all events out. */
  public void clear() {
    Arrays.fill(details, 0, size, null);
    size = 0;
  }

  EventKind kind(int i) {
    return kinds[i];
  }

  int layer(int i) {
    return places[3 * i];
  }

  int unit(int i) {
    return places[3 * i + 1];
  }

  int sample(int i) {
    return places[3 * i + 2];
  }

  String detail(int i) {
    return details[i];
  }
}
