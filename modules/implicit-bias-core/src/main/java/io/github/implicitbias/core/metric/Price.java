package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What one evaluation takes: operations, and bytes of heap that are kept for it. It consists of
 * works, each known by a key, so that what several share is counted once. Immutable.
 *
 * <p>An operation is one of plain Java code over arrays, of which about two are done in a
 * nanosecond. Bytes are those of the arrays, which live as long as the run.
 */
public final class Price {

  /** Tells a price from the sizes of a run. */
  @FunctionalInterface
  public interface Rule {
    /**
     * Returns the price.
     *
     * @param network can tell its layers and their sizes, but nothing that is read at an
     *     observation
     */
    Price of(Dimensions dimensions, NetworkView network);
  }

  /** One work. */
  private static final class Work {
    final double operations;
    final double bytes;

    Work(double operations, double bytes) {
      this.operations = operations;
      this.bytes = bytes;
    }
  }

  /** Nothing worth counting. */
  public static final Price FREE = new Price(Map.of());

  private static final double DOUBLE = 8;
  private static final double PER_ENTRY_READ = 4;

  private final Map<Object, Work> works;

  private Price(Map<Object, Work> works) {
    this.works = Collections.unmodifiableMap(works);
  }

  /**
   * Returns the price of one work.
   *
   * @param work what is done: equal keys are the same work, done once
   */
  public static Price of(Object work, double operations, double bytes) {
    return new Price(Map.of(work, new Work(operations, bytes)));
  }

  /** Returns the price of reading the weights of all layers, 8 bytes for each. */
  public static Price ofWeights(NetworkView network) {
    double weights = weights(network);
    return of("weights", PER_ENTRY_READ * weights, DOUBLE * weights);
  }

  /** Returns the price of reading what every layer takes and puts out, 8 bytes per sample each. */
  public static Price ofActivations(Dimensions dimensions, NetworkView network) {
    double entries = (double) dimensions.samples() * dimensions.inputs();
    for (int l = 0; l < network.layers(); l++) {
      WeightLayer layer = network.layer(l);
      entries += layer.isOutput() ? 0 : (double) dimensions.samples() * layer.units();
    }
    return of("activations", PER_ENTRY_READ * entries, DOUBLE * entries);
  }

  /** Returns the number of weights of all layers, without biases. */
  public static double weights(NetworkView network) {
    double weights = 0;
    for (int l = 0; l < network.layers(); l++) {
      weights += (double) network.layer(l).units() * network.layer(l).inputs();
    }
    return weights;
  }

  /** Returns the price of the works of both. */
  public Price and(Price other) {
    if (other.works.isEmpty()) {
      return this;
    }
    Map<Object, Work> all = new LinkedHashMap<>(works);
    all.putAll(other.works);
    return new Price(all);
  }

  /** Returns the operations of the works that are not among those that were done. */
  public double operationsBeyond(Set<?> done) {
    double sum = 0;
    for (Map.Entry<Object, Work> work : works.entrySet()) {
      sum += done.contains(work.getKey()) ? 0 : work.getValue().operations;
    }
    return sum;
  }

  /** Returns the bytes of the works that are not among those whose arrays are there. */
  public double bytesBeyond(Set<?> there) {
    double sum = 0;
    for (Map.Entry<Object, Work> work : works.entrySet()) {
      sum += there.contains(work.getKey()) ? 0 : work.getValue().bytes;
    }
    return sum;
  }

  /** Returns the keys of the works. */
  public Set<Object> works() {
    return works.keySet();
  }

  @Override
  public String toString() {
    return operationsBeyond(Set.of()) + " operations, " + bytesBeyond(Set.of()) + " bytes";
  }
}
