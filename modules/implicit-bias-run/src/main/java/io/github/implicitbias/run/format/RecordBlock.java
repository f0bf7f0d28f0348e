package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.FlipKind;
import java.nio.ByteBuffer;

/** A block of consecutive records, decoded on demand. Immutable; trusts nothing in the bytes. */
public final class RecordBlock {

  private static final FlipKind[] KINDS = FlipKind.values();
  private static final EventKind[] EVENTS = EventKind.values();

  private final RunHeader header;
  private final ByteBuffer payload;
  private final long number;
  private final long previous;
  private final long firstStep;
  private final long lastStep;
  private final int count;
  private final boolean keyframe;
  private final int knownFlags;
  private final int knownKinds;
  private volatile Places places;

  /** Where the records begin in the payload, and their steps. */
  private static final class Places {
    final long[] steps;
    final int[] at;

    Places(int count) {
      steps = new long[count];
      at = new int[count];
    }
  }

  private RecordBlock(RunHeader header, byte[] block) throws BlockFormatException {
    this.header = header;
    this.payload = Frame.open(block, Frame.TYPE_RECORDS);
    this.knownFlags =
        Frame.version(block) == 1 ? BlockBuilder.KNOWN_FLAGS_V1 : BlockBuilder.KNOWN_FLAGS;
    this.knownKinds = Frame.version(block) == 1 ? EventKind.KINDS_V1 : EVENTS.length;
    ByteSource source = new ByteSource(payload.duplicate());
    number = source.getLong();
    previous = source.getLong();
    firstStep = source.getLong();
    lastStep = source.getLong();
    count = source.getInt();
    int flag = source.getByte();
    keyframe = flag == 1;
    if (flag > 1
        || count < 1
        || firstStep < 0
        || lastStep < firstStep
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
   * @throws BlockFormatException if the bytes are not a block, or are damaged
   */
  public static RecordBlock open(RunHeader header, byte[] block) throws BlockFormatException {
    return new RecordBlock(header, block);
  }

  private void checkKeyframe() throws BlockFormatException {
    if (!keyframe) {
      return;
    }
    ByteSource source = bodyAfterKeyframe();
    source.position(bodyAt());
    int perUnit = ActivationPattern.wordsPerUnit(header.samples());
    long unused = ~ActivationPattern.lastWordMask(header.samples());
    for (int layer = 0; layer < header.layers().size(); layer++) {
      int words = words(header, layer);
      for (int k = 0; k < words; k++) {
        if ((source.getLong() & unused) != 0 && k % perUnit == perUnit - 1) {
          throw new BlockFormatException("a full pattern with bits beyond the last sample");
        }
      }
    }
  }

  /** Returns the size of the block in bytes, envelope included. */
  public int bytes() {
    return Frame.HEADER_BYTES + payload.limit();
  }

  /** Returns the number of this block, counted from 0. */
  public long number() {
    return number;
  }

  /** Returns the number of the block that comes before, -1 for none; anything else is a gap. */
  public long previousNumber() {
    return previous;
  }

  public long firstStep() {
    return firstStep;
  }

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

  private int bodyAt() {
    return BlockBuilder.BODY_AT - Frame.HEADER_BYTES;
  }

  private static int words(RunHeader header, int layer) {
    return header.layers().get(layer).units() * ActivationPattern.wordsPerUnit(header.samples());
  }

  /**
   * Returns the words of every layer's pattern at the first record, null without keyframe.
   *
   * @throws BlockFormatException if the block is damaged
   */
  public long[][] keyframe() throws BlockFormatException {
    if (!keyframe) {
      return null;
    }
    ByteSource source = bodyAfterKeyframe();
    source.position(bodyAt());
    long[][] words = new long[header.layers().size()][];
    for (int layer = 0; layer < words.length; layer++) {
      words[layer] = new long[words(header, layer)];
      source.getLongs(words[layer]);
    }
    return words;
  }

  private ByteSource bodyAfterKeyframe() throws BlockFormatException {
    ByteSource source = new ByteSource(payload.duplicate());
    source.position(bodyAt());
    if (keyframe) {
      long total = 0;
      for (int layer = 0; layer < header.layers().size(); layer++) {
        total += words(header, layer);
      }
      source.skip(8 * total);
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
    RecordView view = new RecordView(header);
    view.step = firstStep;
    view.millis = source.getLong();
    for (int i = 0; i < count; i++) {
      int flags = readRecord(source, view, i == 0);
      visitor.record(view);
      if ((flags & BlockBuilder.FLAG_ROWS) != 0) {
        readRows(source, view, visitor);
      }
      if ((flags & BlockBuilder.FLAG_FLIPS) != 0) {
        readFlips(source, visitor);
      }
      if ((flags & BlockBuilder.FLAG_EVENTS) != 0) {
        readEvents(source, view.step, visitor);
      }
    }
    if (source.hasRemaining() || view.step != lastStep) {
      throw new BlockFormatException("a block whose content does not fit its head");
    }
  }

  private int readRecord(ByteSource source, RecordView view, boolean first)
      throws BlockFormatException {
    int flags = source.getByte();
    if ((flags & ~knownFlags) != 0) {
      throw new BlockFormatException("unknown flags " + flags);
    }
    long forward = source.getVarLong();
    if (first ? forward != 0 : forward < 1 || forward > Long.MAX_VALUE - view.step) {
      throw new BlockFormatException("steps that do not increase");
    }
    view.step += forward;
    view.epoch = source.getVarInt(Integer.MAX_VALUE);
    long later = source.getVarLong();
    if (view.millis > Long.MAX_VALUE - later) {
      throw new BlockFormatException("impossible times");
    }
    view.millis += later;
    view.watchNanos = source.getVarLong();
    view.inPlace = (flags & BlockBuilder.FLAG_IN_PLACE) != 0;
    view.thinned = (flags & BlockBuilder.FLAG_THINNED) != 0;
    if ((flags & BlockBuilder.FLAG_SPARSE) != 0) {
      readSparse(source, view.map, view.values);
    } else {
      for (int k = 0; k < view.values.length; k++) {
        view.values[k] = source.getDouble();
      }
    }
    return flags;
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

  /** Returns the step of a record. */
  public long step(int record) throws BlockFormatException {
    return places().steps[record];
  }

  /** Returns the values of a record, one per column. */
  public double[] values(int record) throws BlockFormatException {
    RecordView view = new RecordView(header);
    ByteSource source = new ByteSource(payload.duplicate());
    source.position(places().at[record]);
    readRecord(source, view, record == 0);
    return view.values;
  }

  /**
   * Applies the flips of some records to the pattern of a layer. Doing it twice undoes it.
   *
   * @param from the first record
   * @param to behind the last record
   */
  public void toggle(int layer, int from, int to, long[] words) throws BlockFormatException {
    int[] at = places().at;
    int perUnit = ActivationPattern.wordsPerUnit(header.samples());
    ByteSource source = new ByteSource(payload.duplicate());
    int samples = header.samples();
    for (int record = from; record < to; record++) {
      source.position(at[record]);
      int flags = skipHead(source);
      if ((flags & BlockBuilder.FLAG_FLIPS) == 0) {
        continue;
      }
      for (int k = 0; k <= layer; k++) {
        int entries = header.layers().get(k).units() * samples;
        for (int kind = 0; kind < KINDS.length; kind++) {
          int flips = source.getVarInt(entries);
          int entry = -1;
          for (int n = 0; n < flips; n++) {
            entry += 1 + source.getVarInt(entries - entry - 2);
            if (k == layer) {
              int sample = entry % samples;
              words[entry / samples * perUnit + (sample >>> 6)] ^= 1L << (sample & 63);
            }
          }
        }
      }
    }
  }

  private Places places() throws BlockFormatException {
    Places found = places;
    if (found == null) {
      found = new Places(count);
      ByteSource source = bodyAfterKeyframe();
      source.getLong();
      long step = firstStep;
      for (int i = 0; i < count; i++) {
        found.at[i] = source.position();
        source.getByte();
        step += source.getVarLong();
        found.steps[i] = step;
        source.position(found.at[i]);
        int flags = skipHead(source);
        if ((flags & BlockBuilder.FLAG_FLIPS) != 0) {
          skipFlips(source);
        }
        if ((flags & BlockBuilder.FLAG_EVENTS) != 0) {
          readEvents(source, step, record -> {});
        }
      }
      places = found;
    }
    return found;
  }

  /** Goes to the flips of a record, or to what is there in place of them. */
  private int skipHead(ByteSource source) throws BlockFormatException {
    int flags = source.getByte();
    for (int k = 0; k < 4; k++) {
      source.getVarLong(); // step, epoch, time, time of watching
    }
    if ((flags & BlockBuilder.FLAG_SPARSE) != 0) {
      int values = 0;
      for (int k = BlockBuilder.mapBytes(header.columns().size()); k > 0; k--) {
        values += Integer.bitCount(source.getByte());
      }
      source.skip(8L * values);
    } else {
      source.skip(8L * header.columns().size());
    }
    if ((flags & BlockBuilder.FLAG_ROWS) != 0) {
      for (int rows = source.getVarInt(header.rows()); rows > 0; rows--) {
        int row = source.getVarInt(header.rows() - 1);
        source.skip(8L * header.rowLength(row));
      }
    }
    return flags;
  }

  private void skipFlips(ByteSource source) throws BlockFormatException {
    for (TrackedLayer layer : header.layers()) {
      int entries = layer.units() * header.samples();
      for (int kind = 0; kind < KINDS.length; kind++) {
        for (int flips = source.getVarInt(entries); flips > 0; flips--) {
          source.getVarInt(entries);
        }
      }
    }
  }

  /** Reads a map of the values that are there, then those; the others are absent. */
  private static void readSparse(ByteSource source, byte[] map, double[] values)
      throws BlockFormatException {
    for (int k = 0; k < map.length; k++) {
      map[k] = (byte) source.getByte();
    }
    int unused = 8 * map.length - values.length;
    if (unused > 0 && (map[map.length - 1] & 0xff) >>> (8 - unused) != 0) {
      throw new BlockFormatException("a map of values with bits beyond the last column");
    }
    for (int k = 0; k < values.length; k++) {
      boolean present = (map[k >> 3] >>> (k & 7) & 1) != 0;
      values[k] = present ? source.getDouble() : Absent.VALUE;
    }
  }

  private void readRows(ByteSource source, RecordView view, RecordVisitor visitor)
      throws BlockFormatException {
    int samples = header.sampleColumns().size();
    int before = -1;
    int rows = source.getVarInt(header.rows());
    if (rows == 0) {
      throw new BlockFormatException("rows of values are announced and missing");
    }
    for (; rows > 0; rows--) {
      int row = source.getVarInt(header.rows() - 1);
      if (row <= before) {
        throw new BlockFormatException("rows of values that do not increase");
      }
      before = row;
      source.need(8L * header.rowLength(row));
      double[] values = view.row(header, row);
      for (int i = 0; i < values.length; i++) {
        values[i] = source.getDouble();
      }
      if (row < samples) {
        visitor.sampleValues(row, values);
      } else {
        visitor.unitValues(row - samples, values);
      }
    }
  }

  private void readFlips(ByteSource source, RecordVisitor visitor) throws BlockFormatException {
    int samples = header.samples();
    for (int layer = 0; layer < header.layers().size(); layer++) {
      int entries = header.layers().get(layer).units() * samples;
      for (FlipKind kind : KINDS) {
        int flips = source.getVarInt(entries);
        int entry = -1;
        for (int k = 0; k < flips; k++) {
          entry += 1 + source.getVarInt(entries - entry - 2);
          visitor.flip(layer, kind, entry / samples, entry % samples);
        }
      }
      visitor.endOfLayer(layer);
    }
  }

  private void readEvents(ByteSource source, long step, RecordVisitor visitor)
      throws BlockFormatException {
    for (int k = source.getCount(17); k > 0; k--) {
      int kind = source.getByte();
      if (kind >= knownKinds) {
        throw new BlockFormatException("an event of unknown kind " + kind);
      }
      int layer = source.getInt();
      int unit = source.getInt();
      int sample = source.getInt();
      if (layer < -1
          || layer >= header.layers().size()
          || unit < -1
          || (layer >= 0 && unit >= header.layers().get(layer).units())
          || sample < -1
          || sample >= header.samples()) {
        throw new BlockFormatException(
            "an event of layer " + layer + ", unit " + unit + ", sample " + sample);
      }
      visitor.event(new Event(step, EVENTS[kind], layer, unit, sample, source.getText()));
    }
  }
}
