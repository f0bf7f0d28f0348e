package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.RunId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encodes consecutive records into one block (docs/format.md). Reusable: {@link #seal} copies the
 * block out, {@link #reset} starts the next. Not thread-safe.
 */
public final class BlockBuilder {

  /** Greatest number of values per sample and per unit in one record, all rows together. */
  public static final int MAX_ROW_NUMBERS = 1 << 19;

  static final int FLAG_IN_PLACE = 1;
  static final int FLAG_FLIPS = 2;
  static final int FLAG_EVENTS = 4;
  static final int FLAG_THINNED = 8;
  static final int FLAG_ROWS = 16;
  static final int FLAG_SPARSE = 32;
  static final int FLAG_UNOBSERVED = 64;
  static final int KNOWN_FLAGS = 127;

  static final int EVENT_PREDICTION = 1;
  static final int EVENT_CONDITIONS = 2;
  static final int EVENT_FINDING = 4;

  /** Places in a payload, behind the id of the run. */
  private static final int NUMBER_AT = Frame.HEADER_BYTES + Frame.ID_BYTES;

  private static final int PREVIOUS_AT = NUMBER_AT + 8;
  private static final int FIRST_STEP_AT = PREVIOUS_AT + 8;
  private static final int LAST_STEP_AT = FIRST_STEP_AT + 8;
  private static final int COUNT_AT = LAST_STEP_AT + 8;
  private static final int KEYFRAME_AT = COUNT_AT + 4;
  private static final int START_AT = KEYFRAME_AT + 1;

  /** Bytes of a payload between the id of the run and the keyframe or the start time. */
  static final int HEAD_BYTES = START_AT - NUMBER_AT;

  /** Room for a few records behind the patterns. */
  private static final int ROOM = 1 << 14;

  private static final FlipKind[] KINDS = FlipKind.values();

  private final RunId id;
  private final ByteSink sink = new ByteSink(1 << 14);
  private int count;
  private long firstStep;
  private long lastStep;
  private long lastMillis;
  private long flipBytes;

  /**
   * Makes an empty builder; call {@link #reset} before use.
   *
   * @param id of the run whose blocks it makes
   */
  public BlockBuilder(RunId id) {
    this.id = id;
  }

  /**
   * Starts a block.
   *
   * @param keyframe patterns of the first record, one per tracked layer; null for a block without
   * @param startMillis the time from which the first record's age is counted
   */
  public void reset(long startMillis, @Nullable List<PatternHistory> keyframe) {
    sink.restart(START_AT);
    sink.array()[KEYFRAME_AT] = (byte) (keyframe == null ? 0 : 1);
    if (keyframe != null) {
      sink.ensureCapacity(START_AT + bytesOf(keyframe) + ROOM);
      for (int i = 0; i < keyframe.size(); i++) {
        long[] words = keyframe.get(i).current();
        sink.putLongs(words, words.length);
      }
    }
    lastMillis = Math.max(0, startMillis);
    sink.putLong(lastMillis);
    count = 0;
    flipBytes = 0;
  }

  private static int bytesOf(List<PatternHistory> keyframe) {
    int bytes = 0;
    for (int i = 0; i < keyframe.size(); i++) {
      bytes += Long.BYTES * keyframe.get(i).current().length;
    }
    return bytes;
  }

  /** Makes room for a block of that size, so that writing it allocates nothing. */
  public void ensureCapacity(int bytes) {
    sink.ensureCapacity(bytes);
  }

  /** Returns true if the block begins with whole patterns. */
  public boolean hasKeyframe() {
    return sink.array()[KEYFRAME_AT] == 1;
  }

  /** Returns the number of records in the block. */
  public int count() {
    return count;
  }

  /** Returns the size of the block so far. */
  public int bytes() {
    return sink.length();
  }

  /** Returns how many bytes of the block describe flips. */
  public long flipBytes() {
    return flipBytes;
  }

  /** Returns the step of the first record. */
  public long firstStep() {
    return firstStep;
  }

  /** Returns the step of the last record. */
  public long lastStep() {
    return lastStep;
  }

  /**
   * Adds a record, which allocates nothing once the block has been as large before. Its step is
   * greater than that of the record before; a clock that goes back is held. Rows are written as
   * long as they have no more than {@value #MAX_ROW_NUMBERS} numbers together, the others are left
   * out.
   *
   * @param patterns one per tracked layer, advanced to this record, or where the probe was not
   *     observed to the last at which it was
   * @throws IllegalArgumentException if the steps do not increase; the block is then as before
   */
  public void add(Record record, List<PatternHistory> patterns) {
    long step = record.step();
    if (step < 0 || (count > 0 && step <= lastStep)) {
      throw new IllegalArgumentException("step " + step + " after step " + lastStep);
    }
    int start = sink.length();
    boolean whole = false;
    try {
      put(record, patterns);
      whole = true;
    } finally {
      if (!whole) {
        // Out of memory, say: the records before this one stay readable.
        sink.reset(start);
      }
    }
    firstStep = count == 0 ? step : firstStep;
    lastStep = step;
    lastMillis = Math.max(record.millis(), lastMillis);
    count++;
  }

  private void put(Record record, List<PatternHistory> patterns) {
    double[] values = record.values();
    EventBuffer events = record.events();
    boolean flips = record.isObserved() && hasFlips(patterns);
    int fitting = rowsThatFit(record.rows());
    boolean sparse = isWorthAMap(values);
    sink.putByte(
        (record.inPlace() ? FLAG_IN_PLACE : 0)
            | (flips ? FLAG_FLIPS : 0)
            | (events.size() == 0 ? 0 : FLAG_EVENTS)
            | (record.thinned() ? FLAG_THINNED : 0)
            | (fitting > 0 ? FLAG_ROWS : 0)
            | (sparse ? FLAG_SPARSE : 0)
            | (record.isObserved() ? 0 : FLAG_UNOBSERVED));
    sink.putVarLong(count == 0 ? 0 : record.step() - lastStep);
    sink.putVarLong(Math.max(0, record.epoch()));
    sink.putVarLong(Math.max(0, record.millis() - lastMillis));
    sink.putVarLong(Math.max(0, record.watchNanos()));
    if (sparse) {
      putMap(values);
    }
    for (double value : values) {
      if (!sparse || !Absent.is(value)) {
        sink.putDouble(value);
      }
    }
    if (fitting > 0) {
      putRows(record.rows(), fitting);
    }
    if (flips) {
      int before = sink.length();
      for (int i = 0; i < patterns.size(); i++) {
        PatternHistory pattern = patterns.get(i);
        for (FlipKind kind : KINDS) {
          sink.putIncreasing(pattern.flips(kind), pattern.flipCount(kind));
        }
      }
      flipBytes += sink.length() - before;
    }
    if (events.size() > 0) {
      sink.putInt(events.size());
      for (int i = 0; i < events.size(); i++) {
        put(events, i, record.step());
      }
    }
  }

  private static boolean hasFlips(List<PatternHistory> patterns) {
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).flipCount() > 0) {
        return true;
      }
    }
    return false;
  }

  private void putRows(double[] @Nullable [] rows, int fitting) {
    sink.putVarLong(fitting);
    int left = fitting;
    for (int row = 0; left > 0; row++) {
      if (rows[row] != null) {
        left--;
        sink.putVarLong(row);
        for (double value : rows[row]) {
          sink.putDouble(value);
        }
      }
    }
  }

  private void put(EventBuffer events, int i, long step) {
    List<Condition> conditions = events.conditions(i);
    boolean ofPrediction = events.prediction(i) >= 0;
    sink.putByte(events.kind(i).ordinal());
    Finding finding = events.finding(i);
    sink.putByte(
        (ofPrediction ? EVENT_PREDICTION : 0)
            | (conditions.isEmpty() ? 0 : EVENT_CONDITIONS)
            | (finding == null ? 0 : EVENT_FINDING));
    sink.putVarLong(events.step(i) < 0 ? 0 : Math.max(0, step - events.step(i)));
    sink.putVarLong(events.layer(i) + 1L);
    sink.putVarLong(events.unit(i) + 1L);
    sink.putVarLong(events.sample(i) + 1L);
    if (ofPrediction) {
      sink.putVarLong(events.prediction(i));
      sink.putDouble(events.measured(i));
      sink.putDouble(events.bound(i));
    }
    sink.putText(events.detail(i));
    if (!conditions.isEmpty()) {
      sink.putInt(conditions.size());
      for (Condition condition : conditions) {
        sink.putByte(condition.isMet() ? 1 : 0);
        sink.putText(condition.text());
      }
    }
    if (finding != null) {
      FindingCodec.put(finding, sink);
    }
  }

  /** Returns true if leaving out absent values saves more than the map of those that are there. */
  private static boolean isWorthAMap(double[] values) {
    int absent = 0;
    for (double value : values) {
      absent += Absent.is(value) ? 1 : 0;
    }
    return 8 * absent > mapBytes(values.length);
  }

  static int mapBytes(int columns) {
    return (columns + 7) / 8;
  }

  private void putMap(double[] values) {
    for (int from = 0; from < values.length; from += 8) {
      int bits = 0;
      for (int k = from; k < Math.min(values.length, from + 8); k++) {
        bits |= Absent.is(values[k]) ? 0 : 1 << (k - from);
      }
      sink.putByte(bits);
    }
  }

  private static int rowsThatFit(double[] @Nullable [] rows) {
    int fitting = 0;
    long numbers = 0;
    for (double[] row : rows) {
      numbers += row == null ? 0 : row.length;
      fitting += row == null || numbers > MAX_ROW_NUMBERS ? 0 : 1;
    }
    return fitting;
  }

  /**
   * Returns the block.
   *
   * @param number number of this block, counted from 0
   * @param previous number of the block that comes before it, -1 for none
   * @throws IllegalStateException if there is no record in it
   */
  public byte[] seal(long number, long previous) {
    if (count == 0) {
      throw new IllegalStateException("a block without records");
    }
    sink.setLong(NUMBER_AT, number);
    sink.setLong(PREVIOUS_AT, previous);
    sink.setLong(FIRST_STEP_AT, firstStep);
    sink.setLong(LAST_STEP_AT, lastStep);
    sink.setInt(COUNT_AT, count);
    byte[] block = sink.copy();
    Frame.seal(block, Frame.TYPE_RECORDS, id);
    return block;
  }
}
