package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * How units of a stack of two layers align with the data, and how much of the labels of each sign
 * is fitted.
 */
final class AlignmentMetrics {

  /**
   * How far the units with positive output weights with D+ are aligned: weighted mean of the
   * cosines, between -1 and 1, see {@link DataDirections}. For stacks of two layers with one
   * output; absent without such units or labels of that sign. Cost: O(parameters).
   */
  public static final Metric ALIGNMENT_POSITIVE =
      Metric.ofNetwork("alignmentPositive")
          .definition(
              Definition.formula(
                      "mean of cos(w_j, D+) over units with a_j > 0, weighted by abs(a_j)"
                          + " norm(w_j); D+ = (1/n) sum_{y_k > 0} y_k x_k")
                  .parameters("W_1 and biases (input 1), a")
                  .applies(
                      "stack of two layers, one output, all labels finite, no weights; some label"
                          + " above 0 and some a_j > 0; binary labels count as s_i")
                  .source("arXiv:2206.00939*")
                  .expect("goes to 1 on the first plateau, before the norm grows")
                  .title("alignment of positive units")
                  .group(Definition.MARGIN)
                  .chart("Alignment"))
          .absent(MarginAbsences::alignedPositive)
          .needs(ObservedDirections.NEEDS)
          .cadence(Matrices::passCadence)
          .price(Prices::twoLayers)
          .value((observation, layer) -> ObservedDirections.alignment(observation, true));

  /**
   * How far the units with negative output weights with -D- are aligned: weighted mean of the
   * cosines, between -1 and 1, see {@link DataDirections}. For stacks of two layers with one
   * output; absent without such units or labels of that sign. Cost: O(parameters).
   */
  public static final Metric ALIGNMENT_NEGATIVE =
      Metric.ofNetwork("alignmentNegative")
          .definition(
              Definition.formula(
                      "alignmentPositive over units with a_j < 0 and cos(w_j, -D-), D- = (1/n)"
                          + " sum_{y_k < 0} y_k x_k")
                  .parameters("W_1 and biases (input 1), a")
                  .applies("as alignmentPositive, below 0")
                  .source("arXiv:2206.00939*")
                  .expect("as alignmentPositive, for the other sign")
                  .title("alignment of negative units")
                  .group(Definition.MARGIN)
                  .chart("Alignment"))
          .absent(MarginAbsences::alignedNegative)
          .needs(ObservedDirections.NEEDS)
          .cadence(Matrices::passCadence)
          .price(Prices::twoLayers)
          .value((observation, layer) -> ObservedDirections.alignment(observation, false));

  /**
   * Share of the positive labels that is fitted: sum f(x_k) y_k / sum y_k^2 over the samples with
   * y_k > 0, 1 when they are interpolated. For one output and a squared loss; absent without such
   * labels. Cost: O(samples).
   */
  public static final Metric FITTED_POSITIVE =
      Metric.ofNetwork("fittedPositive")
          .definition(
              Definition.formula("sum f(x_k) y_k / sum y_k^2 over the positive labels")
                  .applies("regression, stack, some label above 0")
                  .source("arXiv:2206.00939*")
                  .expect("0 on the first plateau, 1 after the escape")
                  .title("share of positive labels fitted")
                  .group(Definition.MARGIN)
                  .chart("Labels fitted"))
          .absent(MarginAbsences::fittedPositive)
          .needs(Targets.NEEDS)
          .value((observation, layer) -> fitted(observation, 1));

  /**
   * Share of the negative labels that is fitted: sum f(x_k) y_k / sum y_k^2 over the samples with
   * y_k < 0, 1 when they are interpolated. For one output and a squared loss; absent without such
   * labels. Cost: O(samples).
   */
  public static final Metric FITTED_NEGATIVE =
      Metric.ofNetwork("fittedNegative")
          .definition(
              Definition.formula("sum f(x_k) y_k / sum y_k^2 over the negative labels")
                  .applies("regression, stack, some label below 0")
                  .source("arXiv:2206.00939*")
                  .expect("0 on the first plateau, 1 after the escape")
                  .title("share of negative labels fitted")
                  .group(Definition.MARGIN)
                  .chart("Labels fitted"))
          .absent(MarginAbsences::fittedNegative)
          .needs(Targets.NEEDS)
          .value((observation, layer) -> fitted(observation, -1));

  private AlignmentMetrics() {}

  private static double fitted(Observation observation, double sign) {
    Targets targets = Targets.of(observation);
    double[] f = observation.shared(FittedValues.class, FittedValues::new).values();
    if (!targets.isRegression() || f == null) {
      return Absent.VALUE;
    }
    double[] labels = targets.labels();
    double products = 0;
    double squares = 0;
    for (int i = 0; i < labels.length; i++) {
      if (sign * labels[i] > 0) {
        products += f[i] * labels[i];
        squares += labels[i] * labels[i];
      }
    }
    return squares == 0 ? Absent.VALUE : products / squares;
  }
}
