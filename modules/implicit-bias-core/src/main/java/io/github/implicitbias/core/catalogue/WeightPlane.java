package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.norm.Magnitude;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The plane of the first two principal directions v_1, v_2 of inputs X [samples, inputs], not
 * centred: the right singular vectors of the two largest singular values, so that a line w.x = 0
 * through the plane goes through 0. The component of largest magnitude of each is positive.
 * Immutable.
 *
 * <p>Found by Lanczos on the smaller Gram matrix, the second with the first deflated. Where that
 * does not converge within {@value #STEPS} steps, the directions are close to the principal ones;
 * they are orthonormal and their shares are right all the same.
 */
final class WeightPlane {

  /** Operations that finding the directions may take, about a quarter of a second. */
  public static final double MAX_WORK = 5e8;

  private static final int STEPS = 32;
  private static final int FEWEST_STEPS = 8;
  private static final double TOLERANCE = 1e-8;

  private final double[] first;
  private final double[] second;
  private final double firstShare;
  private final double secondShare;

  private WeightPlane(double[] x, int samples, double[] first, double[] second) {
    this.first = first;
    this.second = second;
    double whole = ScalarProduct.of(x, 0, x, 0, x.length);
    firstShare = squaredProducts(x, samples, first) / whole;
    secondShare = squaredProducts(x, samples, second) / whole;
  }

  /** Returns the steps of Lanczos that the work allows, per direction. */
  private static int steps(int samples, int inputs) {
    double product = 4.0 * samples * inputs;
    int order = Math.min(samples, inputs);
    int steps = Math.min(STEPS, order);
    // A step is a product and two passes against the steps before it.
    while (steps > 0 && 2 * steps * (product + 4.0 * steps * order) > MAX_WORK) {
      steps--;
    }
    return steps < Math.min(FEWEST_STEPS, order) ? 0 : steps;
  }

  /** Returns the operations that finding the directions takes, 0 if they are not found. */
  static double work(int samples, int inputs) {
    int steps = steps(samples, inputs);
    return 2.0 * steps * (4.0 * samples * inputs + 4.0 * steps * Math.min(samples, inputs));
  }

  /** Returns true if the directions of so many inputs can be found within {@link #MAX_WORK}. */
  public static boolean isAffordable(int samples, int inputs) {
    return steps(samples, inputs) > 0;
  }

  /**
   * Finds the plane.
   *
   * @param x inputs, row-major, samples x inputs, of at least two inputs
   * @return null if all are 0, some are not numbers, or it would take too long
   */
  public static @Nullable WeightPlane of(double[] x, int samples) {
    int inputs = x.length / samples;
    int steps = steps(samples, inputs);
    double whole = ScalarProduct.of(x, 0, x, 0, x.length);
    if (steps == 0 || !(whole > 0) || Double.isInfinite(whole)) {
      return null;
    }
    int order = Math.min(samples, inputs);
    Gram gram = new Gram(x, samples, inputs);
    Lanczos lanczos = new Lanczos(order, steps, Lanczos.End.LARGEST);
    lanczos.run(gram, TOLERANCE, steps);
    double[] first = gram.direction(lanczos.vector());
    gram.deflate(lanczos.vector().clone(), lanczos.value());
    double largest = lanczos.value();
    double[] second = null;
    if (order > 1) {
      Lanczos next = new Lanczos(order, steps, Lanczos.End.LARGEST);
      next.run(gram, TOLERANCE, steps);
      second = next.value() > 1e-14 * largest ? gram.direction(next.vector()) : null;
    }
    second = orthogonal(second == null ? leastOf(first) : second, first);
    positive(first);
    positive(second);
    return new WeightPlane(x, samples, first, second);
  }

  /** Returns the unit vector of the axis on which a vector has least. */
  private static double[] leastOf(double[] vector) {
    int least = 0;
    for (int k = 1; k < vector.length; k++) {
      least = Math.abs(vector[k]) < Math.abs(vector[least]) ? k : least;
    }
    double[] axis = new double[vector.length];
    axis[least] = 1;
    return axis;
  }

  private static double[] orthogonal(double[] vector, double[] to) {
    for (int pass = 0; pass < 2; pass++) {
      double part = ScalarProduct.of(vector, 0, to, 0, to.length);
      for (int k = 0; k < to.length; k++) {
        vector[k] -= part * to[k];
      }
      normalize(vector);
    }
    return vector;
  }

  private static void normalize(double[] vector) {
    double norm = Magnitude.norm(vector, 0, vector.length);
    for (int k = 0; k < vector.length; k++) {
      vector[k] /= norm;
    }
  }

  private static void positive(double[] vector) {
    int largest = 0;
    for (int k = 1; k < vector.length; k++) {
      largest = Math.abs(vector[k]) > Math.abs(vector[largest]) ? k : largest;
    }
    if (vector[largest] < 0) {
      for (int k = 0; k < vector.length; k++) {
        vector[k] = -vector[k];
      }
    }
  }

  private static double squaredProducts(double[] x, int samples, double[] direction) {
    double sum = 0;
    for (int i = 0; i < samples; i++) {
      double product = ScalarProduct.of(x, i * direction.length, direction, 0, direction.length);
      sum += product * product;
    }
    return sum;
  }

  /** The smaller Gram matrix of X, less what was found of it. */
  private static final class Gram implements SymmetricOperator {
    private final double[] x;
    private final int samples;
    private final int inputs;
    private final boolean ofInputs;
    private final double[] between;
    private double @Nullable [] found;
    private double value;

    Gram(double[] x, int samples, int inputs) {
      this.x = x;
      this.samples = samples;
      this.inputs = inputs;
      ofInputs = inputs <= samples;
      between = new double[Math.max(samples, inputs)];
    }

    void deflate(double[] vector, double eigenvalue) {
      found = vector;
      value = eigenvalue;
    }

    @Override
    public void apply(double[] vector, double[] into) {
      if (ofInputs) {
        products(vector, between);
        combine(between, into);
      } else {
        combine(vector, between);
        products(between, into);
      }
      if (found != null) {
        double part = value * ScalarProduct.of(found, 0, vector, 0, found.length);
        for (int k = 0; k < found.length; k++) {
          into[k] -= part * found[k];
        }
      }
    }

    /** Writes X v. */
    private void products(double[] v, double[] into) {
      for (int i = 0; i < samples; i++) {
        into[i] = ScalarProduct.of(x, i * inputs, v, 0, inputs);
      }
    }

    /** Writes u^T X. */
    private void combine(double[] u, double[] into) {
      Arrays.fill(into, 0, inputs, 0);
      for (int i = 0; i < samples; i++) {
        for (int k = 0; k < inputs; k++) {
          into[k] += u[i] * x[i * inputs + k];
        }
      }
    }

    /** Returns the right singular vector that belongs to a vector of this matrix. */
    double[] direction(double[] vector) {
      double[] direction = new double[inputs];
      if (ofInputs) {
        System.arraycopy(vector, 0, direction, 0, inputs);
      } else {
        combine(vector, direction);
      }
      normalize(direction);
      return direction;
    }
  }

  /** Returns v_1, one number per input; a copy. */
  public double[] first() {
    return first.clone();
  }

  /** Returns v_2, one number per input; a copy. */
  public double[] second() {
    return second.clone();
  }

  /** Returns the share of v_1 in the squared norm of the inputs, norm(X v_1)^2 / norm(X)^2. */
  public double firstShare() {
    return firstShare;
  }

  /** Returns the share of v_2. */
  public double secondShare() {
    return secondShare;
  }

  /**
   * Writes the products of vectors with one of the directions.
   *
   * @param vectors row-major, one row of inputs per vector
   * @param second true for v_2
   * @param into one entry per vector
   */
  void project(double[] vectors, boolean second, double[] into) {
    double[] direction = second ? this.second : first;
    for (int j = 0; j < into.length; j++) {
      into[j] = ScalarProduct.of(vectors, j * direction.length, direction, 0, direction.length);
    }
  }
}
