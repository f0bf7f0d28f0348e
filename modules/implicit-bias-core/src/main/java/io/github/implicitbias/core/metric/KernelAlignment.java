package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Alignment of the tangent kernel of the probe with its labels, &lt;K, Y Y^T&gt; / (norm(K) norm(Y
 * Y^T)): labels as given, -1 and 1 for two classes. Absent where kernel or labels are 0 or not
 * known.
 */
public final class KernelAlignment implements Metric {

  @Override
  public String id() {
    return "kernelAlignment";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "<K, Y Y^T> / (norm(K) norm(Y Y^T)), Frobenius; labels as given, binary ones as s_i")
        .parameters("theta")
        .applies("labels")
        .source("Cristianini et al. 2001*")
        .expect("rises in the rich regime, constant in the lazy one")
        .title("kernel alignment with the labels")
        .group("Kernel and sharpness")
        .chart("Kernel: alignment with the labels, change");
  }

  @Override
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return ObservedKernel.cadence(dimensions);
  }

  @Override
  public Needs needs() {
    return ObservedKernel.NEEDS.and(Targets.NEEDS);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    ObservedKernel kernel = ObservedKernel.of(observation);
    double[] labels = Targets.of(observation).labels();
    if (kernel == null || kernel.isZero() || isZero(labels)) {
      return Absent.VALUE;
    }
    return kernel.statistics().alignment(kernel.values(), labels);
  }

  private static boolean isZero(double[] labels) {
    for (double label : labels) {
      if (label != 0) {
        return false;
      }
    }
    return true;
  }
}
