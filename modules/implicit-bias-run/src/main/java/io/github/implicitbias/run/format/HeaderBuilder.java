package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the header of a run together. Columns come in the order in which they are added, behind
 * those that every run has, and each gets a name of its own: the one place where names are made.
 */
public final class HeaderBuilder {

  private @Nullable RunId id;
  @Nullable RunId follows;
  final String sessionId;
  final String workerId;
  String name = "";
  String note = "";
  Map<String, String> tags = Map.of();
  final long startedAt;
  Map<String, String> provenance = Map.of();
  List<TrackedLayer> layers = List.of();
  int[] sampleIds = {};
  int[] sampleClasses = {};
  List<String> classNames = List.of();
  List<String> featureNames = List.of();
  final List<Statement> predictions = new ArrayList<>();
  final List<Column> columns = new ArrayList<>();
  final List<Column> sampleColumns = new ArrayList<>();
  final List<Column> unitColumns = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Set<String> sampleNames = new HashSet<>();
  private final Set<String> unitNames = new HashSet<>();

  /**
   * Begins the header of a new run, with an id of its own.
   *
   * @param sessionId label of the session
   * @param workerId label of the worker
   * @param startedAt milliseconds since 1970 UTC
   */
  public HeaderBuilder(String sessionId, String workerId, long startedAt) {
    this.sessionId = Objects.requireNonNull(sessionId);
    this.workerId = Objects.requireNonNull(workerId);
    this.startedAt = startedAt;
    for (Column.Basic basic : Column.Basic.values()) {
      Definition none = Definition.NONE;
      names.add(basic.id());
      columns.add(
          new Column(
              basic.id(), basic.id(), Column.Kind.BASIC, Column.Scope.NETWORK, -1, -1, none));
    }
  }

  /** Sets the id. */
  public HeaderBuilder id(RunId of) {
    id = Objects.requireNonNull(of);
    return this;
  }

  /** Says which run this one goes on from; null for none. */
  public HeaderBuilder follows(@Nullable RunId before) {
    follows = before;
    return this;
  }

  /** Names the run for readers. */
  public HeaderBuilder name(String given) {
    name = Objects.requireNonNull(given);
    return this;
  }

  /** Sets what the user has noted about the run. */
  public HeaderBuilder note(String given) {
    note = Objects.requireNonNull(given);
    return this;
  }

  /** Sets the tags that the user gave the run; their order stays. */
  public HeaderBuilder tags(Map<String, String> given) {
    tags = given;
    return this;
  }

  /** Sets versions, seed, data type, configuration, hash of the data and the like. */
  public HeaderBuilder provenance(Map<String, String> facts) {
    provenance = facts;
    return this;
  }

  /** Sets the layers whose patterns are recorded; before columns of layers are added. */
  public HeaderBuilder layers(List<TrackedLayer> tracked) {
    layers = List.copyOf(tracked);
    return this;
  }

  /**
   * Sets the samples of the probe.
   *
   * @param ids the user's name of each sample
   * @param classes class of each, -1 if it has none; same length
   */
  public HeaderBuilder samples(int[] ids, int[] classes) {
    sampleIds = ids.clone();
    sampleClasses = classes.clone();
    return this;
  }

  /** Sets what the user calls the classes of the labels and the features; empty lists for none. */
  public HeaderBuilder names(List<String> classes, List<String> features) {
    classNames = List.copyOf(classes);
    featureNames = List.copyOf(features);
    return this;
  }

  /** Says what one of the columns that every run has is. */
  public HeaderBuilder basic(Column.Basic basic, Definition definition) {
    columns.set(
        basic.ordinal(),
        new Column(
            basic.id(), basic.id(), Column.Kind.BASIC, Column.Scope.NETWORK, -1, -1, definition));
    return this;
  }

  /** Adds the column of a metric of the whole network. */
  public HeaderBuilder metric(String metric, Definition definition) {
    return add(metric, metric, Column.Kind.METRIC, -1, -1, definition);
  }

  /** Adds the columns of a metric per layer, one for each. */
  public HeaderBuilder layerMetric(String metric, Definition definition) {
    for (int layer = 0; layer < layers.size(); layer++) {
      add(ofLayer(metric, layer), metric, Column.Kind.METRIC, layer, -1, definition);
    }
    return this;
  }

  /** Adds the column of a metric in one of the layers. */
  public HeaderBuilder layerMetric(String metric, int layer, Definition definition) {
    return add(ofLayer(metric, layer), metric, Column.Kind.METRIC, layer, -1, definition);
  }

  /** Adds the column of a metric of the matrix of a layer that is not tracked. */
  public HeaderBuilder matrixMetric(String metric, String layer, Definition definition) {
    String wanted = metric + "[" + layer + "]";
    return add(wanted, metric, Column.Kind.METRIC, -1, -1, definition);
  }

  /** Adds a prediction, with the columns of its verdict, its measured number and its bound. */
  public HeaderBuilder prediction(Statement statement) {
    int number = predictions.size();
    predictions.add(statement);
    for (Column.Kind kind : List.of(Column.Kind.VERDICT, Column.Kind.MEASURED, Column.Kind.BOUND)) {
      String wanted = statement.id() + "." + kind.id();
      add(wanted, statement.id(), kind, -1, number, Definition.NONE);
    }
    return this;
  }

  private HeaderBuilder add(
      String wanted,
      String metric,
      Column.Kind kind,
      int layer,
      int prediction,
      Definition definition) {
    Column.Scope scope = layer < 0 ? Column.Scope.NETWORK : Column.Scope.LAYER;
    String given = own(wanted, names);
    columns.add(new Column(given, metric, kind, scope, layer, prediction, definition));
    return this;
  }

  /** Adds a column with one number per sample. */
  public HeaderBuilder sampleMetric(String metric, Definition definition) {
    return addOfSamples(metric, metric, -1, definition);
  }

  /** Adds the columns of a metric with one number per layer and sample, one for each layer. */
  public HeaderBuilder sampleLayerMetric(String metric, Definition definition) {
    for (int layer = 0; layer < layers.size(); layer++) {
      addOfSamples(ofLayer(metric, layer), metric, layer, definition);
    }
    return this;
  }

  private HeaderBuilder addOfSamples(
      String wanted, String metric, int layer, Definition definition) {
    sampleColumns.add(
        new Column(
            own(wanted, sampleNames),
            metric,
            Column.Kind.METRIC,
            Column.Scope.SAMPLE,
            layer,
            -1,
            definition));
    return this;
  }

  /** Adds a column with one number per unit of a tracked layer. */
  public HeaderBuilder unitMetric(String metric, int layer, Definition definition) {
    unitColumns.add(
        new Column(
            own(ofLayer(metric, layer), unitNames),
            metric,
            Column.Kind.METRIC,
            Column.Scope.UNIT,
            layer,
            -1,
            definition));
    return this;
  }

  private String ofLayer(String metric, int layer) {
    return metric + "[" + layers.get(layer).name() + "]";
  }

  private static String own(String wanted, Set<String> taken) {
    String given = wanted;
    for (int k = 2; !taken.add(given); k++) {
      given = wanted + " (" + k + ")";
    }
    return given;
  }

  /**
   * Makes the header.
   *
   * @throws IllegalArgumentException if lengths differ, there are more than 65,536 layers, columns,
   *     columns of rows, predictions, names, tags or entries of the provenance, or an id, a tag,
   *     the name of a layer, class or feature is longer than 512
   */
  public RunHeader build() {
    RunId own = id == null ? RunId.random() : id;
    id = own;
    return new RunHeader(own, this);
  }
}
