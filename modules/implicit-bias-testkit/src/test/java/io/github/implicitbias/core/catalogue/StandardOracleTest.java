package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.solution.ConstrainedMinimumNorm;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.PlainStack;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

/** The metrics of STANDARD against brute force, on random networks. */
class StandardOracleTest {

  private final SplittableRandom random = new SplittableRandom(7);

  private double[] normal(int length, double deviation) {
    return Fixture.normal(random, length, deviation);
  }

  private PlainStack stack(int hidden, int outputs, boolean bias, boolean classes, double size) {
    return RandomStack.of(random, hidden, outputs, bias, classes, size);
  }

  private static double[] theta(PlainStack net) {
    return RandomStack.theta(net);
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  @Test
  void gradient_isTheStepOfGradientDescent() {
    for (int trial = 0; trial < 200; trial++) {
      boolean classes = random.nextBoolean();
      PlainStack net =
          stack(random.nextInt(4), 1 + random.nextInt(3), random.nextBoolean(), classes, 1);
      net.observe();
      double norm = GradientMetrics.GRADIENT_NORM.evaluate(net, -1);
      double cosine = GradientMetrics.GRADIENT_ALIGNMENT.evaluate(net, -1);
      double[] before = theta(net);
      net.descend();
      double[] after = theta(net);
      double[] minusGradient = new double[before.length];
      for (int k = 0; k < before.length; k++) {
        minusGradient[k] = (after[k] - before[k]) / 1e-3;
      }
      double expected = Math.sqrt(dot(minusGradient, minusGradient));
      assertEquals(expected, norm, 1e-11 * (1 + expected));
      if (expected == 0) {
        assertTrue(Absent.is(cosine));
      } else if (expected > 1e-6) {
        double size = Math.sqrt(dot(before, before));
        assertEquals(dot(before, minusGradient) / expected / size, cosine, 1e-8);
      }
    }
  }

  @Test
  void pathNorms_areSumsOverPaths() {
    for (int trial = 0; trial < 200; trial++) {
      PlainStack net = stack(random.nextInt(4), 1 + random.nextInt(3), trial % 2 == 0, false, 1);
      net.observe();
      double l1 = 0;
      double l2 = 0;
      for (int j = 0; j < net.network().outputs(); j++) {
        l1 += paths(net, net.network().layers() - 1, j, false);
        l2 += paths(net, net.network().layers() - 1, j, true);
      }
      assertEquals(l1, NormMetrics.PATH_NORM_L1.evaluate(net, -1), 1e-12 * l1);
      assertEquals(l2, NormMetrics.PATH_NORM.evaluate(net, -1), 1e-12 * l2);
    }
  }

  private static double paths(PlainStack net, int number, int unit, boolean euclidean) {
    WeightLayer layer = net.network().layer(number);
    double bias = layer.hasBias() ? Math.abs(layer.biases()[unit]) : 0;
    double sum = number == 0 && euclidean ? bias * bias : bias;
    for (int k = 0; k < layer.inputs(); k++) {
      double w = Math.abs(layer.weights()[unit * layer.inputs() + k]);
      sum += number > 0 ? w * paths(net, number - 1, k, euclidean) : euclidean ? w * w : w;
    }
    return number == 0 && euclidean ? Math.sqrt(sum) : sum;
  }

  @Test
  void balance_isConservedByGradientFlow() {
    for (int trial = 0; trial < 200; trial++) {
      PlainStack net = stack(2, 1 + random.nextInt(2), trial % 2 == 0, false, 0.7);
      net.observe();
      if (net.layers() == 0) {
        continue;
      }
      double before = NormMetrics.BALANCE_GAP.evaluate(net, 0);
      double largest = 0;
      WeightLayer layer = trackedLayer(net);
      WeightLayer next = net.network().layer(net.network().layer(0) == layer ? 1 : 2);
      for (int j = 0; j < layer.units(); j++) {
        double gap = layer.hasBias() ? layer.biases()[j] * layer.biases()[j] : 0;
        for (int k = 0; k < layer.inputs(); k++) {
          gap += Math.pow(layer.weights()[j * layer.inputs() + k], 2);
        }
        for (int i = 0; i < next.units(); i++) {
          gap -= Math.pow(next.weights()[i * layer.units() + j], 2);
        }
        largest = Math.max(largest, Math.abs(gap));
      }
      assertEquals(largest, before, 1e-12 * (1 + largest));
      net.descend();
      net.observe();
      // Of second order in the learning rate: 1e-6 times squares of gradients.
      double gradient = GradientMetrics.GRADIENT_NORM.evaluate(net, -1);
      double after = NormMetrics.BALANCE_GAP.evaluate(net, 0);
      assertEquals(before, after, 4e-6 * (1 + gradient * gradient));
    }
  }

  private static WeightLayer trackedLayer(PlainStack net) {
    for (int l = 0; l < net.network().layers(); l++) {
      if (net.network().layer(l).trackedLayer() == 0) {
        return net.network().layer(l);
      }
    }
    throw new IllegalStateException();
  }

  @Test
  void margins_areThoseOfEachSample() {
    int normalized = 0;
    for (int trial = 0; trial < 200; trial++) {
      int outputs = 1 + random.nextInt(4);
      boolean bias = trial % 3 == 0;
      PlainStack net = stack(random.nextInt(3), outputs, bias, true, 1);
      net.observe();
      double[] f = net.network().outputPreActivations();
      double[] y = net.probe().labels();
      double smallest = Double.POSITIVE_INFINITY;
      double least = Double.POSITIVE_INFINITY;
      double most = 0;
      for (int i = 0; i < net.probe().samples(); i++) {
        for (int label = 0; label < outputs; label++) {
          double margin = Double.POSITIVE_INFINITY;
          for (int k = 0; k < outputs && outputs > 1; k++) {
            margin =
                k == label ? margin : Math.min(margin, f[i * outputs + label] - f[i * outputs + k]);
          }
          if (outputs == 1) {
            margin = y[i] * f[i];
          }
          if (outputs == 1 || y[i * outputs + label] == 1) {
            smallest = Math.min(smallest, margin);
            double share = share(f, i, label, outputs, y[i]);
            least = Math.min(least, share);
            most = Math.max(most, share);
          }
        }
      }
      assertEquals(smallest, MarginMetrics.MIN_MARGIN.evaluate(net, -1), 1e-12);
      assertEquals(most / least, MarginMetrics.LOSS_RATIO.evaluate(net, -1), 1e-9 * most / least);
      int layers = net.network().layers();
      double value = MarginMetrics.NORMALIZED_MARGIN.evaluate(net, -1);
      if (bias && layers > 1) {
        assertTrue(Absent.is(value), "biases above the first layer");
      } else {
        double size = Math.sqrt(dot(theta(net), theta(net)));
        assertEquals(smallest / Math.pow(size, layers), value, 1e-9 * Math.abs(value));
        normalized++;
      }
    }
    assertTrue(normalized > 50);
  }

  private static double share(double[] f, int i, int label, int outputs, double y) {
    if (outputs == 1) {
      return 1 / (1 + Math.exp(y * f[i]));
    }
    double others = 0;
    double all = 0;
    for (int k = 0; k < outputs; k++) {
      all += Math.exp(f[i * outputs + k]);
      others += k == label ? 0 : Math.exp(f[i * outputs + k]);
    }
    return others / all;
  }

  @Test
  void oneClassOnly_isAClassificationToo() {
    Probe probe = new Probe(2, new double[] {1, 2, 3, 5}, new double[] {1, 1}, null);
    PlainStack net =
        PlainStack.builder(probe, new Fixture.Logistic(), 0.1)
            .output(1, new double[] {1, -2}, null)
            .build();
    net.observe();
    assertEquals(-7, MarginMetrics.MIN_MARGIN.evaluate(net, -1));
    assertTrue(
        Absent.is(MarginMetrics.ANGLE_TO_MAX_MARGIN.evaluate(net, -1)), "nothing to separate");
  }

  @Test
  void labelsZeroAndOne_haveMarginsUnlessTheLossIsSquared() {
    double[] x = {1, 2, 3, 5};
    double[] y = {0, 1};
    for (boolean squared : new boolean[] {true, false}) {
      PlainStack net =
          PlainStack.builder(
                  new Probe(2, x, y, null),
                  squared ? new Fixture.Squared(0.5) : new Fixture.Logistic(),
                  0.1)
              .output(1, new double[] {1, -2}, null)
              .build();
      net.observe();
      double margin = MarginMetrics.MIN_MARGIN.evaluate(net, -1);
      assertEquals(squared, Absent.is(margin));
      if (!squared) {
        assertEquals(-7, margin);
      }
    }
  }

  @Test
  void linearAgreement_countsDecisions() {
    for (int trial = 0; trial < 200; trial++) {
      PlainStack net = stack(1, 1, trial % 2 == 0, true, 1);
      net.observe();
      WeightLayer first = net.network().layer(0);
      WeightLayer top = net.network().layer(1);
      int alike = 0;
      int samples = net.probe().samples();
      for (int i = 0; i < samples; i++) {
        double sum = top.hasBias() ? top.biases()[0] : 0;
        for (int j = 0; j < first.units(); j++) {
          double z = first.hasBias() ? first.biases()[j] : 0;
          for (int k = 0; k < first.inputs(); k++) {
            z +=
                first.weights()[j * first.inputs() + k]
                    * net.probe().features()[i * first.inputs() + k];
          }
          sum += top.weights()[j] * z;
        }
        alike += sum > 0 == net.network().outputPreActivations()[i] > 0 ? 1 : 0;
      }
      assertEquals((double) alike / samples, MarginMetrics.LINEAR_AGREEMENT.evaluate(net, -1));
    }
  }

  @Test
  void linearNetworks_areMeasuredAgainstThePseudoinverse() {
    for (int trial = 0; trial < 200; trial++) {
      int samples = 1 + random.nextInt(4);
      int inputs = 4 + random.nextInt(4);
      boolean bias = trial % 2 == 0;
      int units = 3;
      double[] x = normal(samples * inputs, 1);
      double[] y = normal(samples, 1);
      double[] w = normal(units * inputs, 1);
      double[] b = bias ? normal(units, 1) : null;
      double[] a = normal(units, 1);
      double[] c = bias ? normal(1, 1) : null;
      PlainStack net =
          PlainStack.builder(new Probe(samples, x, y, null), new Fixture.Squared(1), 0.1)
              .hidden("h", units, 1, w, b)
              .output(1, a, c)
              .build();
      net.observe();
      int width = inputs + (bias ? 1 : 0);
      DMatrixRMaj rows = new DMatrixRMaj(samples, width);
      double[] product = new double[width];
      for (int k = 0; k < inputs; k++) {
        for (int i = 0; i < samples; i++) {
          rows.set(i, k, x[i * inputs + k]);
        }
        for (int j = 0; j < units; j++) {
          product[k] += a[j] * w[j * inputs + k];
        }
      }
      if (bias) {
        for (int i = 0; i < samples; i++) {
          rows.set(i, inputs, 1);
        }
        product[inputs] = c[0] + a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
      }
      double[] shortest = leastSquares(rows, y);
      double gap = 0;
      for (int k = 0; k < width; k++) {
        gap = Math.hypot(gap, product[k] - shortest[k]);
      }
      double size = Math.sqrt(dot(shortest, shortest));
      assertEquals(gap, ReferenceMetrics.GAP_TO_MIN_NORM.evaluate(net, -1), 1e-9 * gap);
      assertEquals(
          gap / size,
          ReferenceMetrics.RELATIVE_GAP_TO_MIN_NORM.evaluate(net, -1),
          1e-9 * gap / size);
    }
  }

  @Test
  void dependentSamplesOrSeveralReluUnits_haveNoShortestSolution() {
    double[] x = {1, 2, 2, 4};
    PlainStack dependent =
        PlainStack.builder(
                new Probe(2, x, new double[] {1.5, 2}, null), new Fixture.Squared(1), 0.1)
            .output(1, new double[] {1, 1}, null)
            .build();
    dependent.observe();
    assertTrue(Absent.is(ReferenceMetrics.GAP_TO_MIN_NORM.evaluate(dependent, -1)));
    assertTrue(Absent.is(ReferenceMetrics.RELATIVE_GAP_TO_MIN_NORM.evaluate(dependent, -1)));
    PlainStack relu = stack(1, 1, false, false, 1);
    relu.observe();
    if (relu.layers() > 0) {
      assertTrue(Absent.is(ReferenceMetrics.GAP_TO_MIN_NORM.evaluate(relu, -1)));
    }
  }

  @Test
  void highDimensionalRegression_hasItsShortestNeuron() {
    // 20 samples of 2000 inputs, labels of alternating sign: the reference norm of the neuron.
    SplittableRandom portable = new SplittableRandom(2603);
    double[] x = Fixture.normal(portable, 20 * 2000, 1);
    double[][] rows = new double[20][2000];
    double[] y = new double[20];
    for (int i = 0; i < 20; i++) {
      System.arraycopy(x, i * 2000, rows[i], 0, 2000);
      y[i] = (0.5 + portable.nextDouble()) * (i % 2 == 0 ? 1 : -1);
      assertEquals(Fixture.csv("s5d_y.csv")[i][0], y[i], 1e-15);
    }
    ConstrainedMinimumNorm shortest = ConstrainedMinimumNorm.fittingPositive(rows, y);
    double[] w = shortest.solution();
    assertEquals(0.068072051, Math.sqrt(dot(w, w)), 1e-9);
    assertTrue(shortest.residual() < 1e-14, () -> "residual " + shortest.residual());
    double[] expected = Fixture.csv("s5d_w_minnorm_first20.csv")[0];
    for (int k = 0; k < 20; k++) {
      assertEquals(expected[k], w[k], 1e-14);
    }
    int positive = 0;
    for (double multiplier : shortest.multipliers()) {
      positive += multiplier > 0 ? 1 : 0;
    }
    assertEquals(6, positive, "active multipliers");
  }

  @Test
  void signConstrainedSolutions_areTheShortestOfAllActiveSets() {
    for (int trial = 0; trial < 200; trial++) {
      int samples = 1 + random.nextInt(5);
      int inputs = samples + random.nextInt(3);
      double[][] x = new double[samples][];
      double[] y = normal(samples, 1);
      for (int i = 0; i < samples; i++) {
        x[i] = normal(inputs, 1);
      }
      double best = Double.POSITIVE_INFINITY;
      for (int set = 0; set < 1 << samples; set++) {
        best = Math.min(best, normOnSet(x, y, set));
      }
      double[] w = ConstrainedMinimumNorm.fittingPositive(x, y).solution();
      assertEquals(best, Math.sqrt(dot(w, w)), 1e-7 * (1 + best));
    }
  }

  /** The norm of the shortest w that has z = max(y, 0) on a set of samples, if it is feasible. */
  private static double normOnSet(double[][] x, double[] y, int set) {
    int rows = Integer.bitCount(set);
    DMatrixRMaj a = new DMatrixRMaj(Math.max(1, rows), x[0].length);
    double[] right = new double[Math.max(1, rows)];
    for (int i = 0, row = 0; i < y.length; i++) {
      if ((set >> i & 1) == 0) {
        if (y[i] > 0) {
          return Double.POSITIVE_INFINITY;
        }
        continue;
      }
      for (int k = 0; k < x[0].length; k++) {
        a.set(row, k, x[i][k]);
      }
      right[row++] = Math.max(0, y[i]);
    }
    double[] w = rows == 0 ? new double[x[0].length] : leastSquares(a, right);
    for (int i = 0; i < y.length; i++) {
      double z = 0;
      for (int k = 0; k < x[0].length; k++) {
        z += x[i][k] * w[k];
      }
      if (y[i] > 0 ? Math.abs(z - y[i]) > 1e-8 : z > 1e-8) {
        return Double.POSITIVE_INFINITY;
      }
    }
    return Math.sqrt(dot(w, w));
  }

  /** The shortest least squares solution, by the pseudoinverse. */
  private static double[] leastSquares(DMatrixRMaj a, double[] right) {
    DMatrixRMaj inverse = new DMatrixRMaj(1, 1);
    CommonOps_DDRM.pinv(a, inverse);
    DMatrixRMaj solution = new DMatrixRMaj(1, 1);
    CommonOps_DDRM.mult(inverse, DMatrixRMaj.wrap(right.length, 1, right), solution);
    return solution.getData();
  }

  @Test
  void separators_haveTheLargestMarginOfAllDirections() {
    int separable = 0;
    for (int trial = 0; trial < 200; trial++) {
      int samples = 2 + random.nextInt(6);
      double[][] x = new double[samples][];
      int[] classes = new int[samples];
      double[] flat = new double[2 * samples];
      double[] y = new double[samples];
      for (int i = 0; i < samples; i++) {
        x[i] = normal(2, 1);
        classes[i] = random.nextInt(2);
        y[i] = 2 * classes[i] - 1;
        System.arraycopy(x[i], 0, flat, 2 * i, 2);
      }
      double best = 0;
      double bestAngle = 0;
      for (int k = 0; k < 20_000; k++) {
        double angle = 2 * Math.PI * k / 20_000;
        double margin = Double.POSITIVE_INFINITY;
        for (int i = 0; i < samples; i++) {
          margin = Math.min(margin, y[i] * (Math.cos(angle) * x[i][0] + Math.sin(angle) * x[i][1]));
        }
        if (margin > best) {
          best = margin;
          bestAngle = angle;
        }
      }
      PlainStack net =
          PlainStack.builder(new Probe(samples, flat, y, null), new Fixture.Logistic(), 0.1)
              .output(1, new double[] {3 * Math.cos(bestAngle), 3 * Math.sin(bestAngle)}, null)
              .build();
      net.observe();
      double measured = MarginMetrics.ANGLE_TO_MAX_MARGIN.evaluate(net, -1);
      boolean both = false;
      for (int label : classes) {
        both |= label != classes[0];
      }
      if (best > 1e-2 && both) {
        double[] w = ConstrainedMinimumNorm.separating(x, classes).solution();
        assertEquals(best, 1 / Math.sqrt(dot(w, w)), 1e-3);
        assertEquals(0, measured, 1e-3);
        separable++;
      } else if (best == 0 || !both) {
        assertTrue(Absent.is(measured));
      }
    }
    assertTrue(separable > 20, "separable problems: " + separable);
  }
}
