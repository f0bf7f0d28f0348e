package io.github.implicitbias.extending;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Absent;

/** The largest derivative of the loss by an output, in magnitude: how far the worst sample is. */
public final class LargestResidual implements Metric {

  @Override
  public String id() {
    return "largestResidual";
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    double[] derivatives = observation.network().lossDerivatives();
    if (derivatives == null) {
      return Absent.VALUE;
    }
    double largest = 0;
    for (double derivative : derivatives) {
      largest = Math.max(largest, Math.abs(derivative));
    }
    return largest;
  }
}
