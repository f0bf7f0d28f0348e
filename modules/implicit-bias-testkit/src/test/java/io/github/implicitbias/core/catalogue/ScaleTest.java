package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.Json;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.PlainStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What does not depend on the size of the weights is the same for weights of any size. */
class ScaleTest {

  private static final int SAMPLES = 9;
  private static final int INPUTS = 6;
  private static final int UNITS = 5;

  private final SplittableRandom random = new SplittableRandom(11);
  private final double[] x = Fixture.normal(random, SAMPLES * INPUTS, 1);
  private final double[] labels = new double[SAMPLES];
  private final double[] start = Fixture.normal(random, UNITS * INPUTS, 1);
  private final double[] later = Fixture.normal(random, UNITS * INPUTS, 1);
  private final double[] output = Fixture.normal(random, UNITS, 1);

  ScaleTest() {
    double[] separator = Fixture.normal(random, INPUTS, 1);
    for (int i = 0; i < SAMPLES; i++) {
      double sum = 0;
      for (int k = 0; k < INPUTS; k++) {
        sum += separator[k] * x[i * INPUTS + k];
      }
      labels[i] = sum > 0 ? 1 : -1;
    }
  }

  private static double[] times(double factor, double[] values) {
    double[] scaled = new double[values.length];
    for (int k = 0; k < values.length; k++) {
      scaled[k] = factor * values[k];
    }
    return scaled;
  }

  private static final List<Metric> OF_LAYER =
      List.of(
          SpectrumMetrics.STABLE_RANK,
          SpectrumMetrics.EFFECTIVE_RANK,
          SpectrumMetrics.NUMERICAL_RANK,
          SpectrumMetrics.RANK_TWO_TAIL,
          UnitComparisons.MEAN_UNIT_COSINE,
          UnitComparisons.UNIT_CLUSTERS,
          UnitComparisons.LIVE_UNITS,
          DistanceMetrics.ROTATION);

  private static final List<Metric> OF_NETWORK =
      List.of(
          KernelMetrics.KERNEL_EFFECTIVE_RANK,
          KernelMetrics.KERNEL_ALIGNMENT,
          KernelMetrics.KERNEL_DISTANCE,
          DistanceMetrics.COSINE_TO_INIT,
          DistanceMetrics.RELATIVE_DISTANCE_FROM_INIT,
          AlignmentMetrics.ALIGNMENT_POSITIVE,
          AlignmentMetrics.ALIGNMENT_NEGATIVE,
          MarginMetrics.ANGLE_TO_MAX_MARGIN);

  /** Metrics that are as large as the weights. */
  private static final List<Metric> LINEAR =
      List.of(NormMetrics.FROBENIUS_NORM, NormMetrics.SPECTRAL_NORM, SpectrumMetrics.NUCLEAR_NORM);

  /** Returns all of them at a second record, the weights being so many times as large. */
  private List<Double> values(double factor, double ofSamples) {
    Probe probe = new Probe(SAMPLES, times(ofSamples, x), labels, null);
    PlainStack net =
        PlainStack.builder(probe, new Fixture.Logistic(), 1e-3)
            .hidden("h", UNITS, 0.1, times(factor, start), null)
            .output(1, times(factor, output), null)
            .build();
    net.observe();
    evaluate(net, factor);
    net.setWeights(0, times(factor, later));
    net.countStep();
    net.observe();
    return evaluate(net, factor);
  }

  private static List<Double> evaluate(PlainStack net, double factor) {
    List<Double> values = new ArrayList<>();
    for (Metric metric : OF_LAYER) {
      values.add(metric.evaluate(net, 0));
    }
    for (Metric metric : OF_NETWORK) {
      values.add(metric.evaluate(net, -1));
    }
    for (Metric metric : LINEAR) {
      values.add(metric.evaluate(net, 0) / factor);
    }
    return values;
  }

  @Test
  void scaleFreeMetrics_areEqualFrom1eMinus300To1e300() {
    List<Double> expected = values(1, 1);
    for (double value : expected) {
      assertTrue(Double.isFinite(value), expected.toString());
    }
    for (int k = -300; k <= 300; k += 10) {
      List<Double> found = values(Double.parseDouble("1e" + k), 1);
      for (int m = 0; m < expected.size(); m++) {
        double tolerance = 1e-12 * Math.max(1, Math.abs(expected.get(m)));
        assertEquals(expected.get(m), found.get(m), tolerance, "1e" + k + ", metric " + m);
      }
    }
  }

  @Test
  void metricsThatDoNotDependOnTheSizeOfTheSamples_areEqualForSamplesOfAnySize() {
    List<Double> expected = values(1, 1);
    int first = OF_LAYER.size();
    for (int k = -290; k <= 290; k += 29) {
      List<Double> found = values(1, Double.parseDouble("1e" + k));
      // Cosines and distances of weights; alignment with the data; the angle to the separator.
      for (int m = first + 3; m < first + OF_NETWORK.size(); m++) {
        assertEquals(expected.get(m), found.get(m), 1e-12, "1e" + k + ", metric " + m);
      }
    }
  }

  @Test
  void normalizedMargin_isEqualAsLongAsTheOutputsAreInRange() {
    double[] margins = new double[301];
    for (int k = -150; k <= 150; k += 10) {
      double factor = Double.parseDouble("1e" + k);
      PlainStack net =
          PlainStack.builder(new Probe(SAMPLES, x, labels, null), new Fixture.Logistic(), 1e-3)
              .hidden("h", UNITS, 0.1, times(factor, start), null)
              .output(1, times(factor, output), null)
              .build();
      net.observe();
      margins[k + 150] = MarginMetrics.NORMALIZED_MARGIN.evaluate(net, -1);
      assertEquals(margins[0], margins[k + 150], 1e-12 * Math.abs(margins[0]), "1e" + k);
    }
  }

  @Test
  void ranks_areNeverAboveWhatTheyCanBe() {
    for (int k = -320; k <= 305; k += 5) {
      double factor = Double.parseDouble("1e" + k);
      PlainStack net =
          PlainStack.builder(new Probe(SAMPLES, x, labels, null), new Fixture.Logistic(), 1e-3)
              .hidden("h", UNITS, 0, times(factor, start), null)
              .fixedOutput(1, output)
              .build();
      net.observe();
      assertTrue(SpectrumMetrics.STABLE_RANK.evaluate(net, 0) <= UNITS, "1e" + k);
      assertTrue(SpectrumMetrics.EFFECTIVE_RANK.evaluate(net, 0) <= UNITS + 1e-12, "1e" + k);
      double ofKernel = KernelMetrics.KERNEL_EFFECTIVE_RANK.evaluate(net, -1);
      assertTrue(ofKernel >= 1 - 1e-12 && ofKernel <= SAMPLES, "1e" + k);
      assertTrue(NormMetrics.SPECTRAL_NORM_RESIDUAL.evaluate(net, 0) <= 1e-7, "1e" + k);
    }
  }

  @Test
  void balance_isThatOfWeightsOfOrdinarySizeTimesTheSquareOfTheirScale() {
    for (int k = -140; k <= 140; k += 20) {
      double factor = Double.parseDouble("1e" + k);
      double expected = gap(1) * factor * factor;
      assertEquals(expected, gap(factor), 1e-12 * expected, "1e" + k);
    }
    // Where both sides are above the largest double, and equal, the gap is 0.
    PlainStack net =
        PlainStack.builder(
                new Probe(1, new double[] {1}, new double[] {1}, null), new Fixture.Logistic(), 0)
            .hidden("h", 1, 0, new double[] {-1e200}, null)
            .output(1, new double[] {1e200}, null)
            .build();
    assertEquals(0, new Balance().gap(net.network().layer(0), net.network().layer(1)));
  }

  private double gap(double factor) {
    PlainStack net =
        PlainStack.builder(new Probe(SAMPLES, x, labels, null), new Fixture.Logistic(), 1e-3)
            .hidden("h", UNITS, 0, times(factor, start), times(factor, output))
            .output(1, times(factor, output), null)
            .build();
    WeightLayer hidden = net.network().layer(0);
    return new Balance().gap(hidden, net.network().layer(1));
  }

  /** The gradient and its angle with the weights stay known when the loss has nearly vanished. */
  @Test
  void gradientOfASampleWithAVeryLargeMargin_isNotZero() {
    Probe probe = new Probe(1, new double[] {3, 4}, new double[] {1}, null);
    PlainStack net =
        PlainStack.builder(probe, new Fixture.Logistic(), 1e-3)
            .output(1, new double[] {60, 80}, null)
            .build();
    net.observe();
    // -dl/df = 1 / (1 + e^500), times the norm 5 of the sample, which is parallel to the weights.
    double expected = 5 * Math.exp(-500);
    double found = GradientMetrics.GRADIENT_NORM.evaluate(net, -1);
    assertEquals(expected, found, 1e-12 * expected);
    assertEquals(1, GradientMetrics.GRADIENT_ALIGNMENT.evaluate(net, -1), 1e-12);
  }

  private static PlainStack twoByTwo(double[] w) {
    Probe probe = new Probe(1, new double[] {1, 1}, new double[] {1}, null);
    PlainStack net =
        PlainStack.builder(probe, new Fixture.Logistic(), 1e-3)
            .hidden("h", 2, 0, w, null)
            .fixedOutput(1, new double[] {1, 1})
            .build();
    net.observe();
    return net;
  }

  @Test
  void spectralQuantities_areThoseOfTheReference() {
    Map<String, Object> reference = Json.object(Fixture.text("spectral_scale.json"));
    List<Map<String, Object>> cases = Json.objects(reference, "scaled");
    assertTrue(cases.size() > 10);
    for (Map<String, Object> one : cases) {
      boolean binary = one.containsKey("exponent");
      int exponent = binary ? (int) Json.number(one.get("exponent")) : 0;
      double[] w = Json.numbers(one.get("entries"));
      for (int i = 0; i < w.length; i++) {
        w[i] = Math.scalb(w[i], exponent);
      }
      PlainStack net = twoByTwo(w);
      near(one, "spectralNorm", NormMetrics.SPECTRAL_NORM.evaluate(net, 0));
      near(one, "frobenius", NormMetrics.FROBENIUS_NORM.evaluate(net, 0));
      near(one, "stableRank", SpectrumMetrics.STABLE_RANK.evaluate(net, 0));
      if (binary) {
        near(one, "nuclear", SpectrumMetrics.NUCLEAR_NORM.evaluate(net, 0));
        near(one, "effectiveRank", SpectrumMetrics.EFFECTIVE_RANK.evaluate(net, 0));
      }
    }
  }

  private static void near(Map<String, Object> one, String key, double found) {
    double expected = Json.number(one.get(key));
    double tolerance = Math.max(4e-15 * Math.abs(expected), Double.MIN_VALUE);
    assertEquals(expected, found, tolerance, key + " of " + one);
  }

  @Test
  void specialMatrices_haveTheNormsAndRanksOfTheReference() {
    Map<String, Object> reference = Json.object(Fixture.text("spectral_scale.json"));
    int absent = 0;
    for (Map<String, Object> one : Json.objects(reference, "special")) {
      PlainStack net = twoByTwo(Json.numbers(one.get("entries")));
      double norm = Json.number(one.get("spectralNorm"));
      double found = NormMetrics.SPECTRAL_NORM.evaluate(net, 0);
      assertTrue(norm == found || Double.isNaN(norm) && Double.isNaN(found), norm + ", " + found);
      double rank = SpectrumMetrics.STABLE_RANK.evaluate(net, 0);
      double effective = SpectrumMetrics.EFFECTIVE_RANK.evaluate(net, 0);
      if (one.get("stableRank") != null) {
        assertEquals(Json.number(one.get("stableRank")), rank, 4e-15);
        assertEquals(1, effective, 1e-12);
      } else if (Double.isNaN(norm)) {
        assertTrue(Double.isNaN(rank) && !Absent.is(rank));
        assertTrue(Double.isNaN(effective) && !Absent.is(effective));
        assertTrue(Double.isNaN(SpectrumMetrics.NUCLEAR_NORM.evaluate(net, 0)));
      } else {
        assertTrue(Absent.is(rank) && Absent.is(effective));
        absent++;
      }
    }
    assertEquals(2, absent);
    double[] infinite = {1, Double.NEGATIVE_INFINITY, 0, 0};
    assertEquals(
        Double.POSITIVE_INFINITY, SpectrumMetrics.NUCLEAR_NORM.evaluate(twoByTwo(infinite), 0));
  }

  /** A matrix of which unscaled arithmetic makes a stable rank of 8.8, above its rank of 4. */
  @Test
  void aMatrixOfEntriesOf1eMinus90_hasTheNormOfAnIndependentProgram() {
    double[] w = {
      4.277699642047284e-91,
      -5.708375568864455e-91,
      2.6544606897300974e-90,
      -1.6085449528642096e-90,
      6.617156616641691e-91,
      -1.4342594397899663e-91,
      -3.545063884714269e-91,
      1.066358812119841e-90,
      -1.8179220006075488e-90,
      -9.846762100886532e-91,
      -1.1416014445729655e-91,
      1.7412738366841588e-90,
      8.904687115378083e-92,
      8.956882370088884e-91,
      -1.8633059650275363e-90,
      -1.2388875452076324e-90,
      9.695294734242303e-91,
      -6.281797400433667e-91,
      -6.299546024887672e-92,
      7.308691046229036e-91
    };
    Probe probe = new Probe(1, new double[] {1, 1, 1, 1}, new double[] {1}, null);
    PlainStack net =
        PlainStack.builder(probe, new Fixture.Logistic(), 1e-3)
            .hidden("h", 5, 0, w, null)
            .fixedOutput(1, new double[] {1, 1, 1, 1, 1})
            .build();
    net.observe();
    double expected = 3.6226528977788664e-90;
    assertEquals(expected, NormMetrics.SPECTRAL_NORM.evaluate(net, 0), 1e-14 * expected);
    assertEquals(2.047669475852998, SpectrumMetrics.STABLE_RANK.evaluate(net, 0), 1e-13);
    assertTrue(NormMetrics.SPECTRAL_NORM_RESIDUAL.evaluate(net, 0) < 1e-12);
  }

  @Test
  void aKnownMatrix_isTheSameTimes1eMinus90() {
    PlainStack net = twoByTwo(new double[] {3e-90, 0, 4e-90, 5e-90});
    double expected = Math.sqrt(45) * 1e-90;
    assertEquals(expected, NormMetrics.SPECTRAL_NORM.evaluate(net, 0), 1e-14 * expected);
    assertEquals(10.0 / 9, SpectrumMetrics.STABLE_RANK.evaluate(net, 0), 1e-14);
  }
}
