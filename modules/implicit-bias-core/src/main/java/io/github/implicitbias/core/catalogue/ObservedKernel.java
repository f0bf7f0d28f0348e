package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The tangent kernel of the probe, for stacks, and that of the first record. */
final class ObservedKernel implements Shared {

  /** What those who ask for it need. */
  static final Needs NEEDS =
      Needs.fromFirst(ObservedKernel.class, ObservedKernel::new, ObservedKernel::price);

  /** The most samples: two kernels of doubles take 16 MB. */
  private static final int MOST_SAMPLES = 1024;

  private static final double MOST_WORK = 1e10;

  private final TangentKernel kernel = new TangentKernel();
  private @Nullable KernelStatistics numbers;
  private double[] first = {};
  private boolean started;
  private boolean valid;
  private double largestEigenvalue;

  /** Returns the kernel and its numbers; null where there is none. */
  static @Nullable ObservedKernel of(Observation observation) {
    ObservedKernel observed = observation.shared(ObservedKernel.class, ObservedKernel::new);
    return observed.valid ? observed : null;
  }

  static Cadence cadence(Dimensions d) {
    double n = d.samples();
    double perOutput = n * d.parameters() + n * n * (d.trackedUnits() + d.inputs());
    return Cadence.ofDearWork(2 * d.outputs() * perOutput, d);
  }

  private static Price price(Dimensions d, NetworkView network) {
    double n = d.samples();
    double units = 0;
    double trained = 0;
    for (int l = 0; l < network.layers(); l++) {
      WeightLayer layer = network.layer(l);
      units += layer.units() + layer.inputs();
      trained += layer.isTrained() ? (double) layer.units() * layer.inputs() : 0;
    }
    double work = network.outputs() * (2 * n * trained + n * n * units);
    if (!network.isStack() || n > MOST_SAMPLES || work > MOST_WORK) {
      return Price.FREE;
    }
    return Price.ofWeights(network)
        .and(Price.ofActivations(d, network))
        .and(Price.of(ObservedKernel.class, work / 2, 8 * (2 * n * n + n * units)));
  }

  @Override
  public void startLate() {
    started = true;
  }

  @Override
  public Needs needs() {
    return NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    valid = false;
    largestEigenvalue = Absent.VALUE;
    Stack stack = observation.stack();
    if (stack != null && isAffordable(stack)) {
      kernel.compute(stack);
      if (numbers == null) {
        numbers = new KernelStatistics(stack.samples());
      }
      if (!started) {
        first = kernel.values().clone();
      }
      valid = true;
    }
    started = true;
  }

  private static boolean isAffordable(Stack stack) {
    return whyTooLarge(stack) == null && stack.lowestTrained() < stack.depth();
  }

  /** Returns why the kernel of a stack is too large to be computed; null if it is not. */
  static @Nullable String whyTooLarge(Stack stack) {
    if (stack.samples() > MOST_SAMPLES) {
      return String.format(
          Locale.ROOT,
          "the probe has %,d samples; needs at most %,d",
          stack.samples(),
          MOST_SAMPLES);
    }
    double n = stack.samples();
    double units = 0;
    for (int l = 0; l < stack.depth(); l++) {
      units += stack.layer(l).units() + stack.layer(l).inputs();
    }
    double work = stack.outputs() * (2 * n * stack.trainedParameters() + n * n * units);
    return work > MOST_WORK ? SolutionAbsences.tooMany("the kernel", work, MOST_WORK) : null;
  }

  /** Returns the largest eigenvalue of {@link #values}, found once per observation. */
  double largestEigenvalue() {
    if (Absent.is(largestEigenvalue)) {
      largestEigenvalue = statistics().largestEigenvalue(values());
    }
    return largestEigenvalue;
  }

  /** Returns the trace of the kernel. */
  double trace() {
    return Math.scalb(statistics().trace(values()), 2 * kernel.exponent());
  }

  /** Returns the kernel divided by a power of two, see {@link TangentKernel#exponent}. */
  double[] values() {
    return kernel.values();
  }

  KernelStatistics statistics() {
    return Objects.requireNonNull(numbers, "there is no kernel");
  }

  /** Returns true if the kernel is 0. */
  boolean isZero() {
    return statistics().norm(values()) == 0;
  }

  /** Returns true if there was no kernel at the first record, or it was 0. */
  boolean wasZero() {
    return first.length == 0 || statistics().norm(first) == 0;
  }

  /** Returns the kernel of the first record, divided by its power of two, empty without one. */
  double[] first() {
    return first;
  }
}
