package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.Absent;

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
  public Scope scope() {
    return Scope.NETWORK;
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return ObservedKernel.cadence(dimensions);
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    ObservedKernel kernel = ObservedKernel.of(observation);
    return kernel == null ? Absent.VALUE : kernel.statistics().trace(kernel.values());
  }
}
