package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Follows one number of each neuron, which is never to rise while steps are as short as they have
 * to be. Measured is the largest increase between records so far.
 */
abstract class NeverRises implements Prediction.Check {

  private final String subject;
  private final NeuronLayer neurons;
  private final StepWatch steps;
  private final double[] before;
  private long stepBefore = -1;
  private double largest = Double.NEGATIVE_INFINITY;
  private @Nullable Verdict violation;

  /**
   * Makes the check of a run.
   *
   * @param subject what the number is of, before the number of the neuron
   */
  NeverRises(String subject, NeuronLayer neurons) {
    this.subject = subject;
    this.neurons = neurons;
    steps = new StepWatch(neurons);
    before = new double[neurons.count()];
  }

  /** Returns the number of a neuron, at an observation whose first layer this is. */
  abstract double of(Observation observation, WeightLayer layer, int neuron);

  /**
   * Returns true if an increase is more than rounding can be, right after {@link #of} was asked for
   * the same neuron.
   *
   * @param increase above 0
   * @param before what the number was at the last record
   * @param updates steps since that record
   */
  abstract boolean isMoreThanRounding(
      WeightLayer layer, int neuron, double increase, double before, double updates);

  final NeuronLayer neurons() {
    return neurons;
  }

  @Override
  public final Verdict judge(Observation observation) {
    if (violation != null) {
      return violation;
    }
    String reason = steps.tooLong(observation);
    if (reason != null) {
      return Verdict.notApplicable(reason);
    }
    WeightLayer layer = observation.knownStack().layer(0);
    boolean isFirst = stepBefore < 0;
    double updates = observation.step() - stepBefore;
    for (int k = 0; k < before.length; k++) {
      double now = of(observation, layer, k);
      if (!(now < Double.POSITIVE_INFINITY)) {
        return Verdict.notApplicable(
            subject + " " + k + " is not finite at step " + observation.step());
      }
      double increase = isFirst ? Double.NEGATIVE_INFINITY : now - before[k];
      if (violation == null
          && increase > 0
          && isMoreThanRounding(layer, k, increase, before[k], updates)) {
        violation =
            Verdict.violated(
                increase,
                0,
                subject
                    + " "
                    + k
                    + " went from "
                    + Conditions.number(before[k])
                    + " at step "
                    + stepBefore
                    + " to "
                    + Conditions.number(now)
                    + " at step "
                    + observation.step());
      }
      largest = Math.max(largest, increase);
      before[k] = now;
    }
    stepBefore = observation.step();
    if (violation != null) {
      return violation;
    }
    return Verdict.holds(isFirst ? Absent.VALUE : largest, 0);
  }
}
