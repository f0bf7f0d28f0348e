package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a metric or a prediction needs a run to find out or to remember for it. Declared before the
 * first record, so that a value depends on the run alone: not on when it is first asked for, nor on
 * what else is computed. Immutable.
 *
 * <p>What was not declared is not there, even if something else has declared it: {@link
 * Observation#boundary} is null, {@code isFullBatch()} is false, and asking for a {@link Shared}
 * result that needs more than the one who asks throws an {@link IllegalStateException} that names
 * what is missing.
 */
public final class Needs {

  /** One thing that is needed: how it is computed, and whether that is so at every record. */
  private static final class Need {
    static final Price.Rule FREE = (dimensions, network) -> Price.FREE;

    final Consumer<Observation> compute;
    final boolean everyRecord;
    final Price.Rule price;

    Need(Consumer<Observation> compute, boolean everyRecord, Price.Rule price) {
      this.compute = compute;
      this.everyRecord = everyRecord;
      this.price = price;
    }
  }

  /** Nothing beyond what every observation shows. */
  public static final Needs NONE = new Needs(Map.of());

  /**
   * The entries on the boundary, {@link Observation#boundary}; finding them takes a pass over
   * weights and samples at every record.
   */
  public static final Needs BOUNDARY = fact("the entries on the boundary (Needs.BOUNDARY)");

  /**
   * Whether every step so far was trained on exactly the probe, {@link
   * io.github.implicitbias.core.network.TrainingSetup#isFullBatch}; the samples of every step are
   * compared with the probe as long as they have been equal.
   */
  public static final Needs FULL_BATCH =
      fact("whether every step trains on the whole probe (Needs.FULL_BATCH)");

  /**
   * Whether nothing but the update of each step has moved the parameters, {@link
   * io.github.implicitbias.core.network.TrainingSetup#otherMover}; some hundreds of them are
   * compared at the beginning of every step with what they were at the end of the one before.
   */
  public static final Needs OWN_UPDATE =
      fact("whether only the updates move the parameters (Needs.OWN_UPDATE)");

  /**
   * The weights and biases of the first record, {@link Observation#firstWeights}, of every layer
   * whose matrix has at most 2^20 entries. Costs the memory of these matrices, in double.
   */
  public static final Needs FIRST_WEIGHTS =
      fromFirst(FirstWeights.class, FirstWeights::new, FirstWeights::price);

  /** By the class of a result, or by the words for a fact. */
  private final Map<Object, Need> all;

  private final Object[] keys;
  private final Need[] atFirst;
  private final Need[] atEvery;

  private Needs(Map<Object, Need> all) {
    this.all = Collections.unmodifiableMap(all);
    this.keys = all.keySet().toArray();
    this.atFirst = all.values().toArray(new Need[0]);
    this.atEvery = all.values().stream().filter(need -> need.everyRecord).toArray(Need[]::new);
  }

  private static Needs fact(String words) {
    return new Needs(Map.of(words, new Need(observation -> {}, false, Need.FREE)));
  }

  /**
   * A result that keeps something of the first record, where it is computed whether anybody asks
   * for it or not; at later records if somebody asks.
   */
  public static <T extends Shared> Needs fromFirst(Class<T> type, Supplier<T> factory) {
    return fromFirst(type, factory, Need.FREE);
  }

  /** As {@link #fromFirst(Class, Supplier)}, of something whose price counts. */
  public static <T extends Shared> Needs fromFirst(
      Class<T> type, Supplier<T> factory, Price.Rule price) {
    return new Needs(Map.of(type, new Need(now -> now.shared(type, factory), false, price)));
  }

  /** A result that follows the run: it is computed at every record, from the first on. */
  public static <T extends Shared> Needs everyRecord(Class<T> type, Supplier<T> factory) {
    return everyRecord(type, factory, Need.FREE);
  }

  /** As {@link #everyRecord(Class, Supplier)}, of something whose price counts. */
  public static <T extends Shared> Needs everyRecord(
      Class<T> type, Supplier<T> factory, Price.Rule price) {
    return new Needs(Map.of(type, new Need(now -> now.shared(type, factory), true, price)));
  }

  /** Returns what it takes to find all this out. */
  public Price price(Dimensions dimensions, NetworkView network) {
    Price sum = Price.FREE;
    for (Need need : all.values()) {
      sum = sum.and(need.price.of(dimensions, network));
    }
    return sum;
  }

  /** Returns the results that are named here and not among others. */
  public Set<Class<?>> resultsBeyond(Needs others) {
    Set<Class<?>> found = new LinkedHashSet<>();
    for (Object key : keys) {
      if (key instanceof Class && !others.all.containsKey(key)) {
        found.add((Class<?>) key);
      }
    }
    return found;
  }

  /** Returns these needs and others. */
  public Needs and(Needs others) {
    if (others.all.isEmpty()) {
      return this;
    }
    Map<Object, Need> joined = new LinkedHashMap<>(all);
    others.all.forEach(
        (key, need) -> joined.merge(key, need, (one, other) -> one.everyRecord ? one : other));
    return new Needs(joined);
  }

  /** Returns true if all that another needs is needed here, too. */
  public boolean includes(Needs others) {
    for (Object key : others.keys) {
      if (!all.containsKey(key)) {
        return false;
      }
    }
    return true;
  }

  /** Returns in words what another needs and is not needed here; empty if there is nothing. */
  public String missing(Needs others) {
    StringBuilder words = new StringBuilder();
    for (Object key : others.all.keySet()) {
      if (!all.containsKey(key)) {
        String name = key instanceof Class ? ((Class<?>) key).getSimpleName() : key.toString();
        words.append(words.length() == 0 ? "" : ", ").append(name);
      }
    }
    return words.toString();
  }

  /**
   * Computes the results that are due at an observation whether anybody asks for them or not. One
   * that fails does so again for everybody who asks.
   *
   * @param first true at the first record of the run
   */
  public void compute(Observation observation, boolean first) {
    for (Need need : first ? atFirst : atEvery) {
      compute(need, observation);
    }
  }

  private static void compute(Need need, Observation observation) {
    try {
      need.compute.accept(observation);
    } catch (Throwable e) {
      // Whoever asks for it at this observation is told the same.
      return;
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Needs && all.keySet().equals(((Needs) other).all.keySet());
  }

  @Override
  public int hashCode() {
    return all.keySet().hashCode();
  }

  @Override
  public String toString() {
    return NONE.missing(this);
  }

  /**
   * Returns an observation as one sees it who has declared these needs: of what only some need, it
   * shows that. One view serves all records of a run.
   */
  public Observation shown(Observation whole) {
    return shown(whole, undeclared -> {});
  }

  /**
   * Returns such a view.
   *
   * @param undeclared is told of what is asked for without being declared
   */
  public Observation shown(Observation whole, Consumer<Needs> undeclared) {
    return new DeclaredObservation(whole, this, undeclared);
  }
}
