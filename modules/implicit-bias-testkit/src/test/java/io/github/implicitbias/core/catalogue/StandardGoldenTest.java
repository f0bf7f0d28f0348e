package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Metric;
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
    near(Fixture.golden("frobenius"), NormMetrics.FROBENIUS_NORM.evaluate(net, 0));
    near(Fixture.golden("spectral"), NormMetrics.SPECTRAL_NORM.evaluate(net, 0));
    assertTrue(NormMetrics.SPECTRAL_NORM_RESIDUAL.evaluate(net, 0) < 1e-12);
    near(Fixture.golden("stable_rank"), SpectrumMetrics.STABLE_RANK.evaluate(net, 0));
    near(Fixture.golden("path_norm_l2"), NormMetrics.PATH_NORM.evaluate(net, -1));
    near(Fixture.golden("path_norm_l1"), NormMetrics.PATH_NORM_L1.evaluate(net, -1));
    near(Fixture.golden("balancedness_max"), NormMetrics.BALANCE_GAP.evaluate(net, 0));
    near(Fixture.golden("grad_norm"), GradientMetrics.GRADIENT_NORM.evaluate(net, -1));
    near(Fixture.golden("cos_theta_negGrad"), GradientMetrics.GRADIENT_ALIGNMENT.evaluate(net, -1));
    LossGradient gradient = new LossGradient();
    assertTrue(gradient.compute(net.stack(), net.network()));
    near(-Fixture.golden("euler_identity_theta_dot_negGrad"), gradient.timesParameters());
  }

  @Test
  void trainedLoss_isTheOneWhoseGradientCounts() {
    PlainStack net = Fixture.s6("s6_net.csv", new Fixture.Squared(1));
    net.observe();
    near(2 * Fixture.golden("grad_norm"), GradientMetrics.GRADIENT_NORM.evaluate(net, -1));
    near(Fixture.golden("cos_theta_negGrad"), GradientMetrics.GRADIENT_ALIGNMENT.evaluate(net, -1));
  }

  @Test
  void distanceFromTheFirstParameters_isGolden() {
    PlainStack net = Fixture.s6("s6_net_init.csv", new Fixture.Squared(HALF));
    Metric distance = DistanceMetrics.RELATIVE_DISTANCE_FROM_INIT;
    Metric cosine = DistanceMetrics.COSINE_TO_INIT;
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
    assertEquals(0, DistanceMetrics.DISTANCE_FROM_INIT.evaluate(net, -1));
    double[][] trained = Fixture.csv("s6_net.csv");
    net.setWeights(0, Fixture.columns(trained, 0, 5));
    net.setWeights(1, Fixture.columns(trained, 5, 6));
    net.countStep();
    net.observe();
    near(Fixture.golden("loss_half_mean"), net.loss());
    near(Math.sqrt(Fixture.golden("l2sq")), NormMetrics.PARAMETER_NORM.evaluate(net, -1));
    near(Fixture.golden("dist_from_init"), DistanceMetrics.DISTANCE_FROM_INIT.evaluate(net, -1));
    near(Fixture.golden("dist_from_init"), NormMetrics.UPDATE_NORM.evaluate(net, -1));
    near(Fixture.golden("active_fraction"), PatternMetrics.ACTIVE_FRACTION.evaluate(net, 0));
    assertEquals(Fixture.golden("dead_neurons"), PatternMetrics.DEAD_UNITS.evaluate(net, 0));
    assertEquals(Fixture.golden("always_on_neurons"), PatternMetrics.LINEAR_UNITS.evaluate(net, 0));
    double flips =
        FlipMetrics.ACTIVATIONS.evaluate(net, 0)
            + FlipMetrics.REACTIVATIONS.evaluate(net, 0)
            + FlipMetrics.DEACTIVATIONS.evaluate(net, 0);
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
    assertTrue(Absent.is(MarginMetrics.MIN_MARGIN.evaluate(net, -1)), "numbers are no classes");
    assertTrue(
        Absent.is(MarginMetrics.NORMALIZED_MARGIN.evaluate(net, -1)), "numbers are no classes");
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
      closeTo(row[3], AlignmentMetrics.FITTED_POSITIVE.evaluate(net, -1), "fitPos", step);
      closeTo(row[4], AlignmentMetrics.FITTED_NEGATIVE.evaluate(net, -1), "fitNeg", step);
      closeTo(row[5], NormMetrics.PATH_NORM.evaluate(net, -1), "pathNorm", step);
      assertEquals(row[7], NormMetrics.BALANCE_GAP.evaluate(net, 0), 1e-14, "balance at " + step);
      closeTo(row[8], AlignmentMetrics.ALIGNMENT_POSITIVE.evaluate(net, -1), "cosDplus", step);
      closeTo(row[9], AlignmentMetrics.ALIGNMENT_NEGATIVE.evaluate(net, -1), "cosDminus", step);
      closeTo(row[10], SpectrumMetrics.STABLE_RANK.evaluate(net, 0), "stableRank", step);
      closeTo(row[15], GradientMetrics.GRADIENT_NORM.evaluate(net, -1), "gradNorm", step);
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
      near(row[3], NormMetrics.FROBENIUS_NORM.evaluate(net, 0));
      // 20 units: the spectral norm is approximate, with an error of about its residual squared.
      assertEquals(row[4], SpectrumMetrics.STABLE_RANK.evaluate(net, 0), 1e-9 * row[4]);
      near(row[6], MarginMetrics.MIN_MARGIN.evaluate(net, -1));
      near(row[8], MarginMetrics.NORMALIZED_MARGIN.evaluate(net, -1));
      near(row[10], GradientMetrics.GRADIENT_ALIGNMENT.evaluate(net, -1));
      assertTrue(Absent.is(NormMetrics.BALANCE_GAP.evaluate(net, 0)), "the output layer is fixed");
    }
    assertEquals(100, step);
  }
}
