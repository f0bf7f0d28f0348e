package io.github.implicitbias.run.format;

import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Record;
import java.nio.ByteBuffer;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** A block of consecutive records, decoded on demand. Immutable; trusts nothing in the bytes. */
public final class RecordBlock {

  private static final int LEAST_RECORD_BYTES = 6;

  private final RunHeader header;
  private final ByteBuffer payload;
  private final long number;
  private final long previous;
  private final long firstStep;
  private final long lastStep;
  private final int count;
  private final boolean keyframe;
  private volatile @Nullable Places places;

  /** Where the records begin in the payload, and their steps. */
  private static final class Places {
    final long[] steps;
    final int[] at;
    final BitSet observed = new BitSet();

    Places(int count) {
      steps = new long[count];
      at = new int[count];
    }
  }

  private RecordBlock(RunHeader header, byte[] block) throws BlockFormatException {
    this.header = header;
    this.payload = Frame.open(block, Frame.TYPE_RECORDS, header.id());
    ByteSource source = new ByteSource(payload.duplicate());
    number = source.getLong();
    previous = source.getLong();
    firstStep = source.getLong();
    lastStep = source.getLong();
    count = source.getCount(LEAST_RECORD_BYTES);
    keyframe = source.getFlag();
    if (count < 1
        || firstStep < 0
        || lastStep < firstStep
        || lastStep - firstStep < count - 1
        || previous < -1
        || previous >= number) {
      throw new BlockFormatException("a block with impossible numbers");
    }
  }

  /**
   * Decodes a block.
   *
   * @param header of the run the block belongs to
   * @param block is kept, not copied: it must not change any more
   * @throws BlockFormatException if the bytes are not a block of this run, or are damaged
   */
  public static RecordBlock decode(RunHeader header, byte[] block) throws BlockFormatException {
    RecordBlock decoded = new RecordBlock(header, block);
    decoded.checkKeyframe();
    decoded.visit(record -> {});
    return decoded;
  }

  /**
   * Opens a block that was decoded before: its checksum is tested at once, its content when it is
   * read.
   *
   * @throws BlockFormatException if the bytes are not a block of this run, or are damaged
   */
  public static RecordBlock open(RunHeader header, byte[] block) throws BlockFormatException {
    return new RecordBlock(header, block);
  }

  private void checkKeyframe() throws BlockFormatException {
    if (!keyframe) {
      return;
    }
    ByteSource source = bodyAfterKeyframe();
    source.position(BlockBuilder.HEAD_BYTES);
    int perUnit = ActivationPattern.wordsPerUnit(header.samples());
    long unused = ~ActivationPattern.lastWordMask(header.samples());
    for (int layer = 0; layer < header.layers().size(); layer++) {
      int words = header.words(layer);
      for (int k = 0; k < words; k++) {
        if ((source.getLong() & unused) != 0 && k % perUnit == perUnit - 1) {
          throw new BlockFormatException("a full pattern with bits beyond the last sample");
        }
      }
    }
  }

  /** Returns the size of the block in bytes, envelope included. */
  public int bytes() {
    return Frame.HEADER_BYTES + Frame.ID_BYTES + payload.limit();
  }

  /** Returns the number of this block, counted from 0. */
  public long number() {
    return number;
  }

  /** Returns the number of the block that comes before, -1 for none; anything else is a gap. */
  public long previousNumber() {
    return previous;
  }

  /** Returns the step of the first record. */
  public long firstStep() {
    return firstStep;
  }

  /** Returns the step of the last record. */
  public long lastStep() {
    return lastStep;
  }

  /** Returns the number of records, at least 1. */
  public int count() {
    return count;
  }

  /** Returns true if the block holds the full pattern of its first record. */
  public boolean hasKeyframe() {
    return keyframe;
  }

  /**
   * Returns the words of every layer's pattern at the first record; null without keyframe.
   *
   * @throws BlockFormatException if the block is damaged
   */
  public long @Nullable [][] keyframe() throws BlockFormatException {
    if (!keyframe) {
      return null;
    }
    long[][] words = new long[header.layers().size()][];
    for (int layer = 0; layer < words.length; layer++) {
      words[layer] = keyframe(layer);
    }
    return words;
  }

  /**
   * Returns the words of one layer's pattern at the first record; null without keyframe.
   *
   * @throws BlockFormatException if the block is damaged
   */
  public long @Nullable [] keyframe(int layer) throws BlockFormatException {
    if (!keyframe) {
      return null;
    }
    ByteSource source = bodyAfterKeyframe();
    source.position(BlockBuilder.HEAD_BYTES);
    source.skip(8 * header.wordsBefore(layer));
    long[] words = new long[header.words(layer)];
    source.getLongs(words);
    return words;
  }

  /** Goes behind the keyframe, after making sure that there is as much of it as is announced. */
  private ByteSource bodyAfterKeyframe() throws BlockFormatException {
    ByteSource source = new ByteSource(payload.duplicate());
    source.position(BlockBuilder.HEAD_BYTES);
    if (keyframe) {
      source.skip(8 * header.wordsBefore(header.layers().size()));
    }
    return source;
  }

  /**
   * Walks over the records in order.
   *
   * @throws BlockFormatException if the block is damaged
   */
  public void visit(RecordVisitor visitor) throws BlockFormatException {
    ByteSource source = bodyAfterKeyframe();
    RecordReader reader = new RecordReader(header, source);
    Record record = new Record(header.columns().size());
    record.at(firstStep, 0, false);
    record.recorded(start(source), 0);
    visitor.begin(this);
    for (int i = 0; i < count; i++) {
      int flags = reader.head(record, i == 0);
      visitor.record(record);
      reader.rest(flags, record.step(), visitor);
    }
    if (source.hasRemaining() || record.step() != lastStep) {
      throw new BlockFormatException("a block whose content does not fit its head");
    }
  }

  private static long start(ByteSource source) throws BlockFormatException {
    long millis = source.getLong();
    if (millis < 0) {
      throw new BlockFormatException("a block from before 1970");
    }
    return millis;
  }

  /**
   * Returns the position in this block of the last record whose step is at most {@code step}, -1 if
   * there is none.
   *
   * @throws BlockFormatException if the block is damaged
   */
  public int recordAtOrBefore(long step) throws BlockFormatException {
    long[] steps = places().steps;
    int low = 0;
    int high = steps.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (steps[middle] <= step) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  /**
   * Returns the position in this block of the last record up to one at which the probe was
   * observed, -1 if there is none.
   *
   * @throws BlockFormatException if the block is damaged
   */
  public int lastObserved(int upTo) throws BlockFormatException {
    return upTo < 0 ? -1 : places().observed.previousSetBit(upTo);
  }

  /**
   * Returns the step of a record.
   *
   * @throws BlockFormatException if the block is damaged
   */
  public long step(int record) throws BlockFormatException {
    return places().steps[record];
  }

  /**
   * Returns the values of a record, one per column.
   *
   * @throws BlockFormatException if the block is damaged
   */
  public double[] values(int record) throws BlockFormatException {
    ByteSource source = new ByteSource(payload.duplicate());
    source.position(places().at[record]);
    Record read = new Record(header.columns().size());
    new RecordReader(header, source).head(read, record == 0);
    return read.values();
  }

  /**
   * Applies the flips of some records to the pattern of a layer. Doing it twice undoes it.
   *
   * @param from the first record
   * @param to behind the last record
   * @throws BlockFormatException if the block is damaged
   */
  public void toggle(int layer, int from, int to, long[] words) throws BlockFormatException {
    int[] at = places().at;
    ByteSource source = new ByteSource(payload.duplicate());
    RecordReader reader = new RecordReader(header, source);
    for (int record = from; record < to; record++) {
      source.position(at[record]);
      if ((reader.skipToFlips() & BlockBuilder.FLAG_FLIPS) != 0) {
        reader.toggle(layer, words);
      }
    }
  }

  private Places places() throws BlockFormatException {
    Places found = places;
    if (found == null) {
      found = new Places(count);
      ByteSource source = bodyAfterKeyframe();
      RecordReader reader = new RecordReader(header, source);
      source.getLong();
      long step = firstStep;
      for (int i = 0; i < count; i++) {
        found.at[i] = source.position();
        int flags = source.getByte();
        found.observed.set(i, (flags & BlockBuilder.FLAG_UNOBSERVED) == 0);
        step += source.getVarLong();
        found.steps[i] = step;
        source.position(found.at[i]);
        reader.skip(step);
      }
      places = found;
    }
    return found;
  }
}
