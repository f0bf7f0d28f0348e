package io.github.implicitbias.run.format;

import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a run before its first record: who it is, what is observed, and what each
 * number in it is. Immutable; only the provenance may become more while a run goes on. Made by a
 * {@link HeaderBuilder}.
 */
public final class RunHeader {

  static final int MAX_ENTRIES = 1 << 16;
  static final int MAX_NAME = 512;

  private final RunId id;
  private final @Nullable RunId follows;
  private final RunLabels labels;
  private final long startedAt;
  private final Map<String, String> provenance;
  private final List<TrackedLayer> layers;
  private final int[] sampleIds;
  private final int[] sampleClasses;
  private final List<Statement> predictions;
  private final List<Column> columns;
  private final List<Column> sampleColumns;
  private final List<Column> unitColumns;
  private final Map<String, Integer> numbers;
  private final Map<String, Integer> layerNumbers;
  private final long[] wordsBefore;

  RunHeader(RunId own, HeaderBuilder from) {
    id = own;
    follows = from.follows;
    labels = new RunLabels(from);
    startedAt = from.startedAt;
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(from.provenance));
    layers = List.copyOf(from.layers);
    sampleIds = from.sampleIds.clone();
    sampleClasses = from.sampleClasses.clone();
    predictions = List.copyOf(from.predictions);
    columns = List.copyOf(from.columns);
    sampleColumns = List.copyOf(from.sampleColumns);
    unitColumns = List.copyOf(from.unitColumns);
    check();
    numbers = new HashMap<>();
    for (int k = 0; k < columns.size(); k++) {
      numbers.put(columns.get(k).name(), k);
    }
    layerNumbers = new HashMap<>();
    wordsBefore = new long[layers.size() + 1];
    int perUnit = ActivationPattern.wordsPerUnit(sampleIds.length);
    for (int k = 0; k < layers.size(); k++) {
      layerNumbers.putIfAbsent(layers.get(k).name(), k);
      wordsBefore[k + 1] = wordsBefore[k] + (long) layers.get(k).units() * perUnit;
    }
  }

  private RunHeader(RunHeader other, Map<String, String> facts) {
    id = other.id;
    follows = other.follows;
    labels = other.labels;
    startedAt = other.startedAt;
    provenance = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    layers = other.layers;
    sampleIds = other.sampleIds;
    sampleClasses = other.sampleClasses;
    predictions = other.predictions;
    columns = other.columns;
    sampleColumns = other.sampleColumns;
    unitColumns = other.unitColumns;
    numbers = other.numbers;
    layerNumbers = other.layerNumbers;
    wordsBefore = other.wordsBefore;
  }

  private void check() {
    if (sampleIds.length != sampleClasses.length) {
      throw new IllegalArgumentException(
          sampleIds.length + " sample ids but " + sampleClasses.length + " sample classes");
    }
    if (layers.size() > MAX_ENTRIES
        || columns.size() > MAX_ENTRIES
        || sampleColumns.size() + unitColumns.size() > MAX_ENTRIES
        || predictions.size() > MAX_ENTRIES
        || provenance.size() > MAX_ENTRIES) {
      throw new IllegalArgumentException(
          "more than " + MAX_ENTRIES + " layers, columns, predictions or facts");
    }
    labels.check();
    layers.forEach(layer -> checkName(layer.name()));
    predictions.forEach(prediction -> checkName(prediction.id()));
    for (Column.Basic basic : Column.Basic.values()) {
      Column there = basic.ordinal() < columns.size() ? columns.get(basic.ordinal()) : null;
      if (there == null
          || !there.is(Column.Kind.BASIC, basic.id(), -1)
          || !there.name().equals(basic.id())) {
        throw new IllegalArgumentException("the column " + basic.id() + " is not in its place");
      }
    }
    check(columns, Column.Scope.NETWORK, Column.Scope.LAYER);
    check(sampleColumns, Column.Scope.SAMPLE, Column.Scope.SAMPLE);
    check(unitColumns, Column.Scope.UNIT, Column.Scope.UNIT);
  }

  static void checkName(String text) {
    if (text.length() > MAX_NAME) {
      throw new IllegalArgumentException(
          "a name has " + text.length() + " characters, of which " + MAX_NAME + " are allowed");
    }
  }

  private void check(List<Column> list, Column.Scope scope, Column.Scope orScope) {
    Set<String> names = new HashSet<>();
    for (Column column : list) {
      checkName(column.id());
      if (column.name().length() > 3 * MAX_NAME) {
        checkName(column.name());
      }
      if (column.scope() != scope && column.scope() != orScope) {
        throw new IllegalArgumentException(
            "column " + column + " of scope " + column.scope().id() + " is in the wrong list");
      }
      if (column.layer() >= layers.size() || column.prediction() >= predictions.size()) {
        throw new IllegalArgumentException(
            "column " + column + " is of a layer or prediction that there is not");
      }
      if (!names.add(column.name())) {
        throw new IllegalArgumentException("two columns are called '" + column + "'");
      }
    }
  }

  /** Returns this header with another provenance. */
  public RunHeader withProvenance(Map<String, String> facts) {
    return new RunHeader(this, facts);
  }

  /** Returns true if another header describes the same run, whatever its provenance. */
  public boolean isOfSameRun(RunHeader other) {
    return id.equals(other.id)
        && columns.equals(other.columns)
        && sampleColumns.equals(other.sampleColumns)
        && unitColumns.equals(other.unitColumns)
        && predictions.equals(other.predictions)
        && sampleIds.length == other.sampleIds.length
        && layers.equals(other.layers);
  }

  /** Returns what the run is known by. */
  public RunId id() {
    return id;
  }

  /** Returns the run that this one goes on from, if there is one. */
  public Optional<RunId> follows() {
    return Optional.ofNullable(follows);
  }

  /** Returns the label of the session. */
  public String sessionId() {
    return labels.sessionId;
  }

  /** Returns the label of the worker. */
  public String workerId() {
    return labels.workerId;
  }

  /** Returns the name that the user gave the run, empty for none. */
  public String name() {
    return labels.name;
  }

  /** Returns what the user has noted about the run, empty for nothing. */
  public String note() {
    return labels.note;
  }

  /** Returns the tags that the user gave the run, in the order in which they were given. */
  public Map<String, String> tags() {
    return labels.tags;
  }

  /** Returns when the run began, in milliseconds since 1970 UTC. */
  public long startedAt() {
    return startedAt;
  }

  /** Returns versions, seed, data type, configuration, hash of the data and the like. */
  public Map<String, String> provenance() {
    return provenance;
  }

  /** Returns the layers whose patterns are recorded. */
  public List<TrackedLayer> layers() {
    return layers;
  }

  /** Returns the number of probe samples. */
  public int samples() {
    return sampleIds.length;
  }

  /** Returns the user's name of each probe sample. */
  public int[] sampleIds() {
    return sampleIds.clone();
  }

  /** Returns the class of each probe sample, -1 if it has none. */
  public int[] sampleClasses() {
    return sampleClasses.clone();
  }

  /** Returns what the user calls the classes 0, 1, 2, ... of the labels; empty if not given. */
  public List<String> classNames() {
    return labels.classNames;
  }

  /** Returns what the user calls the features of a sample; empty if not given. */
  public List<String> featureNames() {
    return labels.featureNames;
  }

  /** Returns the predictions that are checked. */
  public List<Statement> predictions() {
    return predictions;
  }

  /** Returns what has one number per record, those of {@link Column.Basic} first. */
  public List<Column> columns() {
    return columns;
  }

  /** Returns the names of {@link #columns}. */
  public List<String> columnNames() {
    return columns.stream().map(Column::name).collect(Collectors.toList());
  }

  /** Returns what has one number per sample of the probe. */
  public List<Column> sampleColumns() {
    return sampleColumns;
  }

  /** Returns what has one number per unit of a tracked layer. */
  public List<Column> unitColumns() {
    return unitColumns;
  }

  /**
   * Returns how many rows a record may have: first the sample columns, one number per sample, then
   * the unit columns, one number per unit of their layer.
   */
  public int rows() {
    return sampleColumns.size() + unitColumns.size();
  }

  /** Returns the column of a row. */
  public Column row(int row) {
    int ofUnits = row - sampleColumns.size();
    return ofUnits < 0 ? sampleColumns.get(row) : unitColumns.get(ofUnits);
  }

  /** Returns how many numbers a row has. */
  public int rowLength(int row) {
    Column column = row(row);
    return column.scope() == Column.Scope.SAMPLE ? samples() : layers.get(column.layer()).units();
  }

  /**
   * Returns the place of a column.
   *
   * @param column its name
   * @throws IllegalArgumentException if there is no such column
   */
  public int columnNumber(String column) {
    Integer at = numbers.get(column);
    if (at == null) {
      throw new IllegalArgumentException(
          "no column is called '" + column + "': " + some(columnNames()));
    }
    return at;
  }

  /**
   * Returns the place of the column of a metric that is computed per layer.
   *
   * @throws IllegalArgumentException if there is no such column
   */
  public int columnNumber(String metric, String layer) {
    int at = find(columns, Column.Kind.METRIC, metric, layerNumber(layer));
    if (at < 0) {
      throw new IllegalArgumentException("there is no metric '" + metric + "' of layer " + layer);
    }
    return at;
  }

  /**
   * Returns the place of the column of something in a layer among the columns, -1 if there is none.
   *
   * @param layer index of the tracked layer, -1 for none
   */
  public int find(Column.Kind kind, String withId, int layer) {
    return find(columns, kind, withId, layer);
  }

  /**
   * Returns the name of the column of something in a layer, if there is one.
   *
   * @param layer index of the tracked layer, -1 for none
   */
  public Optional<String> columnName(Column.Kind kind, String withId, int layer) {
    int at = find(kind, withId, layer);
    return at < 0 ? Optional.empty() : Optional.of(columns.get(at).name());
  }

  private static int find(List<Column> list, Column.Kind kind, String withId, int layer) {
    for (int k = 0; k < list.size(); k++) {
      if (list.get(k).is(kind, withId, layer)) {
        return k;
      }
    }
    return -1;
  }

  /**
   * Returns the place of a unit column among {@link #unitColumns}.
   *
   * @param metric what the numbers are
   * @param layer name of a tracked layer
   * @throws IllegalArgumentException if there is no such layer or unit column
   */
  public int unitColumnNumber(String metric, String layer) {
    int at = find(unitColumns, Column.Kind.METRIC, metric, layerNumber(layer));
    if (at < 0) {
      throw new IllegalArgumentException(
          "no unit column of " + layer + " is called '" + metric + "': " + some(unitColumns));
    }
    return at;
  }

  /**
   * Returns the place of a sample column among {@link #sampleColumns}.
   *
   * @param column its name
   * @throws IllegalArgumentException if there is no such sample column
   */
  public int sampleColumnNumber(String column) {
    for (int k = 0; k < sampleColumns.size(); k++) {
      if (sampleColumns.get(k).name().equals(column)) {
        return k;
      }
    }
    throw new IllegalArgumentException(
        "no sample column is called '" + column + "': " + some(sampleColumns));
  }

  /**
   * Returns the position of a tracked layer among {@link #layers}.
   *
   * @throws IllegalArgumentException if no layer has that name
   */
  public int layerNumber(String layer) {
    Integer at = layerNumbers.get(layer);
    if (at != null) {
      return at;
    }
    throw new IllegalArgumentException(
        "no tracked layer is called '" + layer + "': " + some(layers));
  }

  private static String some(List<?> all) {
    List<?> first = all.subList(0, Math.min(100, all.size()));
    return first + (first.size() < all.size() ? " and " + (all.size() - first.size()) : "");
  }

  /** Encodes the header as a sealed block. */
  public byte[] encode() {
    return HeaderCodec.encode(this);
  }

  /**
   * Decodes what {@link #encode} wrote.
   *
   * @throws BlockFormatException if the bytes are not a header of ours, or are damaged
   */
  public static RunHeader decode(byte[] bytes) throws BlockFormatException {
    return HeaderCodec.decode(Objects.requireNonNull(bytes));
  }

  /** Returns how many words the whole patterns of the layers before one have together. */
  long wordsBefore(int layer) {
    return wordsBefore[layer];
  }

  /** Returns how many words the whole pattern of a layer has. */
  int words(int layer) {
    return (int) (wordsBefore[layer + 1] - wordsBefore[layer]);
  }

  /** Returns the columns, sample columns and unit columns one after the other. */
  List<Column> allColumns() {
    List<Column> all = new ArrayList<>(columns);
    all.addAll(sampleColumns);
    all.addAll(unitColumns);
    return all;
  }
}
