package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Trace of the tangent kernel of the probe divided by its largest eigenvalue, between 1 and the
 * number of samples. Absent for a kernel of zeros.
 */
public final class KernelEffectiveRank implements Metric {

  @Override
  public String id() {
    return "kernelEffectiveRank";
  }

  @Override
  public Definition definition() {
    return Definition.formula("trace(K) / largest eigenvalue")
        .parameters("theta")
        .applies("K not 0")
        .expect("falls as the kernel picks up the labels")
        .title("effective rank of the kernel")
        .group("Kernel and sharpness")
        .chart("Kernel: effective rank");
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
    return ObservedKernel.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    ObservedKernel kernel = ObservedKernel.of(observation);
    if (kernel == null) {
      return Absent.VALUE;
    }
    double trace = kernel.statistics().trace(kernel.values());
    return trace > 0 ? trace / kernel.largestEigenvalue() : Absent.VALUE;
  }
}
