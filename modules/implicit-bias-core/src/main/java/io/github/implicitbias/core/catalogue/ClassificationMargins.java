package io.github.implicitbias.core.catalogue;

/** The margins of samples, from pre-activations of the output layer. */
final class ClassificationMargins {

  private ClassificationMargins() {}

  /**
   * Writes q_i = f_i for class 1 and -f_i for class 0.
   *
   * @param f one per sample
   * @param classes 0 or 1 per sample
   */
  public static void binary(double[] f, int[] classes, double[] into) {
    for (int i = 0; i < classes.length; i++) {
      into[i] = classes[i] == 1 ? f[i] : -f[i];
    }
  }

  /**
   * Writes q_i = f_i[class] - max of the other f_i[k].
   *
   * @param f row-major, samples x outputs
   * @param outputs at least 2
   */
  public static void multiclass(double[] f, int[] classes, int outputs, double[] into) {
    for (int i = 0; i < classes.length; i++) {
      double other = Double.NEGATIVE_INFINITY;
      for (int k = 0; k < outputs; k++) {
        if (k != classes[i]) {
          other = Math.max(other, f[i * outputs + k]);
        }
      }
      into[i] = f[i * outputs + classes[i]] - other;
    }
  }

  /** Returns the smallest margin, NaN if one is. */
  public static double smallest(double[] margins) {
    double smallest = Double.POSITIVE_INFINITY;
    for (double q : margins) {
      smallest = Math.min(smallest, q);
    }
    return smallest;
  }
}
