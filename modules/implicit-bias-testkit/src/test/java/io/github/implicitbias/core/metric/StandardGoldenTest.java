package io.github.implicitbias.core.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.margin.ClassificationMargins;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.PlainStack;
import org.junit.jupiter.api.Test;

/** The metrics of STANDARD against reference numbers of independent programs. */
class StandardGoldenTest {

  private static final double HALF = 0.5;

  private static void near(double expected, double actual) {
    assertEquals(expected, actual, Math.max(1e-12, 1e-9 * Math.abs(expected)));
  }

  @Test
  void referenceNetwork_hasTheGoldenNumbers() {
    PlainStack net = Fixture.s6("s6_net.csv", new Fixture.Squared(HALF));
    net.observe();
    near(Fixture.golden("frobenius"), new FrobeniusNorm().evaluate(net, 0));
    near(Fixture.golden("spectral"), new SpectralNorm().evaluate(net, 0));
    assertTrue(new SpectralNormResidual().evaluate(net, 0) < 1e-12);
    near(Fixture.golden("stable_rank"), new StableRank().evaluate(net, 0));
    near(Fixture.golden("path_norm_l2"), new PathNorm().evaluate(net, -1));
    near(Fixture.golden("path_norm_l1"), new PathNormL1().evaluate(net, -1));
    near(Fixture.golden("balancedness_max"), new BalanceGap().evaluate(net, 0));
    near(Fixture.golden("grad_norm"), new GradientNorm().evaluate(net, -1));
    near(Fixture.golden("cos_theta_negGrad"), new GradientAlignment().evaluate(net, -1));
    near(
        -Fixture.golden("euler_identity_theta_dot_negGrad"),
        ObservedGradient.of(net).timesParameters());
  }

  @Test
  void trainedLoss_isTheOneWhoseGradientCounts() {
    PlainStack net = Fixture.s6("s6_net.csv", new Fixture.Squared(1));
    net.observe();
    near(2 * Fixture.golden("grad_norm"), new GradientNorm().evaluate(net, -1));
    near(Fixture.golden("cos_theta_negGrad"), new GradientAlignment().evaluate(net, -1));
  }

  @Test
  void distanceFromTheFirstParameters_isGolden() {
    PlainStack net = Fixture.s6("s6_net_init.csv", new Fixture.Squared(HALF));
    Metric distance = new RelativeDistanceFromInit();
    Metric cosine = new CosineToInit();
    net.observe();
    assertEquals(0, distance.evaluate(net, -1));
    assertEquals(1, cosine.evaluate(net, -1));
    double[][] trained = Fixture.csv("s6_net.csv");
    net.setWeights(0, Fixture.columns(trained, 0, 5));
    net.setWeights(1, Fixture.columns(trained, 5, 6));
    net.countStep();
    net.observe();
    near(Fixture.golden("rel_dist_from_init"), distance.evaluate(net, -1));
    near(Fixture.golden("cos_to_init"), cosine.evaluate(net, -1));
  }

  @Test
  void whatEveryRunRecords_isGolden() {
    PlainStack net = Fixture.s6("s6_net_init.csv", new Fixture.Squared(HALF));
    net.observe();
    assertEquals(0, new DistanceFromInit().evaluate(net, -1));
    double[][] trained = Fixture.csv("s6_net.csv");
    net.setWeights(0, Fixture.columns(trained, 0, 5));
    net.setWeights(1, Fixture.columns(trained, 5, 6));
    net.countStep();
    net.observe();
    near(Fixture.golden("loss_half_mean"), net.loss());
    near(Math.sqrt(Fixture.golden("l2sq")), new ParameterNorm().evaluate(net, -1));
    near(Fixture.golden("dist_from_init"), new DistanceFromInit().evaluate(net, -1));
    near(Fixture.golden("dist_from_init"), new UpdateNorm().evaluate(net, -1));
    near(Fixture.golden("active_fraction"), new ActiveFraction().evaluate(net, 0));
    assertEquals(Fixture.golden("dead_neurons"), new DeadUnits().evaluate(net, 0));
    assertEquals(Fixture.golden("always_on_neurons"), new LinearUnits().evaluate(net, 0));
    double flips =
        new Activations().evaluate(net, 0)
            + new Reactivations().evaluate(net, 0)
            + new Deactivations().evaluate(net, 0);
    assertEquals(Fixture.golden("hamming_to_init"), flips);
    PlainStack whole = Fixture.s6("s6_net.csv", new Fixture.Squared(1));
    whole.observe();
    near(Fixture.golden("loss_dl4j_mse"), whole.loss());
  }

  @Test
  void marginKernels_areGolden() {
    PlainStack net = Fixture.s6("s6_net.csv", new Fixture.Squared(HALF));
    net.observe();
    double[] margins = new double[8];
    ClassificationMargins.binary(
        net.network().outputPreActivations(), net.probe().classes(), margins);
    double smallest = ClassificationMargins.smallest(margins);
    near(Fixture.golden("min_classification_margin"), smallest);
    double norm = net.parameters().norm();
    near(Fixture.golden("normalized_margin_deg2"), smallest / (norm * norm));
    assertTrue(Absent.is(new MinMargin().evaluate(net, -1)), "numbers are no classes");
    assertTrue(Absent.is(new NormalizedMargin().evaluate(net, -1)), "numbers are no classes");
  }

  @Test
  void saddleToSaddleTrajectory_isReproduced() {
    double[][] data = Fixture.csv("s4a_fast_data.csv");
    double[][] init = Fixture.csv("s4a_fast_init.csv");
    Probe probe = new Probe(2, Fixture.columns(data, 0, 2), Fixture.columns(data, 2, 3), null);
    PlainStack net =
        PlainStack.builder(probe, new Fixture.Squared(HALF), 0.01)
            .hidden("hidden", init.length, 0, Fixture.columns(init, 0, 2), null)
            .output(1, Fixture.columns(init, 2, 3), null)
            .build();
    int step = 0;
    for (double[] row : Fixture.csv("s4a_fast_traj.csv")) {
      for (; step < row[0]; step++) {
        net.descend();
      }
      net.observe();
      // 1e-9 relative, and room for rounding to grow during the escape from a saddle.
      assertEquals(row[2], net.loss(), 1e-9 * row[2] + 1e-12, "loss at " + step);
      closeTo(row[3], new FittedPositive().evaluate(net, -1), "fitPos", step);
      closeTo(row[4], new FittedNegative().evaluate(net, -1), "fitNeg", step);
      closeTo(row[5], new PathNorm().evaluate(net, -1), "pathNorm", step);
      assertEquals(row[7], new BalanceGap().evaluate(net, 0), 1e-14, "balance at " + step);
      closeTo(row[8], new AlignmentPositive().evaluate(net, -1), "cosDplus", step);
      closeTo(row[9], new AlignmentNegative().evaluate(net, -1), "cosDminus", step);
      closeTo(row[10], new StableRank().evaluate(net, 0), "stableRank", step);
      closeTo(row[15], new GradientNorm().evaluate(net, -1), "gradNorm", step);
    }
    assertEquals(4000, step);
  }

  private static void closeTo(double expected, double actual, String what, int step) {
    double tolerance = Math.max(1e-12, 1e-8 * Math.abs(expected));
    assertEquals(expected, actual, tolerance, what + " at step " + step);
  }

  @Test
  void leakyNetworkWithFixedOutputs_isReproduced() {
    double[][] data = Fixture.csv("s2a_data.csv");
    double[][] w = Fixture.csv("s2a_W0.csv");
    Probe probe = new Probe(12, Fixture.columns(data, 0, 60), Fixture.columns(data, 60, 61), null);
    double[] outputs = new double[20];
    for (int j = 0; j < 20; j++) {
      outputs[j] = (j < 12 ? 1 : -1) / Math.sqrt(20);
    }
    PlainStack net =
        PlainStack.builder(probe, new Fixture.Logistic(), 0.1)
            .hidden("hidden", 20, 0.5, Fixture.columns(w, 0, 60), null)
            .fixedOutput(1, outputs)
            .build();
    int step = 0;
    for (double[] row : Fixture.csv("s2a_plain.csv")) {
      for (; step < row[1]; step++) {
        net.descend();
      }
      net.observe();
      near(row[2], net.loss());
      near(row[3], new FrobeniusNorm().evaluate(net, 0));
      // 20 units: the spectral norm is approximate, with an error of about its residual squared.
      assertEquals(row[4], new StableRank().evaluate(net, 0), 1e-9 * row[4]);
      near(row[6], new MinMargin().evaluate(net, -1));
      near(row[8], new NormalizedMargin().evaluate(net, -1));
      near(row[10], new GradientAlignment().evaluate(net, -1));
      assertTrue(Absent.is(new BalanceGap().evaluate(net, 0)), "the output layer is fixed");
    }
    assertEquals(100, step);
  }
}
