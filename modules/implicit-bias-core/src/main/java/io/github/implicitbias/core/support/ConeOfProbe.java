package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import org.jspecify.annotations.Nullable;

/**
 * The cone support of the samples as the first layer of a stack sees them, found once per run; a
 * run records it once.
 *
 * <p>Not found where there are more than 1024 samples or it would take more than 4 x 10^8
 * operations, about half a second in the training thread, see {@link #whyNone}; then use {@link
 * ConeSupport#of} outside training.
 */
final class ConeOfProbe implements Shared {

  /** What those who ask for it need. */
  public static final Needs NEEDS =
      Needs.fromFirst(ConeOfProbe.class, ConeOfProbe::new, ConeOfProbe::price);

  private static final double MAX_OPERATIONS = 4e8;
  private static final int MAX_SAMPLES = 1024;

  private int observations;
  private @Nullable ConeSupport support;
  private @Nullable String whyNone;

  /** Makes the cone support of a run before its first record. */
  ConeOfProbe() {}

  private static Price price(Dimensions d, NetworkView network) {
    double n = d.samples();
    if (!network.isStack() || network.layers() == 0 || n > MAX_SAMPLES) {
      return Price.FREE;
    }
    double inputs = network.layer(0).inputs();
    double work = n * n * inputs + n * n * n;
    return Price.of("inputs", 4 * n * inputs, 8 * n * inputs)
        .and(Price.of(ConeOfProbe.class, Math.min(work, MAX_OPERATIONS), 16 * n * n));
  }

  @Override
  public Needs needs() {
    return NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    if (observations < 2) {
      observations++;
    }
    if (observations > 1) {
      return;
    }
    NetworkView network = observation.network();
    if (!network.isStack() || network.layers() == 0) {
      whyNone = network.whyNoStack();
      return;
    }
    WeightLayer first = network.layer(0);
    int samples = observation.probe().samples();
    if (samples > MAX_SAMPLES) {
      whyNone = samples + " samples of " + first.inputs() + " inputs take too long";
      return;
    }
    double[] x = first.inputActivations();
    if (x == null) {
      whyNone = "the inputs of the first layer are not known";
      return;
    }
    ConeSupport found;
    try {
      found = ConeSupport.of(x, samples, first.hasBias(), MAX_OPERATIONS);
    } catch (IllegalArgumentException e) {
      whyNone = e.getMessage();
      return;
    }
    support = found;
    if (found == null) {
      whyNone = samples + " samples of " + first.inputs() + " inputs take too long";
    } else if (!found.isPointed()) {
      whyNone = "the cone of the samples contains a line and has no extreme rays";
    }
  }

  /** Returns true at the first observation. */
  boolean isFirst() {
    return observations == 1;
  }

  /** Returns the cone support; null if it was not computed. */
  public @Nullable ConeSupport support() {
    return support;
  }

  /** Returns why nothing is recorded; null if something is. */
  public @Nullable String whyNone() {
    return whyNone;
  }
}
