package io.github.implicitbias.core.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.solution.MinimumNorm;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.PlainStack;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpanCoefficientsTest {

  /** A stack with its span coefficients, observed at every step. */
  private static final class Watched {
    final PlainStack net;
    final double[] values;

    Watched(PlainStack net) {
      this.net = net;
      this.values = new double[net.probe().samples()];
      net.observe();
      span();
      net.firstWeights(0);
    }

    SpanCoefficients span() {
      return net.shared(SpanCoefficients.class, SpanCoefficients::new);
    }

    void descend(int steps) {
      for (int t = 0; t < steps; t++) {
        net.descend();
        net.observe();
        span();
      }
    }

    double[] perSample() {
      assertTrue(span().perSample(values));
      return values.clone();
    }
  }

  private static PlainStack neuron(String data, double rate, double[] start) {
    return PlainStack.builder(Reference.probe(data), new Reference.Squared(), rate)
        .neurons(1, 0, start, null)
        .build();
  }

  private static void followsReference(Watched watched, String file, int from, double tolerance) {
    int n = watched.values.length;
    for (double[] row : Reference.rows(file)) {
      watched.descend((int) (row[0] - watched.net.step()));
      double[] expected = Arrays.copyOfRange(row, from, from + n);
      assertArrayEquals(expected, watched.perSample(), tolerance, "step " + row[0]);
    }
  }

  @Test
  void s1a_reLuNeuron_accumulatesTheCoefficientsOfTheReference() {
    Watched watched = new Watched(neuron("s1a_data.csv", 0.02, new double[] {-0.3, 0.2}));
    followsReference(watched, "s1a_relu.csv", 10, 1e-12);
    assertEquals(4000, watched.net.step());
    assertArrayEquals(new double[] {.771713, .131805, .644954}, watched.perSample(), 5e-7);
    assertTrue(watched.span().isAccumulated());
    assertEquals(0, watched.span().uniqueness());
    assertEquals(2, watched.span().rank());
    assertTrue(watched.span().residual() < 1e-12, "residual " + watched.span().residual());
  }

  @Test
  void s1a_asAHiddenNeuronWithFixedOutput_isTheSame() {
    Watched watched =
        new Watched(
            PlainStack.builder(Reference.probe("s1a_data.csv"), new Reference.Squared(), 0.02)
                .hidden("neuron", 1, 0, new double[] {-0.3, 0.2}, null)
                .fixedOutput(1, new double[] {1})
                .build());
    followsReference(watched, "s1a_relu.csv", 10, 1e-12);
  }

  @Test
  void s1e_reLuNeuron_accumulatesTheCoefficientsOfTheReference() {
    Watched watched = new Watched(neuron("s1e_data.csv", 0.01, new double[] {0.06, 0.04}));
    followsReference(watched, "s1e_relu.csv", 10, 1e-12);
  }

  @Test
  void s5d_samplesOfNegativeLabel_contributeExactlyOneStep() {
    int n = 20;
    int d = 2000;
    SplittableRandom random = new SplittableRandom(2603);
    double[] x = Reference.gaussians(random, n * d);
    double[] y = new double[n];
    double[][] rows = new double[n][];
    double[] tiny = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = (i % 2 == 0 ? 1 : -1) * (.5 + random.nextDouble());
      rows[i] = Arrays.copyOfRange(x, i * d, (i + 1) * d);
      tiny[i] = 1e-6;
    }
    assertArrayEquals(Reference.flat(Reference.rows("s5d_y.csv")), y, 0);
    PlainStack net =
        PlainStack.builder(new Probe(n, x, y, null), new Reference.Squared(), .0025)
            .neurons(1, 0, MinimumNorm.of(rows, tiny).solution(), null)
            .build();
    Watched watched = new Watched(net);
    double[][] trajectory = Reference.rows("s5d_m1_traj.csv");
    double[] start = Arrays.copyOfRange(trajectory[0], 3, 3 + n);
    double eta = .5 / d;
    for (double[] row : trajectory) {
      watched.descend((int) (row[0] - net.step()));
      double[] beta = watched.perSample();
      for (int i = 0; i < n; i++) {
        assertEquals(row[3 + i] - start[i], beta[i], 1e-12, "step " + row[0] + ", sample " + i);
        if (net.step() > 0 && y[i] < 0) {
          assertEquals(1, beta[i] / (eta * y[i]), 5e-5);
        }
      }
    }
    assertEquals(1, watched.span().uniqueness());
    assertTrue(watched.span().residual() < 1e-12);
    double[] accumulated = watched.perSample();
    // Another instance, which has not seen the steps, solves for the change since its first record.
    SpanBasis basis = SpanBasis.of(x, n);
    double[] change = net.network().layer(0).weights().clone();
    for (int k = 0; k < d; k++) {
      change[k] -= net.firstWeights(0)[k];
    }
    double[] solved = new double[n];
    basis.coefficients(change, 0, solved, 0);
    assertArrayEquals(accumulated, solved, 1e-14);
  }

  private static Probe random(int seed, int n, int d, int outputs) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] x = Reference.gaussians(random, n * d);
    return new Probe(n, x, Reference.gaussians(random, n * outputs), null);
  }

  private static double[] weights(int seed, int count) {
    return Reference.gaussians(new SplittableRandom(seed), count);
  }

  private static double missed(Watched watched) {
    SpanCoefficients span = watched.span();
    double[] beta = span.coefficients();
    double[] x = watched.net.probe().features();
    double[] now = watched.net.network().layer(0).weights();
    double[] first = watched.net.firstWeights(0);
    int n = span.samples();
    int d = x.length / n;
    double worst = 0;
    for (int j = 0; j < span.units(); j++) {
      for (int k = 0; k < d; k++) {
        double sum = first[j * d + k];
        for (int i = 0; i < n; i++) {
          sum += beta[j * n + i] * x[i * d + k];
        }
        worst = Math.max(worst, Math.abs(sum - now[j * d + k]));
      }
    }
    return worst;
  }

  @Test
  void twoTrainedLayers_leakyWithBiases_severalOutputs_accumulateToTheWeights() {
    PlainStack net =
        PlainStack.builder(random(1, 30, 4, 3), new Reference.Squared(), .01)
            .hidden("hidden", 7, .3, weights(2, 28), weights(3, 7))
            .output(3, weights(4, 21), weights(5, 3))
            .build();
    Watched watched = new Watched(net);
    for (int part = 0; part < 5; part++) {
      watched.descend(40);
      double residual = watched.span().residual();
      assertTrue(watched.span().isAccumulated(), watched.span().whyNotAccumulated());
      assertTrue(residual < 1e-12, "residual " + residual);
      assertTrue(missed(watched) < 1e-12);
    }
    double[] beta = watched.span().coefficients();
    double[] norms = watched.perSample();
    for (int i = 0; i < 30; i++) {
      double sum = 0;
      for (int j = 0; j < 7; j++) {
        sum += beta[j * 30 + i] * beta[j * 30 + i];
      }
      assertEquals(Math.sqrt(sum), norms[i], 1e-14);
    }
    assertEquals(0, watched.span().uniqueness());
    assertEquals(5, watched.span().rank());
    assertEquals(200, watched.span().foundAt());
  }

  @Test
  void aLinearFirstLayer_andAChangeOfTheLearningRate_areFollowed() {
    PlainStack net =
        PlainStack.builder(random(6, 10, 12, 1), new Reference.Squared(), .01)
            .hidden("linear", 3, 1, weights(7, 36), null)
            .output(1, weights(8, 3), null)
            .build();
    Watched watched = new Watched(net);
    watched.descend(9);
    net.descend();
    net.setLearningRate(.002);
    net.observe();
    watched.span();
    watched.descend(10);
    assertTrue(watched.span().residual() < 1e-12);
    assertTrue(watched.span().isAccumulated());
    assertEquals(1, watched.span().uniqueness());
  }

  @Test
  void aStepThatWasNotObserved_endsTheAccumulation_andLeastSquaresTakesOver() {
    PlainStack net = neuron("s1a_data.csv", 0.02, new double[] {-0.3, 0.2});
    Watched watched = new Watched(net);
    watched.descend(10);
    assertTrue(watched.span().isAccumulated());
    net.descend();
    watched.descend(1);
    assertFalse(watched.span().isAccumulated());
    assertEquals("step 11 was not observed", watched.span().whyNotAccumulated());
    watched.perSample();
    assertTrue(missed(watched) < 1e-12);
    assertTrue(watched.span().residual() < 1e-12);
    assertEquals(12, watched.span().foundAt());
    // Of all coefficients for these weights those of least squares are the shortest.
    double norm = 0;
    double along = 0;
    double[] null3 = nullVector(net.probe().features());
    double[] beta = watched.span().coefficients();
    for (int i = 0; i < 3; i++) {
      along += null3[i] * beta[i];
      norm += beta[i] * beta[i];
    }
    assertEquals(0, along, 1e-14 * Math.sqrt(norm));
  }

  /** Returns c with sum c_i x_i = 0 for three samples of two inputs. */
  private static double[] nullVector(double[] x) {
    return new double[] {
      x[2] * x[5] - x[3] * x[4], x[4] * x[1] - x[5] * x[0], x[0] * x[3] - x[1] * x[2]
    };
  }

  @Test
  void stepsThatAreNotWhatTheConfigurationSays_areFoundByTheCertificate() {
    PlainStack net = neuron("s1a_data.csv", 0.02, new double[] {-0.3, 0.2});
    Watched watched = new Watched(net);
    watched.descend(5);
    net.setWeights(0, new double[] {1, 2});
    net.countStep();
    net.observe();
    assertFalse(watched.span().isAccumulated());
    assertTrue(watched.span().residual() < 1e-12);
    assertTrue(watched.span().whyNotAccumulated().contains("miss the weights"));
    assertTrue(watched.span().perSample(watched.values));
    assertTrue(missed(watched) < 1e-12);
  }

  @Test
  void weightsOutsideTheSpan_leaveAResidual() {
    Probe probe = new Probe(1, new double[] {1, 0}, new double[] {1}, null);
    PlainStack net =
        PlainStack.builder(probe, new Reference.Squared(), .1)
            .hidden("a", 1, 0, new double[] {1, 1}, null)
            .hidden("b", 1, 0, new double[] {1}, null)
            .output(1, new double[] {1}, null)
            .build();
    Watched watched = new Watched(net);
    assertFalse(watched.span().isAccumulated());
    assertTrue(Absent.is(watched.span().residual()));
    assertArrayEquals(new double[] {0}, watched.perSample());
    net.setWeights(0, new double[] {4, 5});
    net.countStep();
    net.observe();
    assertArrayEquals(new double[] {3}, watched.perSample(), 1e-14);
    assertEquals(.8, watched.span().residual(), 1e-14);
  }

  @Test
  void moreCoefficientsThanAreKept_giveNormsByLeastSquares_andNoMatrix() {
    int n = 101;
    PlainStack net =
        PlainStack.builder(random(9, n, 3, 1), new Reference.Squared(), 1e-4)
            .hidden("wide", 1000, 0, weights(10, 3000), null)
            .output(1, weights(11, 1000), null)
            .build();
    Watched watched = new Watched(net);
    watched.descend(3);
    assertFalse(watched.span().isAccumulated());
    assertNull(watched.span().coefficients());
    double[] norms = watched.perSample();
    assertTrue(watched.span().residual() < 1e-12);
    SpanBasis basis = SpanBasis.of(net.probe().features(), n);
    double[] expected = new double[n];
    double[] beta = new double[n];
    double[] now = net.network().layer(0).weights();
    double[] first = net.firstWeights(0);
    for (int j = 0; j < 1000; j++) {
      double[] change = new double[3];
      for (int k = 0; k < 3; k++) {
        change[k] = now[3 * j + k] - first[3 * j + k];
      }
      basis.coefficients(change, 0, beta, 0);
      for (int i = 0; i < n; i++) {
        expected[i] += beta[i] * beta[i];
      }
    }
    for (int i = 0; i < n; i++) {
      assertEquals(Math.sqrt(expected[i]), norms[i], 1e-14);
    }
  }

  @Test
  void samplesTooLargeToDecompose_areAccumulatedAllTheSame_andHaveNoLeastSquares() {
    int n = 500;
    int d = 600;
    PlainStack net =
        PlainStack.builder(random(12, n, d, 1), new Reference.Squared(), 1e-3)
            .neurons(1, 0, weights(13, d), null)
            .build();
    Watched watched = new Watched(net);
    watched.descend(2);
    assertTrue(Absent.is(watched.span().uniqueness()));
    assertTrue(watched.span().perSample(watched.values));
    assertTrue(watched.span().residual() < 1e-12);
    assertNull(watched.span().whyNone());
    net.descend();
    watched.descend(1);
    assertFalse(watched.span().perSample(watched.values));
    assertTrue(Absent.is(watched.span().residual()));
    assertTrue(watched.span().whyNone().contains("too long"));
  }

  @Test
  void s6_theSpanExplainsTheWholeChange() {
    double[][] net = Reference.rows("s6_net.csv");
    double[][] before = Reference.rows("s6_net_init.csv");
    Probe probe = Reference.probe("s6_data.csv");
    double[] first = new double[30];
    double[] now = new double[30];
    double[] a = new double[6];
    for (int j = 0; j < 6; j++) {
      System.arraycopy(before[j], 0, first, 5 * j, 5);
      System.arraycopy(net[j], 0, now, 5 * j, 5);
      a[j] = net[j][5];
    }
    PlainStack stack =
        PlainStack.builder(probe, new Reference.Squared(), .1)
            .hidden("hidden", 6, 0, first, null)
            .output(1, a, null)
            .build();
    Watched watched = new Watched(stack);
    stack.setWeights(0, now);
    stack.countStep();
    stack.countStep();
    stack.observe();
    watched.perSample();
    assertTrue(watched.span().residual() < 1e-14, "residual " + watched.span().residual());
    assertEquals(0, watched.span().uniqueness());
    assertTrue(missed(watched) < 1e-13);
  }

  @Test
  void basis_agreesWithThePseudoInverse_alsoWhereTheRankIsLow() {
    SplittableRandom random = new SplittableRandom(20);
    for (int p = 0; p < 200; p++) {
      int n = 1 + random.nextInt(12);
      int d = 1 + random.nextInt(12);
      int rank = 1 + random.nextInt(Math.min(n, d));
      double[][] rows = new double[n][d];
      double[] left = Reference.gaussians(random, n * rank);
      double[] right = Reference.gaussians(random, rank * d);
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < d; k++) {
          for (int r = 0; r < rank; r++) {
            rows[i][k] += left[i * rank + r] * right[r * d + k];
          }
        }
      }
      SpanBasis basis = SpanBasis.of(Reference.flat(rows), n);
      assertEquals(rank, basis.rank(), "problem " + p);
      assertEquals(rank == n, basis.isUnique());
      double[] w = Reference.gaussians(random, d);
      double[] beta = new double[n];
      basis.coefficients(w, 0, beta, 0);
      double[] oracle = Reference.leastSquares(rows, w);
      double size = 1e-10 * (1 + Math.sqrt(Arrays.stream(oracle).map(c -> c * c).sum()));
      assertEquals(Reference.distance(rows, oracle, w), Reference.distance(rows, beta, w), size);
      assertArrayEquals(oracle, beta, 1e4 * size, "problem " + p);
    }
  }

  @Test
  void samplesOfZeros_haveRankZero_andNoCoefficients() {
    SpanBasis basis = SpanBasis.of(new double[6], 3);
    assertEquals(0, basis.rank());
    double[] beta = {9, 9, 9};
    basis.coefficients(new double[] {1, 2}, 0, beta, 0);
    assertArrayEquals(new double[3], beta);
  }

  @Test
  void accumulating_allocatesNothing() {
    PlainStack net =
        PlainStack.builder(random(1, 30, 4, 3), new Reference.Squared(), .001)
            .hidden("hidden", 7, .3, weights(2, 28), weights(3, 7))
            .output(3, weights(4, 21), weights(5, 3))
            .build();
    Watched watched = new Watched(net);
    SpanCoefficients span = watched.span();
    double[] into = new double[30];
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    long least = Long.MAX_VALUE;
    for (int t = 0; t < 200; t++) {
      net.descend();
      net.observe();
      long before = threads.getThreadAllocatedBytes(self);
      span.compute(net);
      span.perSample(into);
      span.residual();
      least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
    }
    assertNotNull(span.coefficients());
    assertTrue(span.isAccumulated());
    assertEquals(0, least);
  }
}
