package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.norm.ScalarProduct;

/** Norms of and scalar products between the samples, once per run; for stacks. */
final class SampleGeometry implements Shared {

  private boolean found;
  private boolean tooLarge;
  private int samples;
  private double least = Double.POSITIVE_INFINITY;
  private double most;
  private double largestProduct;
  private double largestCosine;

  /** Returns the geometry of the probe. */
  static SampleGeometry of(Observation observation) {
    return observation.shared(SampleGeometry.class, SampleGeometry::new);
  }

  @Override
  public void compute(Observation observation) {
    if (!found) {
      found = true;
      find(observation.knownStack());
    }
  }

  private void find(Stack stack) {
    samples = stack.samples();
    int inputs = stack.layer(0).inputs();
    tooLarge = (double) samples * samples * inputs > LeakySetting.MOST_WORK;
    if (tooLarge) {
      return;
    }
    double[] x = stack.inputs(0);
    double[] norms = new double[samples];
    for (int i = 0; i < samples; i++) {
      norms[i] = Math.sqrt(ScalarProduct.of(x, i * inputs, x, i * inputs, inputs));
      least = Math.min(least, norms[i]);
      most = Math.max(most, norms[i]);
      for (int k = 0; k < i; k++) {
        double product = Math.abs(ScalarProduct.of(x, i * inputs, x, k * inputs, inputs));
        // Math.max keeps what is not a number.
        largestProduct = Math.max(largestProduct, product);
        largestCosine = Math.max(largestCosine, product / (norms[i] * norms[k]));
      }
    }
  }

  /** Returns true if there are too many samples for it; then nothing else may be asked. */
  boolean isTooLarge() {
    return tooLarge;
  }

  /** Returns R_min^2 / (R^2 n max |x_i . x_k|), R = R_max / R_min. */
  double nearOrthogonality() {
    double ratio = most / least;
    return least * least / (ratio * ratio * samples * largestProduct);
  }

  /** Returns the largest magnitude of a cosine between two samples. */
  double largestCosine() {
    return largestCosine;
  }

  /** Returns the largest norm of a sample divided by the smallest. */
  double normRatio() {
    return most / least;
  }
}
