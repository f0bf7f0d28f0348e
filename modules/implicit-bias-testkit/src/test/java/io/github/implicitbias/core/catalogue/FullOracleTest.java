package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.SingularValues;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.PlainStack;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import org.junit.jupiter.api.Test;

/** The metrics of FULL against finite differences and brute force, on random networks. */
class FullOracleTest {

  private final SplittableRandom random = new SplittableRandom(11);

  private static double[] eigenvalues(double[] matrix) {
    int n = (int) Math.round(Math.sqrt(matrix.length));
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(n, false, true);
    assertTrue(eigen.decompose(DMatrixRMaj.wrap(n, n, matrix.clone())));
    double[] values = new double[n];
    for (int k = 0; k < n; k++) {
      values[k] = eigen.getEigenvalue(k).getReal();
    }
    java.util.Arrays.sort(values);
    return values;
  }

  /** The gradient of the mean loss, by a step of gradient descent. */
  private static double[] gradient(PlainStack net, double[] theta) {
    RandomStack.setTheta(net, theta);
    net.setLearningRate(1);
    net.descend();
    double[] after = RandomStack.theta(net);
    double[] gradient = new double[theta.length];
    for (int k = 0; k < theta.length; k++) {
      gradient[k] = theta[k] - after[k];
    }
    return gradient;
  }

  @Test
  void curvature_isThatOfFiniteDifferencesOfTheGradient() {
    int compared = 0;
    for (int trial = 0; trial < 200; trial++) {
      boolean classes = random.nextBoolean();
      PlainStack net =
          RandomStack.of(random, random.nextInt(3), 1 + random.nextInt(3), false, classes, 0.8);
      net.observe();
      double sharpness = CurvatureMetrics.SHARPNESS.evaluate(net, -1);
      double lowest = CurvatureMetrics.SADDLE_INDEX.evaluate(net, -1);
      double residual = CurvatureMetrics.SHARPNESS_RESIDUAL.evaluate(net, -1);
      double[] theta = RandomStack.theta(net);
      int p = theta.length;
      double[] hessian = new double[p * p];
      double step = 1e-6;
      boolean kink = false;
      for (int k = 0; k < p; k++) {
        double[] moved = theta.clone();
        moved[k] += step;
        double[] up = gradient(net, moved);
        moved[k] -= 2 * step;
        double[] down = gradient(net, moved);
        for (int j = 0; j < p; j++) {
          hessian[j * p + k] = (up[j] - down[j]) / (2 * step);
        }
      }
      for (int j = 0; j < p; j++) {
        for (int k = 0; k < j; k++) {
          double a = hessian[j * p + k];
          double b = hessian[k * p + j];
          // A kink within the step breaks the symmetry.
          kink |= Math.abs(a - b) > 1e-4 * (1 + Math.abs(a) + Math.abs(b));
          hessian[j * p + k] = (a + b) / 2;
          hessian[k * p + j] = (a + b) / 2;
        }
      }
      if (kink) {
        continue;
      }
      compared++;
      double[] values = eigenvalues(hessian);
      double size = Math.max(Math.abs(values[0]), Math.abs(values[p - 1]));
      assertEquals(values[p - 1], sharpness, 1e-6 * size + residual + 1e-8, "trial " + trial);
      assertEquals(values[0], lowest, 1e-6 * size + 1e-7, "trial " + trial);
    }
    assertTrue(compared > 150, "compared " + compared);
  }

  @Test
  void kernel_isTheGramMatrixOfPerSampleGradients() {
    for (int trial = 0; trial < 200; trial++) {
      int outputs = 1 + random.nextInt(3);
      PlainStack net =
          RandomStack.of(random, random.nextInt(3), outputs, trial % 2 == 0, false, 0.8);
      net.observe();
      int n = net.probe().samples();
      double[] kernel = new double[n * n];
      for (int a = 0; a < outputs; a++) {
        double[][] gradients = outputGradients(net, a);
        for (int i = 0; i < n; i++) {
          for (int k = 0; k < n; k++) {
            for (int p = 0; p < gradients[i].length; p++) {
              kernel[i * n + k] += gradients[i][p] * gradients[k][p];
            }
          }
        }
      }
      double trace = 0;
      for (int i = 0; i < n; i++) {
        trace += kernel[i * n + i];
      }
      assertEquals(trace, KernelMetrics.KERNEL_TRACE.evaluate(net, -1), 1e-12 * (1 + trace));
      if (trace > 0) {
        double[] values = eigenvalues(kernel);
        assertEquals(
            trace / values[n - 1], KernelMetrics.KERNEL_EFFECTIVE_RANK.evaluate(net, -1), 1e-9 * n);
        assertEquals(
            alignment(kernel, net.probe().labels(), n),
            KernelMetrics.KERNEL_ALIGNMENT.evaluate(net, -1),
            1e-11);
      }
    }
  }

  private static double alignment(double[] kernel, double[] y, int n) {
    double product = 0;
    double k2 = 0;
    double y2 = 0;
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < n; k++) {
        double label = 0;
        for (int a = 0; a < y.length / n; a++) {
          label += y[i * (y.length / n) + a] * y[k * (y.length / n) + a];
        }
        product += label * kernel[i * n + k];
        k2 += kernel[i * n + k] * kernel[i * n + k];
        y2 += label * label;
      }
    }
    return product / Math.sqrt(k2) / Math.sqrt(y2);
  }

  /** Gradients of one output by all parameters, by the chain rule along each path downwards. */
  private static double[][] outputGradients(PlainStack net, int output) {
    int n = net.probe().samples();
    int depth = net.network().layers();
    double[][] gradients = new double[n][RandomStack.theta(net).length];
    for (int i = 0; i < n; i++) {
      double[] delta = new double[net.network().outputs()];
      delta[output] = 1;
      int end = gradients[i].length;
      for (int l = depth - 1; l >= 0; l--) {
        WeightLayer layer = net.network().layer(l);
        int inputs = layer.inputs();
        int biases = layer.hasBias() ? layer.units() : 0;
        int from = end - layer.units() * inputs - biases;
        double[] below = new double[inputs];
        for (int j = 0; j < layer.units(); j++) {
          for (int k = 0; k < inputs; k++) {
            gradients[i][from + j * inputs + k] =
                delta[j] * layer.inputActivations()[i * inputs + k];
            below[k] += delta[j] * layer.weights()[j * inputs + k];
          }
          if (biases > 0) {
            gradients[i][from + layer.units() * inputs + j] = delta[j];
          }
        }
        for (int k = 0; k < inputs && l > 0; k++) {
          double out = layer.inputActivations()[i * inputs + k];
          below[k] *= out > 0 ? 1 : net.network().layer(l - 1).negativeSlope();
        }
        delta = below;
        end = from;
      }
    }
    return gradients;
  }

  @Test
  void singularValues_areRootsOfTheEigenvaluesOfTheGramMatrix() {
    for (int trial = 0; trial < 200; trial++) {
      int m = 1 + random.nextInt(7);
      int d = 1 + random.nextInt(7);
      double[] w = Fixture.normal(random, m * d, 1);
      if (trial % 5 == 0 && m > 1) {
        // Two rows alike: rank-deficient if m <= d.
        System.arraycopy(w, 0, w, d, d);
      }
      double[] gram = new double[m * m];
      for (int i = 0; i < m; i++) {
        for (int k = 0; k < m; k++) {
          for (int c = 0; c < d; c++) {
            gram[i * m + k] += w[i * d + c] * w[k * d + c];
          }
        }
      }
      double[] squares = eigenvalues(gram);
      SingularValues values = SingularValues.of(w, m, d);
      double sum = 0;
      double entropy = 0;
      for (int k = 0; k < values.count(); k++) {
        double s = Math.sqrt(Math.max(0, squares[m - 1 - k]));
        assertEquals(s, values.value(k), 1e-7);
        sum += s;
      }
      for (int k = 0; k < values.count(); k++) {
        double p = Math.sqrt(Math.max(0, squares[m - 1 - k])) / sum;
        entropy -= p > 0 ? p * Math.log(p) : 0;
      }
      assertEquals(sum, values.sum(), 1e-6);
      assertEquals(Math.exp(entropy), values.effectiveRank(), 1e-5);
    }
  }

  @Test
  void zeroWeights_haveNoRankAndNoKernelAlignment() {
    Probe probe = new Probe(2, new double[] {1, 2, 3, 4}, new double[] {1, -2}, null);
    PlainStack net =
        PlainStack.builder(probe, new Fixture.Squared(1), 0.1)
            .hidden("hidden", 3, 0, new double[6], null)
            .output(1, new double[3], null)
            .build();
    net.observe();
    assertEquals(0, SpectrumMetrics.NUCLEAR_NORM.evaluate(net, 0));
    assertEquals(0, SpectrumMetrics.NUMERICAL_RANK.evaluate(net, 0));
    assertEquals(0, NormMetrics.FROBENIUS_NORM.evaluate(net, 0));
    assertEquals(0, NormMetrics.SPECTRAL_NORM.evaluate(net, 0));
    assertEquals(0, KernelMetrics.KERNEL_TRACE.evaluate(net, -1));
    assertEquals(0, NormMetrics.PATH_NORM.evaluate(net, -1));
    assertEquals(0, CurvatureMetrics.SHARPNESS.evaluate(net, -1));
    for (Metric metric :
        new Metric[] {
          SpectrumMetrics.STABLE_RANK,
          NormMetrics.SPECTRAL_NORM_RESIDUAL,
          SpectrumMetrics.EFFECTIVE_RANK,
          SpectrumMetrics.RANK_TWO_TAIL,
          UnitComparisons.MEAN_UNIT_COSINE,
          UnitComparisons.LIVE_UNITS,
          DistanceMetrics.ROTATION
        }) {
      assertTrue(Absent.is(metric.evaluate(net, 0)), metric.id());
    }
    for (Metric metric :
        new Metric[] {
          KernelMetrics.KERNEL_ALIGNMENT,
          KernelMetrics.KERNEL_DISTANCE,
          KernelMetrics.KERNEL_EFFECTIVE_RANK,
          GradientMetrics.GRADIENT_ALIGNMENT,
          DistanceMetrics.COSINE_TO_INIT,
          DistanceMetrics.RELATIVE_DISTANCE_FROM_INIT,
          AlignmentMetrics.ALIGNMENT_POSITIVE,
          MarginMetrics.NORMALIZED_MARGIN
        }) {
      assertTrue(Absent.is(metric.evaluate(net, -1)), metric.id());
    }
  }

  @Test
  void regions_areThoseOfAFineGrid() {
    for (int trial = 0; trial < 60; trial++) {
      PlainStack net = RandomStack.of(random, 1 + random.nextInt(3), 1, true, false, 1);
      net.observe();
      if (net.probe().samples() < 2) {
        assertTrue(Absent.is(PatternMetrics.REGIONS_ON_SEGMENT.evaluate(net, -1)));
        continue;
      }
      double counted = PatternMetrics.REGIONS_ON_SEGMENT.evaluate(net, -1);
      int grid = 1;
      long before = 0;
      for (int k = 0; k <= 40_000; k++) {
        long pattern = pattern(net, k / 40_000.0);
        grid += k > 0 && pattern != before ? 1 : 0;
        before = pattern;
      }
      // Two switches within one cell of the grid look like one.
      assertTrue(grid <= counted && counted <= grid + 1, "grid " + grid + ", counted " + counted);
    }
  }

  private static long pattern(PlainStack net, double at) {
    int inputs = net.probe().inputs();
    double[] h = new double[inputs];
    for (int k = 0; k < inputs; k++) {
      h[k] = (1 - at) * net.probe().features()[k] + at * net.probe().features()[inputs + k];
    }
    long bits = 0;
    for (int l = 0; l < net.network().layers() - 1; l++) {
      WeightLayer layer = net.network().layer(l);
      double[] out = new double[layer.units()];
      for (int j = 0; j < layer.units(); j++) {
        double z = layer.biases()[j];
        for (int k = 0; k < layer.inputs(); k++) {
          z += layer.weights()[j * layer.inputs() + k] * h[k];
        }
        bits = 2 * bits + (z > 0 ? 1 : 0);
        out[j] = z > 0 ? z : layer.negativeSlope() * z;
      }
      h = out;
    }
    return bits;
  }

  @Test
  void unitsAreComparedPairByPair() {
    for (int trial = 0; trial < 200; trial++) {
      int units = 2 + random.nextInt(8);
      int inputs = 1 + random.nextInt(3);
      double[] w = Fixture.normal(random, units * inputs, 1);
      double[] a = Fixture.normal(random, units, 1);
      if (trial % 4 == 0) {
        // A unit of zeros, and one that points where another does.
        java.util.Arrays.fill(w, 0, inputs, 0);
        for (int k = 0; k < inputs && units > 2; k++) {
          w[2 * inputs + k] = 3 * w[inputs + k];
        }
      }
      Probe probe = new Probe(1, Fixture.normal(random, inputs, 1), new double[] {0.5}, null);
      PlainStack net =
          PlainStack.builder(probe, new Fixture.Squared(1), 0.1)
              .hidden("hidden", units, 0, w, null)
              .output(1, a, null)
              .build();
      net.observe();
      DistanceMetrics.ROTATION.evaluate(net, 0);
      double sum = 0;
      int pairs = 0;
      for (int j = 0; j < units; j++) {
        for (int k = 0; k < j; k++) {
          double cosine = cosine(w, j, w, k, inputs);
          if (!Double.isNaN(cosine)) {
            sum += cosine;
            pairs++;
          }
        }
      }
      double mean = UnitComparisons.MEAN_UNIT_COSINE.evaluate(net, 0);
      if (pairs == 0) {
        assertTrue(Absent.is(mean));
      } else {
        assertEquals(sum / pairs, mean, 1e-12);
      }
      assertEquals(clusters(w, a, units, inputs), UnitComparisons.UNIT_CLUSTERS.evaluate(net, 0));
      double[] turned = Fixture.normal(random, units * inputs, 1);
      net.setWeights(0, turned);
      net.countStep();
      net.observe();
      double angle = 0;
      for (int j = 0; j < units; j++) {
        double cosine = cosine(w, j, turned, j, inputs);
        angle = Double.isNaN(cosine) ? angle : Math.max(angle, Math.acos(clip(cosine)));
      }
      assertEquals(angle, DistanceMetrics.ROTATION.evaluate(net, 0), 1e-6);
    }
  }

  private static double clip(double cosine) {
    return Math.max(-1, Math.min(1, cosine));
  }

  private static double cosine(double[] x, int j, double[] y, int k, int inputs) {
    double xy = 0;
    double xx = 0;
    double yy = 0;
    for (int c = 0; c < inputs; c++) {
      xy += x[j * inputs + c] * y[k * inputs + c];
      xx += x[j * inputs + c] * x[j * inputs + c];
      yy += y[k * inputs + c] * y[k * inputs + c];
    }
    return xy / Math.sqrt(xx) / Math.sqrt(yy);
  }

  private static int clusters(double[] w, double[] a, int units, int inputs) {
    java.util.List<Integer> order = new java.util.ArrayList<>();
    double[] norms = new double[units];
    double largest = 0;
    for (int j = 0; j < units; j++) {
      order.add(j);
      for (int k = 0; k < inputs; k++) {
        norms[j] = Math.hypot(norms[j], w[j * inputs + k]);
      }
      largest = Math.max(largest, norms[j]);
    }
    double live = 1e-3 * largest;
    order.removeIf(j -> norms[j] <= live);
    order.sort(java.util.Comparator.comparingDouble(j -> -norms[j]));
    java.util.List<Integer> heads = new java.util.ArrayList<>();
    for (int j : order) {
      boolean joined =
          heads.stream().anyMatch(h -> a[h] > 0 == a[j] > 0 && cosine(w, h, w, j, inputs) >= 0.9);
      if (!joined) {
        heads.add(j);
      }
    }
    return heads.size();
  }

  @Test
  void singleNeurons_areMeasuredThroughTheirActivation() {
    // Three samples on which a ReLU neuron ends at (-4/3, 2), off for sample 1.
    double[] x = {0, 2, -.5, -.5, -1.5, .5};
    double[] y = {4, 2.5, 3};
    PlainStack net =
        PlainStack.builder(new Probe(3, x, y, null), new Fixture.Squared(1), 0.02)
            .neurons(1, 0, new double[] {-.3, .2}, null)
            .build();
    net.observe();
    double norm = GradientMetrics.GRADIENT_NORM.evaluate(net, -1);
    net.descend();
    double[] w = net.network().layer(0).weights();
    assertEquals(Math.hypot(w[0] + .3, w[1] - .2) / 0.02, norm, 1e-12 * norm);
    for (int step = 1; step < 4000; step++) {
      net.descend();
    }
    net.observe();
    assertEquals(-4.0 / 3, w[0], 1e-12);
    assertEquals(0, GradientMetrics.GRADIENT_NORM.evaluate(net, -1), 1e-12);
    // The Hessian is (2/3) sum x x^T over samples 0 and 2.
    double[] values = eigenvalues(new double[] {2.25, -.75, -.75, 4.25});
    assertEquals(2 * values[1] / 3, CurvatureMetrics.SHARPNESS.evaluate(net, -1), 1e-12);
    assertEquals(2 * values[0] / 3, CurvatureMetrics.SADDLE_INDEX.evaluate(net, -1), 1e-12);
    assertEquals(4 + 2.5, KernelMetrics.KERNEL_TRACE.evaluate(net, -1), 1e-12);
    assertEquals(25 / 31.25, AlignmentMetrics.FITTED_POSITIVE.evaluate(net, -1), 1e-12);
    // No w gives all three labels: three samples in the plane.
    assertTrue(Absent.is(ReferenceMetrics.GAP_TO_MIN_NORM.evaluate(net, -1)));
  }

  @Test
  void reluNeuron_hasTheGapToTheShortestSolution() {
    // The interpolator of sample 0 alone, (2, 0, 0), is on for sample 1 and has to turn away.
    double[] x = {1, 0, 0, 1, 1, 0};
    double[] y = {2, -1};
    PlainStack net =
        PlainStack.builder(new Probe(2, x, y, null), new Fixture.Squared(1), 0.1)
            .neurons(1, 0, new double[] {2, -2, 5}, null)
            .build();
    net.observe();
    // w* = (2, -2, 0): fits sample 0, and z = 0 on sample 1.
    assertEquals(5, ReferenceMetrics.GAP_TO_MIN_NORM.evaluate(net, -1), 1e-12);
    assertEquals(
        5 / Math.sqrt(8), ReferenceMetrics.RELATIVE_GAP_TO_MIN_NORM.evaluate(net, -1), 1e-12);
  }
}
