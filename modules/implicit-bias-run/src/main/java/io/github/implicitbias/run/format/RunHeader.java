package io.github.implicitbias.run.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is known about a run before its first record, and stays the same. */
public final class RunHeader {

  /** Columns that every run has, in front of the metrics. */
  public static final List<String> FIXED_COLUMNS =
      List.of("time", "flowTime", "learningRate", "score", "loss");

  private static final int MAX_ENTRIES = 1 << 16;

  private final String sessionId;
  private final String workerId;
  private final long startedAt;
  private final Map<String, String> provenance;
  private final List<TrackedLayer> layers;
  private final int[] sampleIds;
  private final int[] sampleClasses;
  private final List<String> columns;
  private final List<String> sampleColumns;
  private final List<UnitColumn> unitColumns;

  /** Describes a run without sample columns; otherwise as the constructor with them. */
  public RunHeader(
      String sessionId,
      String workerId,
      long startedAt,
      Map<String, String> provenance,
      List<TrackedLayer> layers,
      int[] sampleIds,
      int[] sampleClasses,
      List<String> columns) {
    this(
        sessionId,
        workerId,
        startedAt,
        provenance,
        layers,
        sampleIds,
        sampleClasses,
        columns,
        List.of());
  }

  /** Describes a run without unit columns; otherwise as the constructor with them. */
  public RunHeader(
      String sessionId,
      String workerId,
      long startedAt,
      Map<String, String> provenance,
      List<TrackedLayer> layers,
      int[] sampleIds,
      int[] sampleClasses,
      List<String> columns,
      List<String> sampleColumns) {
    this(
        sessionId,
        workerId,
        startedAt,
        provenance,
        layers,
        sampleIds,
        sampleClasses,
        columns,
        sampleColumns,
        List.of());
  }

  /**
   * Describes a run.
   *
   * @param startedAt milliseconds since 1970 UTC
   * @param provenance versions, seed, data type, configuration, data hash and the like
   * @param sampleIds the user's name of each probe sample
   * @param sampleClasses class of each probe sample, -1 if it has none; same length
   * @param columns all columns, {@link #FIXED_COLUMNS} first
   * @param sampleColumns names of what is recorded with one number per sample
   * @param unitColumns what is recorded with one number per unit of a tracked layer
   * @throws IllegalArgumentException if lengths differ, the fixed columns are not in front, a unit
   *     column is of no layer, or there are more than 65,536 layers, columns, columns of rows or
   *     entries of the provenance
   */
  public RunHeader(
      String sessionId,
      String workerId,
      long startedAt,
      Map<String, String> provenance,
      List<TrackedLayer> layers,
      int[] sampleIds,
      int[] sampleClasses,
      List<String> columns,
      List<String> sampleColumns,
      List<UnitColumn> unitColumns) {
    if (sampleIds.length != sampleClasses.length) {
      throw new IllegalArgumentException(
          sampleIds.length + " sample ids but " + sampleClasses.length + " sample classes");
    }
    if (columns.size() < FIXED_COLUMNS.size()
        || !columns.subList(0, FIXED_COLUMNS.size()).equals(FIXED_COLUMNS)) {
      throw new IllegalArgumentException("the columns " + FIXED_COLUMNS + " come first");
    }
    if (layers.size() > MAX_ENTRIES
        || columns.size() > MAX_ENTRIES
        || sampleColumns.size() + unitColumns.size() > MAX_ENTRIES
        || provenance.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "more than " + MAX_ENTRIES + " layers, columns or entries of the provenance");
    }
    for (UnitColumn column : unitColumns) {
      if (column.layer() < 0 || column.layer() >= layers.size()) {
        throw new IllegalArgumentException(column + ", and there are " + layers.size());
      }
    }
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.startedAt = startedAt;
    this.provenance = Collections.unmodifiableMap(new LinkedHashMap<>(provenance));
    this.layers = List.copyOf(layers);
    this.sampleIds = sampleIds.clone();
    this.sampleClasses = sampleClasses.clone();
    this.columns = List.copyOf(columns);
    this.sampleColumns = List.copyOf(sampleColumns);
    this.unitColumns = List.copyOf(unitColumns);
  }

  /** Returns this header with another provenance. */
  public RunHeader withProvenance(Map<String, String> facts) {
    return new RunHeader(
        sessionId,
        workerId,
        startedAt,
        facts,
        layers,
        sampleIds,
        sampleClasses,
        columns,
        sampleColumns,
        unitColumns);
  }

  public String sessionId() {
    return sessionId;
  }

  public String workerId() {
    return workerId;
  }

  /** Returns when the run began, in milliseconds since 1970 UTC. */
  public long startedAt() {
    return startedAt;
  }

  public Map<String, String> provenance() {
    return provenance;
  }

  public List<TrackedLayer> layers() {
    return layers;
  }

  /** Returns the number of probe samples. */
  public int samples() {
    return sampleIds.length;
  }

  public int[] sampleIds() {
    return sampleIds.clone();
  }

  public int[] sampleClasses() {
    return sampleClasses.clone();
  }

  public List<String> columns() {
    return columns;
  }

  /** Returns the names of what is recorded with one number per sample. */
  public List<String> sampleColumns() {
    return sampleColumns;
  }

  /** Returns what is recorded with one number per unit of a tracked layer. */
  public List<UnitColumn> unitColumns() {
    return unitColumns;
  }

  /**
   * Returns how many rows a record may have: first the sample columns, one number per sample, then
   * the unit columns, one number per unit of their layer.
   */
  public int rows() {
    return sampleColumns.size() + unitColumns.size();
  }

  /** Returns the tracked layer a row belongs to, -1 if it belongs to the samples. */
  int rowLayer(int row) {
    return row < sampleColumns.size() ? -1 : unitColumns.get(row - sampleColumns.size()).layer();
  }

  /** Returns how many numbers a row has. */
  public int rowLength(int row) {
    int layer = rowLayer(row);
    return layer < 0 ? samples() : layers.get(layer).units();
  }

  /**
   * Returns the position of a unit column among {@link #unitColumns}.
   *
   * @param column what the numbers are
   * @param layer name of a tracked layer
   * @throws IllegalArgumentException if there is no such layer or unit column
   */
  public int unitColumnNumber(String column, String layer) {
    int at = unitColumns.indexOf(new UnitColumn(column, layerNumber(layer)));
    if (at < 0) {
      throw new IllegalArgumentException(
          "no unit column of " + layer + " is called '" + column + "': " + unitColumns);
    }
    return at;
  }

  /**
   * Returns the position of a sample column.
   *
   * @throws IllegalArgumentException if there is no such sample column
   */
  public int sampleColumnNumber(String column) {
    int at = sampleColumns.indexOf(column);
    if (at < 0) {
      throw new IllegalArgumentException(
          "no sample column is called '" + column + "': " + sampleColumns);
    }
    return at;
  }

  /**
   * Returns the position of a tracked layer among {@link #layers}.
   *
   * @throws IllegalArgumentException if no layer has that name
   */
  public int layerNumber(String name) {
    for (int i = 0; i < layers.size(); i++) {
      if (layers.get(i).name().equals(name)) {
        return i;
      }
    }
    throw new IllegalArgumentException("no tracked layer is called '" + name + "': " + layers);
  }

  /**
   * Returns the position of a column.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int columnNumber(String column) {
    int at = columns.indexOf(column);
    if (at < 0) {
      throw new IllegalArgumentException("no column is called '" + column + "': " + columns);
    }
    return at;
  }

  /** Encodes the header as a sealed block. */
  public byte[] encode() {
    ByteSink sink = new ByteSink(1024);
    sink.reset(Frame.HEADER_BYTES);
    sink.putText(sessionId);
    sink.putText(workerId);
    sink.putLong(startedAt);
    sink.putInt(provenance.size());
    for (Map.Entry<String, String> entry : provenance.entrySet()) {
      sink.putText(entry.getKey());
      sink.putText(entry.getValue());
    }
    sink.putInt(layers.size());
    for (TrackedLayer layer : layers) {
      sink.putText(layer.name());
      sink.putInt(layer.index());
      sink.putInt(layer.units());
      sink.putText(layer.activation());
      sink.putText(layer.axes());
      int[] shape = layer.shape();
      sink.putInt(shape.length);
      for (int length : shape) {
        sink.putInt(length);
      }
    }
    sink.putInt(sampleIds.length);
    for (int i = 0; i < sampleIds.length; i++) {
      sink.putInt(sampleIds[i]);
      sink.putInt(sampleClasses[i]);
    }
    sink.putInt(columns.size());
    for (String column : columns) {
      sink.putText(column);
    }
    sink.putInt(rows());
    for (int row = 0; row < rows(); row++) {
      int unitColumn = row - sampleColumns.size();
      sink.putText(unitColumn < 0 ? sampleColumns.get(row) : unitColumns.get(unitColumn).name());
      sink.putInt(rowLayer(row));
    }
    byte[] bytes = sink.copy();
    Frame.seal(bytes, Frame.TYPE_RUN, bytes.length - Frame.HEADER_BYTES);
    return bytes;
  }

  /**
   * Decodes what {@link #encode} wrote.
   *
   * @throws BlockFormatException if the bytes are not a header of ours, or are damaged
   */
  public static RunHeader decode(byte[] bytes) throws BlockFormatException {
    ByteSource source = new ByteSource(Frame.open(bytes, Frame.TYPE_RUN));
    int version = Frame.version(bytes);
    String sessionId = source.getText();
    String workerId = source.getText();
    long startedAt = source.getLong();
    Map<String, String> provenance = new LinkedHashMap<>();
    for (int k = few(source.getCount(8)); k > 0; k--) {
      String key = source.getText();
      provenance.put(key, source.getText());
    }
    List<TrackedLayer> layers = new ArrayList<>();
    for (int k = few(source.getCount(16)); k > 0; k--) {
      String name = source.getText();
      int index = source.getInt();
      int units = source.getInt();
      if (units < 0) {
        throw new BlockFormatException("a layer of " + units + " units");
      }
      String activation = source.getText();
      layers.add(
          version == 1
              ? new TrackedLayer(name, index, units, activation)
              : arranged(name, index, units, activation, source));
    }
    int samples = source.getCount(8);
    int[] ids = new int[samples];
    int[] classes = new int[samples];
    for (int i = 0; i < samples; i++) {
      ids[i] = source.getInt();
      classes[i] = source.getInt();
    }
    for (TrackedLayer layer : layers) {
      if ((long) layer.units() * samples > Integer.MAX_VALUE
          || (samples == 0 && layer.units() > 0)) {
        throw new BlockFormatException(layer + " with " + samples + " samples is impossible");
      }
    }
    String[] columns = new String[few(source.getCount(4))];
    for (int k = 0; k < columns.length; k++) {
      columns[k] = source.getText();
    }
    List<String> sampleColumns = new ArrayList<>();
    List<UnitColumn> unitColumns = new ArrayList<>();
    for (int k = version == 1 ? 0 : few(source.getCount(8)); k > 0; k--) {
      String name = source.getText();
      int layer = source.getInt();
      if (layer != -1) {
        unitColumns.add(new UnitColumn(name, layer));
      } else if (unitColumns.isEmpty()) {
        sampleColumns.add(name);
      } else {
        throw new BlockFormatException("a sample column behind a unit column");
      }
    }
    if (source.hasRemaining()) {
      throw new BlockFormatException("a header with something behind its end");
    }
    try {
      return new RunHeader(
          sessionId,
          workerId,
          startedAt,
          provenance,
          layers,
          ids,
          classes,
          Arrays.asList(columns),
          sampleColumns,
          unitColumns);
    } catch (IllegalArgumentException e) {
      throw new BlockFormatException(e.getMessage());
    }
  }

  private static TrackedLayer arranged(
      String name, int index, int units, String activation, ByteSource source)
      throws BlockFormatException {
    String axes = source.getText();
    int[] shape = new int[few(source.getCount(4))];
    for (int k = 0; k < shape.length; k++) {
      shape[k] = source.getInt();
    }
    try {
      TrackedLayer layer = new TrackedLayer(name, index, activation, axes, shape);
      if (layer.units() != units) {
        throw new BlockFormatException(
            "a layer of " + units + " units arranged as " + Arrays.toString(shape));
      }
      return layer;
    } catch (IllegalArgumentException e) {
      throw new BlockFormatException(e.getMessage());
    }
  }

  private static int few(int count) throws BlockFormatException {
    if (count > MAX_ENTRIES) {
      throw new BlockFormatException(count + " entries where " + MAX_ENTRIES + " are allowed");
    }
    return count;
  }
}
