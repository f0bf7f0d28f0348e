package io.github.implicitbias.run.format;

import io.github.implicitbias.run.RunId;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.Deflater;
import org.jspecify.annotations.Nullable;

/**
 * A block about visits (docs/format.md): either what holds over an epoch, or the table of all
 * samples. Immutable; trusts nothing in the bytes.
 */
public final class VisitBlock {

  private static final int EPOCH = 1;
  private static final int TABLE = 2;

  private static final int AT_LEAST = 1;
  private static final int PER_UNIT = 2;

  private static final int LAST = 1;
  private static final int IDS = 2;
  private static final int ROWS = 4;

  /** Bytes of a table may be so many times those of its block, and a few more. */
  private static final int MOST_TIMES = 4;

  private static final int FEW_BYTES = 1024;

  private static final EpochNumber[] NUMBERS = EpochNumber.values();
  private static final VisitColumn[] COLUMNS = VisitColumn.values();

  private final long number;
  private final int epoch;
  private final @Nullable VisitEpoch whole;
  private final @Nullable VisitTable table;

  private VisitBlock(ByteBuffer payload) throws BlockFormatException {
    ByteSource source = new ByteSource(payload);
    number = source.getLong();
    int kind = source.getByte();
    if (number < 0 || kind != EPOCH && kind != TABLE) {
      throw new BlockFormatException("visits of kind " + kind + " in block " + number);
    }
    long bytes = MOST_TIMES * (long) payload.limit() + FEW_BYTES;
    try {
      whole = kind == EPOCH ? readEpoch(source) : null;
      table = kind == TABLE ? readTable(source, bytes) : null;
    } catch (IllegalArgumentException e) {
      throw new BlockFormatException(e.getMessage());
    }
    epoch = whole != null ? whole.epoch() : table != null ? table.epoch() : -1;
    if (source.hasRemaining()) {
      throw new BlockFormatException("visits that go on behind their end");
    }
  }

  /**
   * Decodes a block.
   *
   * @param id of the run that the block must belong to
   * @throws BlockFormatException if the bytes are no visits of this run, or are damaged
   */
  public static VisitBlock decode(RunId id, byte[] block) throws BlockFormatException {
    return new VisitBlock(Frame.open(block, Frame.TYPE_VISITS, id));
  }

  /** Returns the number of this block, in one count with the blocks of records. */
  public long number() {
    return number;
  }

  /** Returns the number of the epoch; for a table the last that had ended, -1 for none. */
  public int epochNumber() {
    return epoch;
  }

  /** Returns what holds over an epoch; null if this is a table. */
  public @Nullable VisitEpoch epoch() {
    return whole;
  }

  /** Returns the table of all samples; null if this is about an epoch. */
  public @Nullable VisitTable table() {
    return table;
  }

  private static ByteSink begin(long number, int kind) {
    ByteSink sink = new ByteSink(1 << 12);
    sink.reset(Frame.HEADER_BYTES + Frame.ID_BYTES);
    sink.putLong(number);
    sink.putByte(kind);
    return sink;
  }

  private static byte[] sealed(ByteSink sink, RunId id) {
    byte[] block = sink.copy();
    Frame.seal(block, Frame.TYPE_VISITS, id);
    return block;
  }

  /**
   * Encodes what holds over an epoch.
   *
   * @param number of the block
   */
  public static byte[] encode(RunId id, long number, VisitEpoch epoch) {
    ByteSink sink = begin(number, EPOCH);
    sink.putVarLong(epoch.epoch());
    sink.putVarLong(epoch.firstStep());
    sink.putVarLong(epoch.lastStep());
    Map<EpochNumber, Double> known = epoch.known();
    sink.putByte(known.size());
    known.forEach(
        (what, value) -> {
          sink.putByte(what.ordinal());
          sink.putDouble(value);
        });
    sink.putInt(epoch.layers().size());
    for (VisitLayer layer : epoch.layers()) {
      write(sink, layer);
    }
    return sealed(sink, id);
  }

  private static void write(ByteSink sink, VisitLayer layer) {
    long[] flips = layer.flipsOfUnits();
    sink.putText(layer.name());
    sink.putByte((layer.isAtLeast() ? AT_LEAST : 0) | (flips == null ? 0 : PER_UNIT));
    sink.putVarLong(layer.deadUnits() + 1);
    sink.putVarLong(layer.linearUnits() + 1);
    sink.putVarLong(layer.distinctPatterns() + 1);
    sink.putVarLong(layer.flips() + 1);
    sink.putInt(layer.shares().length);
    for (float share : layer.shares()) {
      sink.putInt(Float.floatToRawIntBits(share));
    }
    for (int j = 0; flips != null && j < flips.length; j++) {
      sink.putVarLong(flips[j]);
    }
  }

  private static VisitEpoch readEpoch(ByteSource source) throws BlockFormatException {
    int epoch = source.getVarInt(Integer.MAX_VALUE);
    long first = source.getVarLong();
    long last = source.getVarLong();
    Map<EpochNumber, Double> known = new EnumMap<>(EpochNumber.class);
    int before = -1;
    for (int left = source.getByte(); left > 0; left--) {
      int what = source.getByte();
      if (what <= before || what >= NUMBERS.length) {
        throw new BlockFormatException("unknown number " + what + " of an epoch");
      }
      known.put(NUMBERS[what], source.getDouble());
      before = what;
    }
    int count = entries(source, 17);
    List<VisitLayer> layers = new ArrayList<>();
    for (int l = 0; l < count; l++) {
      layers.add(readLayer(source));
    }
    return new VisitEpoch(epoch, first, last, known, layers);
  }

  private static VisitLayer readLayer(ByteSource source) throws BlockFormatException {
    String name = layerName(source);
    int flags = source.getByte();
    if ((flags & ~(AT_LEAST | PER_UNIT)) != 0) {
      throw new BlockFormatException("unknown flags " + flags);
    }
    long dead = source.getVarLong() - 1;
    long linear = source.getVarLong() - 1;
    long distinct = source.getVarLong() - 1;
    long flips = source.getVarLong() - 1;
    float[] shares = new float[source.getCount(4)];
    for (int j = 0; j < shares.length; j++) {
      shares[j] = Float.intBitsToFloat(source.getInt());
    }
    long[] perUnit = null;
    if ((flags & PER_UNIT) != 0) {
      perUnit = new long[shares.length];
      for (int j = 0; j < perUnit.length; j++) {
        perUnit[j] = source.getVarLong();
      }
    }
    return new VisitLayer(
        name, shares, (flags & AT_LEAST) != 0, dead, linear, distinct, flips, perUnit);
  }

  private static int entries(ByteSource source, int bytesEach) throws BlockFormatException {
    int count = source.getCount(bytesEach);
    if (count > RunHeader.MAX_ENTRIES) {
      throw new BlockFormatException(count + " entries of one kind");
    }
    return count;
  }

  private static String layerName(ByteSource source) throws BlockFormatException {
    String name = source.getText();
    if (name.length() > RunHeader.MAX_NAME) {
      throw new BlockFormatException("a layer with a name of " + name.length() + " characters");
    }
    return name;
  }

  /**
   * Encodes a table.
   *
   * @param number of the block
   */
  public static byte[] encode(RunId id, long number, VisitTable table) {
    ByteSink sink = begin(number, TABLE);
    ShownRows shown = table.shown();
    boolean rows = shown.samples.length > 0;
    sink.putByte((table.isLast() ? LAST : 0) | (table.hasIds() ? IDS : 0) | (rows ? ROWS : 0));
    sink.putVarLong(table.epoch() + 1L);
    sink.putVarLong(table.step());
    sink.putText(table.status());
    sink.putInt(table.classes().size());
    table.classes().forEach(sink::putText);
    write(sink, table.suspects());
    sink.putInt(table.size());
    sink.putByte(table.columns().size());
    table.columns().keySet().forEach(column -> sink.putByte(column.ordinal()));
    sink.putInt(table.flips().size());
    table.flips().keySet().forEach(sink::putText);
    List<Planes> all = new ArrayList<>(table.columns().values());
    all.addAll(table.flips().values());
    Planes ends = table.idEnds();
    if (ends != null) {
      all.add(ends);
    }
    List<byte[]> contents = new ArrayList<>();
    all.forEach(planes -> contents.add(planes.bytes()));
    if (ends != null) {
      contents.add(table.idBytes());
    }
    if (rows) {
      contents.add(shown.content);
    }
    byte[][] deflated = deflated(contents, sink.length());
    for (int k = 0; k < deflated.length; k++) {
      if (k < all.size()) {
        sink.putByte(all.get(k).width());
      } else if (rows && k == deflated.length - 1) {
        write(sink, shown);
      }
      byte[] content = contents.get(k);
      boolean raw = deflated[k] == content;
      sink.putByte(raw ? 0 : 1);
      sink.putInt(deflated[k].length);
      sink.putBytes(deflated[k]);
    }
    return sealed(sink, id);
  }

  /** Deflates contents, but for some if all would become smaller than a reader believes. */
  private static byte[][] deflated(List<byte[]> contents, int other) {
    byte[][] deflated = new byte[contents.size()][];
    long stored = other - Frame.HEADER_BYTES - Frame.ID_BYTES;
    long all = 0;
    Deflater deflater = Planes.deflater();
    try {
      for (int k = 0; k < deflated.length; k++) {
        deflated[k] = Planes.deflated(contents.get(k), deflater);
        stored += deflated[k].length;
        all += contents.get(k).length;
      }
    } finally {
      deflater.end();
    }
    for (int k = 0; k < deflated.length && all > MOST_TIMES * stored; k++) {
      stored += contents.get(k).length - deflated[k].length;
      deflated[k] = contents.get(k);
    }
    return deflated;
  }

  private static void write(ByteSink sink, ShownRows shown) {
    sink.putByte(shown.pictures ? 1 : 0);
    for (int length : shown.shape) {
      sink.putByte(length);
    }
    sink.putByte(shown.samples.length);
    for (int sample : shown.samples) {
      sink.putVarLong(sample);
    }
  }

  private static ShownRows readShown(ByteSource source, int size, long most)
      throws BlockFormatException {
    boolean pictures = source.getFlag();
    int[] shape = new int[pictures ? 3 : 1];
    long bytes = pictures ? 1 : Float.BYTES;
    for (int k = 0; k < shape.length; k++) {
      shape[k] = source.getByte();
      bytes *= shape[k];
    }
    int[] samples = new int[source.getByte()];
    for (int k = 0; k < samples.length; k++) {
      samples[k] = source.getVarInt(size - 1);
    }
    byte[] content = Planes.bytes(source, samples.length * bytes, most);
    return new ShownRows(pictures, shape, samples, content);
  }

  private static void write(ByteSink sink, VisitSuspects suspects) {
    sink.putDouble(suspects.threshold());
    sink.putDouble(suspects.expectedByChance());
    sink.putText(suspects.reason());
    int[] samples = suspects.samples();
    sink.putInt(samples.length);
    for (int sample : samples) {
      sink.putVarLong(sample);
    }
  }

  private static VisitSuspects readSuspects(ByteSource source) throws BlockFormatException {
    double threshold = source.getDouble();
    double expected = source.getDouble();
    String reason = source.getText();
    int[] samples = new int[source.getCount(1)];
    for (int k = 0; k < samples.length; k++) {
      samples[k] = source.getVarInt(Integer.MAX_VALUE);
    }
    return new VisitSuspects(samples, threshold, expected, reason);
  }

  private static VisitTable readTable(ByteSource source, long bytes) throws BlockFormatException {
    int flags = source.getByte();
    if ((flags & ~(LAST | IDS | ROWS)) != 0 || (flags & (LAST | IDS)) == IDS) {
      throw new BlockFormatException("unknown flags " + flags);
    }
    int epoch = (int) (source.getVarInt(Integer.MAX_VALUE) - 1L);
    long step = source.getVarLong();
    String status = source.getText();
    List<String> classes = new ArrayList<>();
    for (int left = entries(source, 4); left > 0; left--) {
      classes.add(source.getText());
    }
    VisitSuspects suspects = readSuspects(source);
    int size = source.getInt();
    VisitTable.Builder table =
        new VisitTable.Builder(size, epoch, step)
            .status(status)
            .classes(classes)
            .suspects(suspects);
    if (Arrays.stream(suspects.samples()).anyMatch(sample -> sample >= size)) {
      throw new BlockFormatException("a suspect that is no sample");
    }
    List<VisitColumn> columns = new ArrayList<>();
    int before = -1;
    for (int left = source.getByte(); left > 0; left--) {
      int column = source.getByte();
      if (column <= before || column >= COLUMNS.length) {
        throw new BlockFormatException("unknown column " + column + " of samples");
      }
      columns.add(COLUMNS[column]);
      before = column;
    }
    if (columns.isEmpty() && size > 0) {
      throw new BlockFormatException(size + " samples of which nothing is said");
    }
    Set<String> layers = new LinkedHashSet<>();
    for (int left = entries(source, 10); left > 0; left--) {
      String name = layerName(source);
      if (!layers.add(name)) {
        throw new BlockFormatException("two layers of the name " + name);
      }
    }
    long left = bytes;
    for (VisitColumn column : columns) {
      Planes planes = Planes.read(source, size, left);
      left -= planes.bytes().length;
      table.column(column, planes);
    }
    for (String layer : layers) {
      Planes planes = Planes.read(source, size, left);
      left -= planes.bytes().length;
      table.flips(layer, planes);
    }
    if ((flags & IDS) != 0) {
      left -= readIds(source, table, size, left);
    }
    if ((flags & ROWS) != 0) {
      table.shown(readShown(source, size, left));
    }
    return (flags & LAST) != 0 ? table.atEnd() : table.asStored();
  }

  private static long readIds(ByteSource source, VisitTable.Builder table, int size, long most)
      throws BlockFormatException {
    Planes ends = Planes.read(source, size, most);
    int end = 0;
    for (int i = 0; i < size; i++) {
      int next = ends.whole(i);
      if (next < end) {
        throw new BlockFormatException("names of samples that overlap");
      }
      end = next;
    }
    table.ids(ends, Planes.bytes(source, end, most - ends.bytes().length));
    return (long) end + ends.bytes().length;
  }
}
