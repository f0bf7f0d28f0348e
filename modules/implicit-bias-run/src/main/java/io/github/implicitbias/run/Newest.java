package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was recorded last and is not in a block yet: the newest record, and the events of all such
 * records. So what a run says of now is as of the last record, though blocks come twice a second.
 * Thread-safe; taking a record copies its numbers and events into arrays that are kept.
 */
final class Newest {

  private static final int MAX_EVENTS = 100_000;
  private static final int SOME = 64;

  private final Record newest;
  private final EventBuffer events = new EventBuffer();
  private long[] records = new long[SOME];
  private boolean any;

  Newest(RunHeader header) {
    newest = new Record(header.columns().size());
  }

  synchronized void record(Record record) {
    newest.copy(record);
    any = true;
    int before = events.size();
    if (before >= MAX_EVENTS) {
      return;
    }
    record.events().copyTo(events, record.step());
    if (events.size() > records.length) {
      records = Arrays.copyOf(records, Math.max(events.size(), 2 * before));
    }
    Arrays.fill(records, before, events.size(), record.step());
  }

  /** Forgets the events of records up to a step: they are in a block. */
  synchronized void isInBlocks(long upTo) {
    int count = 0;
    while (count < events.size() && records[count] <= upTo) {
      count++;
    }
    if (count > 0) {
      System.arraycopy(records, count, records, 0, events.size() - count);
      events.removeFirst(count);
    }
  }

  /** Returns a copy of the newest record, without rows and events; null if it is not after. */
  synchronized @Nullable Record after(long step) {
    if (!any || newest.step() <= step) {
      return null;
    }
    Record copy = new Record(newest.values().length);
    copy.copy(newest);
    return copy;
  }

  /** Returns the value of a column at the newest record, or another value if that is not after. */
  synchronized double value(int column, long after, double otherwise) {
    return any && newest.step() > after ? newest.value(column) : otherwise;
  }

  /** Returns the events of records after a step. */
  synchronized List<Event> eventsAfter(long step) {
    List<Event> after = new ArrayList<>();
    for (int i = 0; i < events.size(); i++) {
      if (records[i] > step) {
        after.add(events.event(i, records[i]));
      }
    }
    return after;
  }
}
