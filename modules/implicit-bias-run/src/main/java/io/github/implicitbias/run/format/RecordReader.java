package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Record;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the parts of records, one after the other, trusting nothing in the bytes. */
final class RecordReader {

  private static final FlipKind[] KINDS = FlipKind.values();
  private static final EventKind[] EVENTS = EventKind.values();
  private static final int EVENT_BYTES = 10;
  private static final int MOST_FLAGS =
      BlockBuilder.EVENT_PREDICTION | BlockBuilder.EVENT_CONDITIONS | BlockBuilder.EVENT_FINDING;

  private final RunHeader header;
  private final ByteSource source;
  private final byte[] map;
  private @Nullable Map<Integer, double[]> rows;

  RecordReader(RunHeader header, ByteSource source) {
    this.header = header;
    this.source = source;
    this.map = new byte[BlockBuilder.mapBytes(header.columns().size())];
  }

  /**
   * Reads a record without its rows, flips and events.
   *
   * @param record the one before, which becomes this one; for the first, with its step
   * @return its flags
   */
  int head(Record record, boolean first) throws BlockFormatException {
    int flags = source.getByte();
    if ((flags & ~BlockBuilder.KNOWN_FLAGS) != 0) {
      throw new BlockFormatException("unknown flags " + flags);
    }
    long forward = source.getVarLong();
    if (first ? forward != 0 : forward < 1 || forward > Long.MAX_VALUE - record.step()) {
      throw new BlockFormatException("steps that do not increase");
    }
    int epoch = source.getVarInt(Integer.MAX_VALUE);
    long later = source.getVarLong();
    if (record.millis() > Long.MAX_VALUE - later) {
      throw new BlockFormatException("impossible times");
    }
    record.at(record.step() + forward, epoch, (flags & BlockBuilder.FLAG_IN_PLACE) != 0);
    record.recorded(record.millis() + later, source.getVarLong());
    record.thinned((flags & BlockBuilder.FLAG_THINNED) != 0);
    if ((flags & BlockBuilder.FLAG_UNOBSERVED) != 0) {
      if ((flags & (BlockBuilder.FLAG_IN_PLACE | BlockBuilder.FLAG_FLIPS)) != 0) {
        throw new BlockFormatException("flips of a probe that was not observed");
      }
      record.unobserved();
    }
    double[] values = record.values();
    if ((flags & BlockBuilder.FLAG_SPARSE) != 0) {
      sparse(values);
    } else {
      for (int k = 0; k < values.length; k++) {
        values[k] = source.getDouble();
      }
    }
    return flags;
  }

  /** Reads a map of the values that are there, then those; the others are absent. */
  private void sparse(double[] values) throws BlockFormatException {
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

  /** Reads what comes behind the head of a record. */
  void rest(int flags, long step, RecordVisitor visitor) throws BlockFormatException {
    if ((flags & BlockBuilder.FLAG_ROWS) != 0) {
      rows(visitor);
    }
    if ((flags & BlockBuilder.FLAG_FLIPS) != 0) {
      flips(visitor);
    }
    if ((flags & BlockBuilder.FLAG_EVENTS) != 0) {
      events(step, visitor);
    }
  }

  private void rows(RecordVisitor visitor) throws BlockFormatException {
    int samples = header.sampleColumns().size();
    int before = -1;
    int count = source.getVarInt(header.rows());
    if (count == 0) {
      throw new BlockFormatException("rows of values are announced and missing");
    }
    for (int left = count; left > 0; left--) {
      int row = source.getVarInt(header.rows() - 1);
      if (row <= before) {
        throw new BlockFormatException("rows of values that do not increase");
      }
      before = row;
      source.need(8L * header.rowLength(row));
      double[] values = room(row);
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

  /** Returns room for a row; rows of the same length share it. */
  private double[] room(int row) {
    Map<Integer, double[]> known = rows == null ? new HashMap<>() : rows;
    rows = known;
    return known.computeIfAbsent(header.rowLength(row), double[]::new);
  }

  private void flips(RecordVisitor visitor) throws BlockFormatException {
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

  private void events(long step, RecordVisitor visitor) throws BlockFormatException {
    for (int k = source.getCount(EVENT_BYTES); k > 0; k--) {
      visitor.event(event(step));
    }
  }

  private Event event(long step) throws BlockFormatException {
    int number = source.getByte();
    int flags = source.getByte();
    if (number >= EVENTS.length || flags > MOST_FLAGS) {
      throw new BlockFormatException("an event of unknown kind " + number + ", flags " + flags);
    }
    EventKind kind = EVENTS[number];
    long back = source.getVarLong();
    int layer = source.getVarInt(header.layers().size()) - 1;
    int unit =
        source.getVarInt(layer < 0 ? Integer.MAX_VALUE : header.layers().get(layer).units()) - 1;
    int sample = source.getVarInt(header.samples()) - 1;
    if (back > step) {
      throw new BlockFormatException("an event before the first step");
    }
    boolean ofPrediction = (flags & BlockBuilder.EVENT_PREDICTION) != 0;
    boolean tellsConditions = (flags & BlockBuilder.EVENT_CONDITIONS) != 0;
    if (ofPrediction ? header.predictions().isEmpty() : tellsConditions) {
      throw new BlockFormatException("an event of a prediction that there is not");
    }
    if (ofPrediction && (layer >= 0 || unit >= 0 || sample >= 0)) {
      throw new BlockFormatException("an event of a prediction and of a layer, unit or sample");
    }
    int prediction = ofPrediction ? source.getVarInt(header.predictions().size() - 1) : -1;
    double measured = ofPrediction ? source.getDouble() : Absent.VALUE;
    double bound = ofPrediction ? source.getDouble() : Absent.VALUE;
    String detail = source.getText();
    List<Condition> conditions = tellsConditions ? conditions() : List.of();
    boolean tellsFinding = (flags & BlockBuilder.EVENT_FINDING) != 0;
    if (tellsFinding != (kind == EventKind.FINDING)
        || tellsFinding && (ofPrediction || layer >= 0)) {
      throw new BlockFormatException("an event of kind " + kind.id() + " with flags " + flags);
    }
    if (tellsFinding) {
      return Event.ofFinding(step - back, FindingCodec.finding(detail, header, source));
    }
    return ofPrediction
        ? Event.ofPrediction(step - back, kind, prediction, measured, bound, detail, conditions)
        : new Event(step - back, kind, layer, unit, sample, detail);
  }

  private List<Condition> conditions() throws BlockFormatException {
    List<Condition> conditions = new ArrayList<>();
    for (int k = source.getCount(5); k > 0; k--) {
      conditions.add(condition());
    }
    return conditions;
  }

  private Condition condition() throws BlockFormatException {
    boolean met = source.getFlag();
    try {
      return new Condition(met, source.getText());
    } catch (IllegalArgumentException e) {
      throw new BlockFormatException(e.getMessage());
    }
  }

  /** Goes to the flips of a record, or to what is there in place of them. */
  int skipToFlips() throws BlockFormatException {
    int flags = source.getByte();
    for (int k = 0; k < 4; k++) {
      source.getVarLong(); // step, epoch, time, time of watching
    }
    if ((flags & BlockBuilder.FLAG_SPARSE) != 0) {
      int values = 0;
      for (int k = map.length; k > 0; k--) {
        values += Integer.bitCount(source.getByte());
      }
      source.skip(8L * values);
    } else {
      source.skip(8L * header.columns().size());
    }
    if ((flags & BlockBuilder.FLAG_ROWS) != 0) {
      for (int left = source.getVarInt(header.rows()); left > 0; left--) {
        int row = source.getVarInt(header.rows() - 1);
        source.skip(8L * header.rowLength(row));
      }
    }
    return flags;
  }

  /** Goes behind a record. */
  void skip(long step) throws BlockFormatException {
    int flags = skipToFlips();
    if ((flags & BlockBuilder.FLAG_FLIPS) != 0) {
      for (TrackedLayer layer : header.layers()) {
        int entries = layer.units() * header.samples();
        for (int kind = 0; kind < KINDS.length; kind++) {
          for (int flips = source.getVarInt(entries); flips > 0; flips--) {
            source.getVarInt(entries);
          }
        }
      }
    }
    if ((flags & BlockBuilder.FLAG_EVENTS) != 0) {
      events(step, record -> {});
    }
  }

  /** Applies the flips of a record, which come next, to the pattern of a layer. */
  void toggle(int layer, long[] words) throws BlockFormatException {
    int samples = header.samples();
    int perUnit = ActivationPattern.wordsPerUnit(samples);
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
