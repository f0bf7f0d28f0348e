package io.github.implicitbias.core.metric;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/**
 * Distance of the tangent kernel of the probe from that of the first record, 1 - &lt;K, K_0&gt; /
 * (norm(K) norm(K_0)): 0 in the lazy regime. Absent where one of them is 0.
 */
public final class KernelDistance implements Metric {

  @Override
  public String id() {
    return "kernelDistance";
  }

  @Override
  public Definition definition() {
    return Definition.formula("1 - <K, K_0> / (norm(K) norm(K_0))")
        .parameters("theta")
        .applies("K, K_0 not 0")
        .source("Fort et al. 2020*")
        .expect("near 0 in the lazy regime, up to 1 in the rich one")
        .title("change of the kernel")
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
    return ObservedKernel.NEEDS;
  }

  @Override
  public double evaluate(Observation observation, int layer) {
    ObservedKernel kernel = ObservedKernel.of(observation);
    if (kernel == null || kernel.isZero() || kernel.wasZero()) {
      return Absent.VALUE;
    }
    // Rounding must not make a distance negative.
    return Math.max(0, 1 - kernel.statistics().cosine(kernel.values(), kernel.first()));
  }
}
