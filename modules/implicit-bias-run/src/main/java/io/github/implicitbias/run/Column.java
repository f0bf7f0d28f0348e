package io.github.implicitbias.run;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One number per record, or one row of numbers per sample or per unit, as the header of a run
 * declares it. Immutable.
 *
 * <p>What a column is stands in its fields. Its name is only a name: unique among the columns of
 * its kind of scope in the run, made when the header is, and taken apart by nobody.
 */
public final class Column {

  /** What the number of a column is. */
  public enum Kind {
    /** One of the five that every run has, see {@link Basic}. */
    BASIC("basic"),
    /** The value of a metric. */
    METRIC("metric"),
    /** The state of a prediction's verdict: the number of a {@link Verdict.State}. */
    VERDICT("verdict"),
    /** The number that a prediction measures. */
    MEASURED("measured"),
    /** The number that it is compared with. */
    BOUND("bound");

    private final String id;

    Kind(String id) {
      this.id = id;
    }

    /** Returns the word for the kind in exports and on the page. */
    public String id() {
      return id;
    }
  }

  /** What one number describes. */
  public enum Scope {
    /** The whole network: one number per record. */
    NETWORK("network"),
    /** One tracked layer: one number per record. */
    LAYER("layer"),
    /** One sample of the probe: a row of numbers per record. */
    SAMPLE("sample"),
    /** One unit of a tracked layer: a row of numbers per record. */
    UNIT("unit");

    private final String id;

    Scope(String id) {
      this.id = id;
    }

    /** Returns the word for the scope in exports and on the page. */
    public String id() {
      return id;
    }
  }

  /** The columns that every run has, in their order, in front of the others. */
  public enum Basic {
    /** The sum of the learning rates of the updates done. */
    TIME("time"),
    /** The time of gradient flow that belongs to it. */
    FLOW_TIME("flowTime"),
    /** The rate of the update that leaves the parameters observed. */
    LEARNING_RATE("learningRate"),
    /** DL4J's own loss of the batch of this step, regularization included. */
    SCORE("score"),
    /** The mean unregularized loss of the probe. */
    LOSS("loss");

    private final String id;

    Basic(String id) {
      this.id = id;
    }

    /** Returns the id, which is also the name, of the column. */
    public String id() {
      return id;
    }
  }

  private final String name;
  private final String id;
  private final Kind kind;
  private final Scope scope;
  private final int layer;
  private final int prediction;
  private final Definition definition;

  /**
   * Declares a column.
   *
   * @param name unique among the columns of the run with which it shares a list
   * @param id of the metric or prediction
   * @param layer index of the tracked layer, -1 for none
   * @param prediction index among the predictions of the run, -1 for none
   */
  public Column(
      String name,
      String id,
      Kind kind,
      Scope scope,
      int layer,
      int prediction,
      Definition definition) {
    this.name = Objects.requireNonNull(name);
    this.id = Objects.requireNonNull(id);
    this.kind = Objects.requireNonNull(kind);
    this.scope = Objects.requireNonNull(scope);
    this.layer = layer;
    this.prediction = prediction;
    this.definition = Objects.requireNonNull(definition);
    boolean ofLayer = scope == Scope.LAYER || scope == Scope.UNIT;
    if (ofLayer && layer < 0 || scope == Scope.NETWORK && layer >= 0) {
      throw new IllegalArgumentException(
          "column " + name + " of scope " + scope.id() + " cannot be of tracked layer " + layer);
    }
  }

  /** Returns the name: the key of the column in this run, in exports and in addresses. */
  public String name() {
    return name;
  }

  /** Returns the id of the metric or prediction; columns of several layers share it. */
  public String id() {
    return id;
  }

  /** Returns what the number is. */
  public Kind kind() {
    return kind;
  }

  /** Returns what one number describes. */
  public Scope scope() {
    return scope;
  }

  /** Returns the index of the tracked layer, -1 if the column is of none. */
  public int layer() {
    return layer;
  }

  /** Returns the index among the predictions of the run, -1 if the column is of none. */
  public int prediction() {
    return prediction;
  }

  /** Returns what the number is, in words. */
  public Definition definition() {
    return definition;
  }

  /** Returns true if this is the column of something in a layer, -1 for none. */
  public boolean is(Kind ofKind, String withId, int ofLayer) {
    return kind == ofKind && layer == ofLayer && id.equals(withId);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Column)) {
      return false;
    }
    Column that = (Column) other;
    return name.equals(that.name)
        && id.equals(that.id)
        && kind == that.kind
        && scope == that.scope
        && layer == that.layer
        && prediction == that.prediction
        && definition.equals(that.definition);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, id, kind, scope, layer, prediction);
  }

  @Override
  public String toString() {
    return name;
  }
}
