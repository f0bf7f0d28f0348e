package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.PlainStack;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.junit.jupiter.api.Test;

/** Measures without a verdict: neural collapse, rates, the largest stable rate. */
class MeasuresTest {

  private static double value(PlainStack net, String id) {
    return Metrics.named(id).evaluate(net, -1);
  }

  @Test
  void collapse_isThatOfTheDefinition() {
    for (long seed = 1; seed <= 5; seed++) {
      Ordinary run = new Ordinary(seed);
      run.units = 2 + (int) seed;
      run.classes(15);
      PlainStack net = run.build();
      for (int step = 0; step < 40; step++) {
        net.descend();
      }
      net.observe();
      int d = run.units;
      double[] h = net.network().layer(1).inputActivations();
      double[][] mean = new double[3][d];
      for (int i = 0; i < 15; i++) {
        for (int k = 0; k < d; k++) {
          mean[i % 3][k] += h[i * d + k] / 5;
        }
      }
      double[] centre = new double[d];
      for (int k = 0; k < d; k++) {
        centre[k] = (mean[0][k] + mean[1][k] + mean[2][k]) / 3;
      }
      DMatrixRMaj within = new DMatrixRMaj(d, d);
      DMatrixRMaj between = new DMatrixRMaj(d, d);
      for (int a = 0; a < d; a++) {
        for (int b = 0; b < d; b++) {
          for (int i = 0; i < 15; i++) {
            double[] of = mean[i % 3];
            within.add(a, b, (h[i * d + a] - of[a]) * (h[i * d + b] - of[b]) / 15);
            between.add(a, b, (of[a] - centre[a]) * (of[b] - centre[b]) / 15);
          }
        }
      }
      DMatrixRMaj inverse = new DMatrixRMaj(d, d);
      CommonOps_DDRM.pinv(between, inverse);
      DMatrixRMaj product = new DMatrixRMaj(d, d);
      CommonOps_DDRM.mult(within, inverse, product);
      double expected = CommonOps_DDRM.trace(product) / 3;
      assertEquals(expected, value(net, "collapseWithin"), 1e-8 * expected, "seed " + seed);
      double cosines = 0;
      for (int c = 0; c < 3; c++) {
        double[] one = row(mean[c], centre);
        double[] other = row(mean[(c + 1) % 3], centre);
        double norms = Distance.length(one) * Distance.length(other);
        double off = Distance.product(one, other) / norms + 0.5;
        cosines += off * off / 3;
      }
      assertEquals(Math.sqrt(cosines), value(net, "collapseSimplex"), 1e-12);
    }
  }

  private static double[] row(double[] mean, double[] centre) {
    double[] row = mean.clone();
    for (int k = 0; k < row.length; k++) {
      row[k] -= centre[k];
    }
    return row;
  }

  @Test
  void longTraining_collapses() {
    Ordinary run = new Ordinary(1);
    run.units = 12;
    run.hiddenBias = true;
    run.outputBias = true;
    for (int k = 0; k < run.x.length; k++) {
      run.x[k] += 0.6 * run.gaussian();
    }
    PlainStack net = run.build();
    net.train(0.9, 2e-3);
    net.observe();
    double before = value(net, "collapseWithin");
    for (int step = 0; step < 10_000; step++) {
      net.descend();
    }
    net.observe();
    assertTrue(
        value(net, "collapseWithin") < 0.6 * before,
        before + " before, " + value(net, "collapseWithin"));
    assertEquals(1, value(net, "collapseNearestMean"));
    assertTrue(value(net, "collapseSimplex") < 0.4, "" + value(net, "collapseSimplex"));
    PlainStack numbers = new Ordinary(1).numbers(5).build();
    numbers.observe();
    assertTrue(Absent.is(value(numbers, "collapseWithin")));
  }

  @Test
  void theCertainShareOfTheFall_isThatOfTheReference() throws IOException {
    PlainStack net = SmoothedMarginTest.referenceRun(SmoothedMarginTest.reference());
    net.observe();
    assertTrue(Absent.is(value(net, "lossFallShare")), "S is above log 2");
    while (net.step() < 100) {
      net.descend();
    }
    net.observe();
    // fallAtLeast / fall of the step from 100 to 101 in reference/smoothed_margin.json.
    double expected = 0.00013596777535779898 / 0.0008625341761208105;
    assertEquals(expected, value(net, "lossFallShare"), 1e-9);
    double loss = net.loss();
    assertEquals(loss * 100 * -Math.log(loss), value(net, "lossRate"), 1e-12);
  }

  @Test
  void theMarginByTheLargestWeight_isThatOfLinearModels() {
    Ordinary run = new Ordinary(2);
    run.hiddenLayers = 0;
    PlainStack net = run.build();
    net.observe();
    double largest = 0;
    for (double w : net.network().layer(0).weights()) {
      largest = Math.max(largest, Math.abs(w));
    }
    assertEquals(value(net, "minMargin") / largest, value(net, "maxNormMargin"), 1e-15);
    PlainStack deep = new Ordinary(2).build();
    deep.observe();
    assertTrue(Absent.is(value(deep, "maxNormMargin")));
  }

  @Test
  void theStabilityRatio_countsMomentum() {
    for (double momentum : new double[] {0, 0.9}) {
      PlainStack net = new Ordinary(3).build();
      net.train(momentum, 0);
      net.observe();
      double most = momentum == 0 ? 2 : 3.8 / 2.8;
      assertEquals(
          0.1 * value(net, "sharpness") / most, value(net, "stabilityRatio"), 1e-9, "" + momentum);
    }
  }

  private static String reason(PlainStack net, String id) {
    assertTrue(Absent.is(value(net, id)), id);
    return Metrics.named(id).whyAbsent(net, -1);
  }

  @Test
  void absentRates_sayTheActualReason() throws IOException {
    PlainStack early = SmoothedMarginTest.referenceRun(SmoothedMarginTest.reference());
    early.observe();
    double summed = early.loss() * early.probe().samples();
    assertEquals(
        String.format(
            Locale.ROOT, "the summed loss is %.3g at step 0; needs one below log 2", summed),
        reason(early, "lossFallShare"));
    Ordinary large = new Ordinary(1);
    for (int k = 0; k < large.x.length; k++) {
      large.x[k] *= 1e3;
    }
    PlainStack wrong = large.build();
    wrong.observe();
    assertTrue(wrong.loss() > 1);
    assertEquals(
        String.format(
            Locale.ROOT,
            "the loss is %.3g at step 0; the rate is that of one between 0 and 1",
            wrong.loss()),
        reason(wrong, "lossRate"));
    PlainStack deep = new Ordinary(2).build();
    deep.observe();
    assertEquals(deep.network().layers() + " layers; needs 1 layer", reason(deep, "maxNormMargin"));
    PlainStack numbers = new Ordinary(1).numbers(5).build();
    numbers.observe();
    for (String id : List.of("collapseWithin", "lossRate", "lossFallShare", "maxNormMargin")) {
      String said = reason(numbers, id);
      assertTrue(said.endsWith("is not a loss of classification"), said);
    }
  }
}
