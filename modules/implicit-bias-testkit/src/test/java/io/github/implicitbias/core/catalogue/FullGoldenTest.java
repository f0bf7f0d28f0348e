package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.support.SupportMetrics;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.PlainStack;
import org.junit.jupiter.api.Test;

/** The metrics of FULL against reference numbers of independent programs. */
class FullGoldenTest {

  private static void near(double expected, double actual) {
    assertEquals(expected, actual, Math.max(1e-12, 1e-9 * Math.abs(expected)));
  }

  @Test
  void spectrumOfTheReferenceNetwork_isGolden() {
    PlainStack net = Fixture.s6("s6_net.csv", new Fixture.Squared(0.5));
    net.observe();
    near(Fixture.golden("nuclear"), SpectrumMetrics.NUCLEAR_NORM.evaluate(net, 0));
    near(Fixture.golden("effective_rank_entropy"), SpectrumMetrics.EFFECTIVE_RANK.evaluate(net, 0));
    near(Fixture.golden("numerical_rank_1e_3"), SpectrumMetrics.NUMERICAL_RANK.evaluate(net, 0));
    assertTrue(SpectrumMetrics.RANK_TWO_TAIL.evaluate(net, 0) > 0);
  }

  @Test
  void massBeyondRankTwo_isThatOfTheTrajectory() {
    double[][] w = Fixture.csv("s2a_W0.csv");
    io.github.implicitbias.core.norm.SingularValues values =
        io.github.implicitbias.core.norm.SingularValues.of(Fixture.columns(w, 0, 60), 20, 60);
    near(Fixture.csv("s2a_plain.csv")[0][5], values.tail(2));
    double[][] kkt = Fixture.csv("s2a_Wkkt.csv");
    assertEquals(
        0,
        io.github.implicitbias.core.norm.SingularValues.of(Fixture.columns(kkt, 0, 60), 20, 60)
            .tail(2),
        1e-14);
  }

  @Test
  void kernelOfTheReferenceNetwork_isGolden() {
    PlainStack net = Fixture.s6("s6_net_init.csv", new Fixture.Squared(0.5));
    Metric distance = KernelMetrics.KERNEL_DISTANCE;
    net.observe();
    assertEquals(0, distance.evaluate(net, -1), 1e-15);
    double[][] trained = Fixture.csv("s6_net.csv");
    net.setWeights(0, Fixture.columns(trained, 0, 5));
    net.setWeights(1, Fixture.columns(trained, 5, 6));
    net.countStep();
    net.observe();
    near(Fixture.golden("ntk_trace"), KernelMetrics.KERNEL_TRACE.evaluate(net, -1));
    near(Fixture.golden("ntk_label_alignment"), KernelMetrics.KERNEL_ALIGNMENT.evaluate(net, -1));
    near(Fixture.golden("ntk_kernel_distance_to_init"), distance.evaluate(net, -1));
    near(
        Fixture.golden("ntk_effective_rank"),
        KernelMetrics.KERNEL_EFFECTIVE_RANK.evaluate(net, -1));
  }

  @Test
  void curvatureOfTheReferenceNetwork_isGolden() {
    PlainStack half = Fixture.s6("s6_net.csv", new Fixture.Squared(0.5));
    half.observe();
    near(Fixture.golden("hessian_lambda_max"), CurvatureMetrics.SHARPNESS.evaluate(half, -1));
    near(Fixture.golden("hessian_lambda_min"), CurvatureMetrics.SADDLE_INDEX.evaluate(half, -1));
    assertTrue(CurvatureMetrics.SHARPNESS_RESIDUAL.evaluate(half, -1) < 1e-6);
    PlainStack whole = Fixture.s6("s6_net.csv", new Fixture.Squared(1));
    whole.observe();
    near(Fixture.golden("dl4j_mse_lambda_max"), CurvatureMetrics.SHARPNESS.evaluate(whole, -1));
    whole.setLearningRate(Fixture.golden("eos_step_half_loss") / 2);
    near(1, CurvatureMetrics.STABILITY_RATIO.evaluate(whole, -1));
  }

  @Test
  void unitsOfTheReferenceNetwork_areGolden() {
    PlainStack net = Fixture.s6("s6_net.csv", new Fixture.Squared(0.5));
    net.observe();
    near(Fixture.golden("clusters_cos_0_9"), UnitComparisons.UNIT_CLUSTERS.evaluate(net, 0));
    near(
        Fixture.golden("neuron_cosines_offdiag_mean"),
        UnitComparisons.MEAN_UNIT_COSINE.evaluate(net, 0));
    near(
        Fixture.golden("regions_on_segment_x0_x1"),
        PatternMetrics.REGIONS_ON_SEGMENT.evaluate(net, -1));
    near(6, UnitComparisons.LIVE_UNITS.evaluate(net, 0));
    assertEquals(0, DistanceMetrics.ROTATION.evaluate(net, 0));
    assertTrue(Absent.is(SupportMetrics.KKT_RESIDUAL.evaluate(net, -1)));
  }

  @Test
  void unitsOfTheSaddleToSaddleRun_collapseAsInTheTrajectory() {
    double[][] data = Fixture.csv("s4a_fast_data.csv");
    double[][] end = Fixture.csv("s4a_fast_final.csv");
    PlainStack net =
        PlainStack.builder(
                new io.github.implicitbias.core.probe.Probe(
                    2, Fixture.columns(data, 0, 2), Fixture.columns(data, 2, 3), null),
                new Fixture.Squared(0.5),
                0.01)
            .hidden("hidden", end.length, 0, Fixture.columns(end, 0, 2), null)
            .output(1, Fixture.columns(end, 2, 3), null)
            .build();
    net.observe();
    double[][] rows = Fixture.csv("s4a_fast_traj.csv");
    double[] last = rows[rows.length - 1];
    assertEquals(last[13], UnitComparisons.LIVE_UNITS.evaluate(net, 0));
    assertEquals(last[14], UnitComparisons.UNIT_CLUSTERS.evaluate(net, 0));
    assertEquals(last[11], SpectrumMetrics.EFFECTIVE_RANK.evaluate(net, 0), 1e-8);
  }
}
