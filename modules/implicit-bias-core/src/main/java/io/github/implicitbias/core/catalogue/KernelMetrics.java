package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;

/** The tangent kernel of the probe. */
final class KernelMetrics {

  /**
   * Trace of the tangent kernel of the probe, see {@link
   * io.github.implicitbias.core.catalogue.TangentKernel}. For stacks of dense layers and up to
   * 1,024 samples.
   */
  public static final Metric KERNEL_TRACE =
      Metric.ofNetwork("kernelTrace")
          .definition(
              Definition.formula(
                      "trace of K, K_ik = sum over outputs a of <grad f_a(x_i), grad f_a(x_k)>")
                  .parameters("theta")
                  .applies("stack, some of it trained, n up to 1,024 and up to 10^10 operations")
                  .source("Jacot et al. 2018*")
                  .expect("grows with the norm of the weights")
                  .title("trace of the kernel")
                  .group(Definition.KERNEL)
                  .chart("Kernel: trace"))
          .absent(SolutionAbsences::kernel)
          .needs(ObservedKernel.NEEDS)
          .cadence(ObservedKernel::cadence)
          .value(KernelMetrics::kernelTrace);

  /**
   * Alignment of the tangent kernel of the probe with its labels, &lt;K, Y Y^T&gt; / (norm(K)
   * norm(Y Y^T)): labels as given, -1 and 1 for two classes. Absent where kernel or labels are 0 or
   * not known.
   */
  public static final Metric KERNEL_ALIGNMENT =
      Metric.ofNetwork("kernelAlignment")
          .definition(
              Definition.formula(
                      "<K, Y Y^T> / (norm(K) norm(Y Y^T)), Frobenius; labels as given, binary ones"
                          + " as s_i")
                  .parameters("theta")
                  .applies("as kernelTrace; labels, not all 0; no weights; K not 0")
                  .source("Cristianini et al. 2001*")
                  .expect("rises in the rich regime, constant in the lazy one")
                  .title("kernel alignment with the labels")
                  .group(Definition.KERNEL)
                  .chart("Kernel: alignment with the labels, change"))
          .absent(SolutionAbsences::kernelAlignment)
          .needs(ObservedKernel.NEEDS.and(Targets.NEEDS))
          .cadence(ObservedKernel::cadence)
          .value(KernelMetrics::kernelAlignment);

  /**
   * Distance of the tangent kernel of the probe from that of the first record, 1 - &lt;K, K_0&gt; /
   * (norm(K) norm(K_0)): 0 in the lazy regime. Absent where one of them is 0.
   */
  public static final Metric KERNEL_DISTANCE =
      Metric.ofNetwork("kernelDistance")
          .definition(
              Definition.formula("1 - <K, K_0> / (norm(K) norm(K_0))")
                  .parameters("theta")
                  .applies("as kernelTrace; K, K_0 not 0")
                  .source("Fort et al. 2020*")
                  .expect("near 0 in the lazy regime, up to 1 in the rich one")
                  .title("change of the kernel")
                  .group(Definition.KERNEL)
                  .chart("Kernel: alignment with the labels, change"))
          .absent(SolutionAbsences::kernelDistance)
          .needs(ObservedKernel.NEEDS)
          .cadence(ObservedKernel::cadence)
          .value(KernelMetrics::kernelDistance);

  /**
   * Trace of the tangent kernel of the probe divided by its largest eigenvalue, between 1 and the
   * number of samples. Absent for a kernel of zeros.
   */
  public static final Metric KERNEL_EFFECTIVE_RANK =
      Metric.ofNetwork("kernelEffectiveRank")
          .definition(
              Definition.formula("trace(K) / largest eigenvalue")
                  .parameters("theta")
                  .applies("as kernelTrace; K not 0")
                  .expect("falls as the kernel picks up the labels")
                  .title("effective rank of the kernel")
                  .group(Definition.KERNEL)
                  .chart("Kernel: effective rank"))
          .absent(SolutionAbsences::kernel)
          .needs(ObservedKernel.NEEDS)
          .cadence(ObservedKernel::cadence)
          .value(KernelMetrics::kernelEffectiveRank);

  private KernelMetrics() {}

  private static double kernelTrace(Observation observation, int layer) {
    ObservedKernel kernel = ObservedKernel.of(observation);
    return kernel == null ? Absent.VALUE : kernel.trace();
  }

  private static double kernelAlignment(Observation observation, int layer) {
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

  private static double kernelDistance(Observation observation, int layer) {
    ObservedKernel kernel = ObservedKernel.of(observation);
    if (kernel == null || kernel.isZero() || kernel.wasZero()) {
      return Absent.VALUE;
    }
    // Rounding must not make a distance negative.
    return Math.max(0, 1 - kernel.statistics().cosine(kernel.values(), kernel.first()));
  }

  private static double kernelEffectiveRank(Observation observation, int layer) {
    ObservedKernel kernel = ObservedKernel.of(observation);
    if (kernel == null) {
      return Absent.VALUE;
    }
    double trace = kernel.statistics().trace(kernel.values());
    return trace > 0 ? trace / kernel.largestEigenvalue() : Absent.VALUE;
  }
}
