package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The ends of the spectrum of the Hessian, for stacks, each found when it is first asked for. */
final class ObservedCurvature implements Shared {

  private static final double TOLERANCE = 1e-7;
  private static final int STEPS = 60;
  private static final int USUAL_STEPS = 12;
  private static final double PASSES = 3;

  /** The most operations of one product: 60 of them take some seconds. */
  private static final double MOST_WORK = 1e8;

  /** The most parameters: the vectors of {@value #STEPS} steps take 120 MB. */
  private static final int MOST_PARAMETERS = 250_000;

  private final HessianProduct hessian = new HessianProduct();
  private @Nullable Lanczos largest;
  private @Nullable Lanczos smallest;
  private boolean valid;
  private boolean largestKnown;
  private boolean smallestKnown;

  static Cadence cadence(Dimensions d) {
    return Cadence.ofDearWork(PASSES * USUAL_STEPS * d.samples() * d.parameters(), d);
  }

  static Price largestPrice(Dimensions d, NetworkView network) {
    return price("largest curvature", d, network);
  }

  static Price smallestPrice(Dimensions d, NetworkView network) {
    return price("smallest curvature", d, network);
  }

  private static Price price(String end, Dimensions d, NetworkView network) {
    double product = PASSES * d.samples() * d.parameters();
    if (!network.isStack() || d.parameters() > MOST_PARAMETERS || product > MOST_WORK) {
      return Price.FREE;
    }
    double vectors = (double) STEPS * d.parameters();
    return Price.ofWeights(network)
        .and(Price.ofActivations(d, network))
        .and(Price.of(end, STEPS * product + STEPS * vectors, 8 * vectors));
  }

  /** Returns the upper end; null where there is none. */
  static @Nullable Lanczos largest(Observation observation) {
    return observation.shared(ObservedCurvature.class, ObservedCurvature::new).largest();
  }

  /** Returns the lower end; null where there is none. */
  static @Nullable Lanczos smallest(Observation observation) {
    return observation.shared(ObservedCurvature.class, ObservedCurvature::new).smallest();
  }

  @Override
  public void compute(Observation observation) {
    valid = false;
    largestKnown = false;
    smallestKnown = false;
    Stack stack = observation.stack();
    if (stack == null) {
      return;
    }
    valid = whyTooLarge(stack) == null && hessian.prepare(stack, observation.network());
  }

  /** Returns why the curvature of a stack is too large to be computed; null if it is not. */
  static @Nullable String whyTooLarge(Stack stack) {
    long parameters = stack.trainedParameters();
    if (parameters > MOST_PARAMETERS) {
      return String.format(
          Locale.ROOT,
          "the network has %,d trained parameters; needs at most %,d",
          parameters,
          MOST_PARAMETERS);
    }
    double product = PASSES * stack.samples() * parameters;
    return product > MOST_WORK
        ? SolutionAbsences.tooMany("one product with the Hessian", product, MOST_WORK)
        : null;
  }

  private @Nullable Lanczos largest() {
    if (valid && !largestKnown) {
      largest = largest == null ? lanczos(Lanczos.End.LARGEST) : largest;
      largest.run(hessian, TOLERANCE, STEPS);
      largestKnown = true;
    }
    return valid ? largest : null;
  }

  private @Nullable Lanczos smallest() {
    if (valid && !smallestKnown) {
      smallest = smallest == null ? lanczos(Lanczos.End.SMALLEST) : smallest;
      smallest.run(hessian, TOLERANCE, STEPS);
      smallestKnown = true;
    }
    return valid ? smallest : null;
  }

  private Lanczos lanczos(Lanczos.End end) {
    return new Lanczos(hessian.order(), STEPS, end);
  }
}
