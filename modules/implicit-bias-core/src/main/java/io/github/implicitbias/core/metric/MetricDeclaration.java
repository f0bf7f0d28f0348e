package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Says what a metric is, one thing after another, and at last how it is computed; begun by {@link
 * Metric#ofNetwork} or {@link Metric#perLayer}:
 *
 * <pre>{@code
 * Metric largest =
 *     Metric.perLayer("largestWeight")
 *         .definition(Definition.formula("max abs(w)").title("largest weight"))
 *         .value((observation, layer) -> largest(observation, layer));
 * }</pre>
 *
 * <p>What is not said is as the interfaces have it by default; rows of numbers are computed at
 * every record, too, unless {@link #cadence} says otherwise.
 */
public final class MetricDeclaration {

  /** Computes one number, as {@link Metric#evaluate}. */
  @FunctionalInterface
  public interface Value {
    double of(Observation observation, int layer);
  }

  /** Computes one number per sample or unit, as {@link SampleMetric#evaluate}. */
  @FunctionalInterface
  public interface Row {
    boolean write(Observation observation, int layer, double[] into);
  }

  /** Says why a value is absent, as {@link Metric#whyAbsent}. */
  @FunctionalInterface
  public interface Reason {
    @Nullable String of(Observation observation, int layer);
  }

  /** Says whether a layer has the values of a unit metric, as {@link UnitMetric#appliesTo}. */
  @FunctionalInterface
  public interface Condition {
    boolean holds(NetworkView network, Probe probe, int layer);
  }

  /** Says what goes into the provenance of a run, as {@link UnitMetric#provenance}. */
  @FunctionalInterface
  public interface Facts {
    Map<String, String> of(Observation first, int layer, String name);
  }

  private final String id;
  private final Metric.Scope scope;
  private Definition definition = Definition.NONE;
  private Needs needs = Needs.NONE;
  private Function<Dimensions, Cadence> cadence = dimensions -> Cadence.everyRecord();
  private Price.Rule price = (dimensions, network) -> Price.FREE;
  private Condition condition = (network, probe, layer) -> true;
  private Reason reason = (observation, layer) -> null;
  private boolean ofMatrix;
  private boolean withoutProbe;
  private boolean withProbe;
  private Facts facts = (first, layer, name) -> Map.of();
  private boolean ofPattern;

  MetricDeclaration(String id, Metric.Scope scope) {
    this.id = Objects.requireNonNull(id);
    this.scope = scope;
  }

  /** Says what the number is, in words. */
  public MetricDeclaration definition(Definition words) {
    definition = Objects.requireNonNull(words);
    return this;
  }

  /** Says what the run has to find out or remember for it. */
  public MetricDeclaration needs(Needs some) {
    needs = Objects.requireNonNull(some);
    return this;
  }

  /** Says how often it is computed in a run of a given size. */
  public MetricDeclaration cadence(Function<Dimensions, Cadence> ofSize) {
    cadence = Objects.requireNonNull(ofSize);
    return this;
  }

  /** Says why a value of the metric is absent where it does not apply. */
  public MetricDeclaration absent(Reason why) {
    reason = Objects.requireNonNull(why);
    return this;
  }

  /** Says that a value describes the matrix of a layer and nothing else. */
  public MetricDeclaration ofMatrix() {
    ofMatrix = true;
    return this;
  }

  /** Says that the value needs no samples, only parameters, or the run itself. */
  public MetricDeclaration withoutProbe() {
    withoutProbe = true;
    return this;
  }

  /** Says that the value needs samples, although it is one of a matrix. */
  public MetricDeclaration withProbe() {
    withProbe = true;
    return this;
  }

  /** Says what one evaluation takes, beside what it needs; nothing worth counting otherwise. */
  public MetricDeclaration price(Price.Rule ofSize) {
    price = Objects.requireNonNull(ofSize);
    return this;
  }

  /**
   * Says that the value follows from the pattern of the layer: it is absent while the layer has
   * entries that are not numbers, and so neither on nor off.
   */
  public MetricDeclaration ofPattern() {
    ofPattern = true;
    return this;
  }

  /** Says which layers have values per unit; all of them otherwise. */
  public MetricDeclaration where(Condition holds) {
    condition = Objects.requireNonNull(holds);
    return this;
  }

  /** Says what of values per unit goes into the provenance of the run. */
  public MetricDeclaration provenance(Facts found) {
    facts = Objects.requireNonNull(found);
    return this;
  }

  /** Returns the metric whose value is computed so. */
  public Metric value(Value value) {
    return new OfValue(this, value);
  }

  /** Returns the metric whose numbers per sample are computed so. */
  public SampleMetric perSample(Row row) {
    return new OfSamples(this, row);
  }

  /**
   * Returns the metric whose numbers per unit are computed so.
   *
   * @throws IllegalStateException if it was begun as one of the whole network
   */
  public UnitMetric perUnit(Row row) {
    if (scope != Metric.Scope.LAYER) {
      throw new IllegalStateException(
          id + ": units are those of a layer; begin with Metric.perLayer");
    }
    return new OfUnits(this, row);
  }

  /** What the three kinds have in common. */
  private abstract static class Declared {
    private final String id;
    private final Metric.Scope scope;
    private final Definition definition;
    private final Needs needs;
    private final Function<Dimensions, Cadence> cadence;
    private final Price.Rule price;

    Declared(MetricDeclaration said) {
      id = said.id;
      scope = said.scope;
      definition = said.definition;
      needs = said.needs;
      cadence = said.cadence;
      price = said.price;
    }

    public String id() {
      return id;
    }

    public Metric.Scope scope() {
      return scope;
    }

    public Definition definition() {
      return definition;
    }

    public Needs needs() {
      return needs;
    }

    public Cadence cadence(Dimensions dimensions) {
      return cadence.apply(dimensions);
    }

    public Price price(Dimensions dimensions, NetworkView network) {
      return price.of(dimensions, network);
    }

    @Override
    public String toString() {
      return id;
    }
  }

  private static final class OfValue extends Declared implements Metric {
    private final Value value;
    private final Reason reason;
    private final boolean ofMatrix;
    private final boolean withoutProbe;
    private final boolean withProbe;
    private final boolean ofPattern;

    OfValue(MetricDeclaration said, Value value) {
      super(said);
      this.reason = said.reason;
      this.ofMatrix = said.ofMatrix;
      this.withoutProbe = said.withoutProbe;
      this.withProbe = said.withProbe;
      this.value = Objects.requireNonNull(value);
      this.ofPattern = said.ofPattern;
    }

    @Override
    public double evaluate(Observation observation, int layer) {
      return ofPattern && observation.pattern(layer).nanEntries() > 0
          ? Absent.VALUE
          : value.of(observation, layer);
    }

    @Override
    public @Nullable String whyAbsent(Observation observation, int layer) {
      return reason.of(observation, layer);
    }

    @Override
    public boolean isOfMatrix() {
      return ofMatrix;
    }

    @Override
    public boolean needsProbe() {
      return withProbe || !ofMatrix && !withoutProbe;
    }
  }

  private static final class OfSamples extends Declared implements SampleMetric {
    private final Row row;
    private final Reason reason;

    OfSamples(MetricDeclaration said, Row row) {
      super(said);
      this.reason = said.reason;
      this.row = Objects.requireNonNull(row);
    }

    @Override
    public @Nullable String whyAbsent(Observation observation, int layer) {
      return reason.of(observation, layer);
    }

    @Override
    public boolean evaluate(Observation observation, int layer, double[] into) {
      return row.write(observation, layer, into);
    }
  }

  private static final class OfUnits extends Declared implements UnitMetric {
    private final Condition condition;
    private final Reason reason;
    private final Facts facts;
    private final Row row;

    OfUnits(MetricDeclaration said, Row row) {
      super(said);
      this.condition = said.condition;
      this.reason = said.reason;
      this.facts = said.facts;
      this.row = Objects.requireNonNull(row);
    }

    @Override
    public boolean appliesTo(NetworkView network, Probe probe, int layer) {
      return condition.holds(network, probe, layer);
    }

    @Override
    public @Nullable String whyAbsent(Observation observation, int layer) {
      return reason.of(observation, layer);
    }

    @Override
    public boolean evaluate(Observation observation, int layer, double[] into) {
      return row.write(observation, layer, into);
    }

    @Override
    public Map<String, String> provenance(Observation first, int layer, String name) {
      return facts.of(first, layer, name);
    }
  }
}
