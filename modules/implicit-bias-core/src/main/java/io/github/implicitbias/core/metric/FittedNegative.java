package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Share of the negative labels that is fitted: sum f(x_k) y_k / sum y_k^2 over the samples with y_k
 * < 0, 1 when they are interpolated. For one output and a squared loss; absent without such labels.
 * Cost: O(samples).
 */
public final class FittedNegative implements Metric {

  @Override
  public String id() {
    return "fittedNegative";
  }

  @Override
  public Definition definition() {
    return Definition.formula("sum f(x_k) y_k / sum y_k^2 over the negative labels")
        .applies("regression, stack")
        .source("arXiv:2206.00939*")
        .expect("0 on the first plateau, 1 after the escape")
        .title("share of negative labels fitted")
        .group("Margin and alignment")
        .chart("Labels fitted");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Needs needs() {
    return Targets.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    Targets targets = Targets.of(observation);
    double[] f = observation.shared(FittedValues.class, FittedValues::new).values();
    if (!targets.isRegression() || f == null) {
      return Absent.VALUE;
    }
    double[] labels = targets.labels();
    double products = 0;
    double squares = 0;
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0) {
        products += f[i] * labels[i];
        squares += labels[i] * labels[i];
      }
    }
    return squares == 0 ? Absent.VALUE : products / squares;
  }
}
