package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Trace of the tangent kernel of the probe, see {@link
 * io.github.implicitbias.core.kernel.TangentKernel}. For stacks of dense layers and up to 1,024
 * samples.
 */
public final class KernelTrace implements Metric {

  @Override
  public String id() {
    return "kernelTrace";
  }

  @Override
  public Definition definition() {
    return Definition.formula(
            "trace of K, K_ik = sum over outputs a of <grad f_a(x_i), grad f_a(x_k)>")
        .parameters("theta")
        .applies("stack, n up to 1,024")
        .source("Jacot et al. 2018*")
        .expect("grows with the norm of the weights")
        .title("trace of the kernel")
        .group("Kernel and sharpness")
        .chart("Kernel: trace");
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
    return kernel == null ? Absent.VALUE : kernel.statistics().trace(kernel.values());
  }
}
