package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.Contracts;
import io.github.implicitbias.testkit.PlainStack;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Weights of units against plain computation, on random stacks and at the limits. */
class WeightSpaceMetricsTest {

  /** (f - y)^2 times a factor. */
  private static PerSampleLoss squared(double factor) {
    return new PerSampleLoss() {
      @Override
      public double value(double[] z, double[] y, int offset, int outputs) {
        double sum = 0;
        for (int k = offset; k < offset + outputs; k++) {
          sum += factor * (z[k] - y[k]) * (z[k] - y[k]);
        }
        return sum;
      }

      @Override
      public void derivative(double[] z, double[] y, int offset, int outputs, double[] derivative) {
        for (int k = offset; k < offset + outputs; k++) {
          derivative[k] = 2 * factor * (z[k] - y[k]);
        }
      }

      @Override
      public double kappa(int outputs) {
        return 2 * factor;
      }
    };
  }

  private static double[] normal(SplittableRandom random, int length) {
    double[] numbers = new double[length];
    Arrays.setAll(numbers, k -> random.nextDouble() + random.nextDouble() - 1);
    return numbers;
  }

  private static double[] values(UnitMetric metric, PlainStack net) {
    double[] values = new double[net.pattern(0).units()];
    Arrays.fill(values, 7.5);
    return metric.appliesTo(net.network(), net.probe(), 0) && metric.evaluate(net, 0, values)
        ? values
        : null;
  }

  private static double[] perSample(SampleMetric metric, PlainStack net) {
    double[] values = new double[net.probe().samples()];
    return metric.evaluate(net, -1, values) ? values : null;
  }

  @Test
  void randomStacks_haveTheWeightsOfPlainComputation() {
    SplittableRandom random = new SplittableRandom(81);
    int[] kinds = new int[8];
    for (int round = 0; round < 200; round++) {
      int inputs = 1 + random.nextInt(6);
      int samples = 1 + random.nextInt(9);
      int units = 1 + random.nextInt(7);
      int hidden = random.nextInt(3);
      int outputs = 1 + random.nextInt(3);
      boolean bias = random.nextBoolean();
      double[] labels = normal(random, samples * outputs);
      Probe probe = new Probe(samples, normal(random, samples * inputs), labels, null);
      PlainStack.Builder builder = PlainStack.builder(probe, squared(0.5), 0.05);
      int width = inputs;
      for (int l = 0; l < hidden; l++) {
        int here = l == 0 ? units : 1 + random.nextInt(4);
        builder.hidden(
            "h" + l, here, 0.1, normal(random, here * width), bias ? normal(random, here) : null);
        width = here;
      }
      double[] last = normal(random, outputs * width);
      double[] lastBias = bias ? normal(random, outputs) : null;
      PlainStack net =
          (hidden == 0
                  ? builder.neurons(outputs, 0, last, lastBias)
                  : builder.output(outputs, last, lastBias))
              .build();
      for (int step = 0; step < 3; step++) {
        net.observe();
        assertMatches(net, kinds);
        net.descend();
      }
    }
    for (int kind = 0; kind < kinds.length; kind++) {
      assertTrue(kinds[kind] > 20, "kind " + kind + ": " + kinds[kind]);
    }
  }

  private static void assertMatches(PlainStack net, int[] kinds) {
    WeightLayer lowest = net.network().layer(0);
    int d = lowest.inputs();
    int n = net.probe().samples();
    double[] x = net.probe().features();
    double[] w = lowest.weights();
    double[] across = values(WeightSpaceMetrics.WEIGHT_X, net);
    double[] up = values(WeightSpaceMetrics.WEIGHT_Y, net);
    double[] norms = values(WeightSpaceMetrics.WEIGHT_NORM, net);
    double[] inputX = perSample(WeightSpaceMetrics.INPUT_X, net);
    double[] inputY = perSample(WeightSpaceMetrics.INPUT_Y, net);
    for (int j = 0; j < lowest.units(); j++) {
      double sum = 0;
      for (int k = 0; k < d; k++) {
        sum += w[j * d + k] * w[j * d + k];
      }
      assertEquals(Math.sqrt(sum), norms[j], 1e-15 + 1e-14 * norms[j]);
    }
    Map<String, String> facts = WeightSpaceMetrics.WEIGHT_NORM.provenance(net, 0, "a layer");
    String plane = facts.get("weightSpace.a layer");
    if (d <= 2) {
      kinds[d - 1]++;
      assertEquals(d == 1 ? "input and bias" : "inputs", plane);
      for (int j = 0; j < lowest.units(); j++) {
        double bias = lowest.hasBias() ? lowest.biases()[j] : 0;
        assertEquals(w[j * d], across[j]);
        assertEquals(d == 1 ? bias : w[2 * j + 1], up[j]);
      }
      for (int i = 0; i < n; i++) {
        assertEquals(x[i * d], inputX[i]);
        assertEquals(d == 1 ? 1 : x[2 * i + 1], inputY[i]);
      }
    } else {
      kinds[2]++;
      assertPrincipal(net, across, up, inputX, inputY, plane);
    }
    assertArrayEquals(lowest.biases(), values(WeightSpaceMetrics.UNIT_BIAS, net));
    kinds[3] += lowest.hasBias() ? 1 : 0;
    double[] single = values(WeightSpaceMetrics.OUTGOING_WEIGHT, net);
    double[] several = values(WeightSpaceMetrics.OUTGOING_NORM, net);
    String network = facts.get("weightSpace.a layer.network");
    if (net.network().layers() == 1) {
      kinds[4]++;
      assertNull(single);
      assertNull(several);
      assertEquals("one neuron", network);
    } else {
      WeightLayer next = net.network().layer(1);
      boolean one = next.units() == 1;
      kinds[one ? 5 : 6]++;
      assertArrayEquals(one ? next.weights() : null, single);
      for (int j = 0; !one && j < lowest.units(); j++) {
        double sum = 0;
        for (int k = 0; k < next.units(); k++) {
          sum += Math.pow(next.weights()[k * lowest.units() + j], 2);
        }
        assertEquals(Math.sqrt(sum), several[j], 1e-14);
      }
      boolean two = net.network().layers() == 2 && one;
      assertEquals(two ? "two layers, one output" : "other", network);
    }
    assertEquals("half-mse", facts.get("weightSpace.loss"));
    WeightLayer last = net.network().layer(net.network().layers() - 1);
    boolean hasOne = last.units() == 1 && last.hasBias();
    kinds[7] += hasOne ? 1 : 0;
    assertEquals(
        hasOne ? last.biases()[0] : Absent.VALUE, WeightSpaceMetrics.OUTPUT_BIAS.evaluate(net, -1));
    double[] target = perSample(WeightSpaceMetrics.TARGET, net);
    for (int i = 0; i < n; i++) {
      double[] labels = net.probe().labels();
      assertEquals(last.units() == 1 ? labels[i] : net.probe().classes()[i], target[i]);
    }
  }

  private static void assertPrincipal(
      PlainStack net,
      double[] across,
      double[] up,
      double[] inputX,
      double[] inputY,
      String plane) {
    int n = net.probe().samples();
    double[] x = net.probe().features();
    int d = x.length / n;
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(n, d, false, true, false);
    assertTrue(svd.decompose(DMatrixRMaj.wrap(n, d, x.clone())));
    double[] s = svd.getSingularValues();
    DMatrixRMaj vt = svd.getV(null, true);
    double sum = Arrays.stream(s).map(v -> v * v).sum();
    Integer[] order = new Integer[s.length];
    Arrays.setAll(order, k -> k);
    Arrays.sort(order, (a, b) -> Double.compare(s[b], s[a]));
    double[] share = new double[2];
    for (int which = 0; which < 2; which++) {
      if (which >= s.length) {
        continue; // a single sample: the second direction is any
      }
      double value = s[order[which]];
      share[which] = value * value / sum;
      double gap = 1e300;
      for (int k = 0; k < s.length; k++) {
        gap = k == order[which] ? gap : Math.min(gap, Math.abs(s[k] - value));
      }
      double[] v = new double[d];
      int largest = 0;
      for (int k = 0; k < d; k++) {
        v[k] = vt.get(order[which], k);
        largest = Math.abs(v[k]) > Math.abs(v[largest]) ? k : largest;
      }
      double sign = Math.signum(v[largest]);
      double tolerance = 1e-7 * Math.max(1, s[order[0]] / gap);
      if (tolerance > 1e-4) {
        continue;
      }
      double[] w = net.network().layer(0).weights();
      for (int j = 0; j < across.length; j++) {
        double expected = 0;
        for (int k = 0; k < d; k++) {
          expected += sign * v[k] * w[j * d + k];
        }
        assertEquals(expected, (which == 0 ? across : up)[j], tolerance);
      }
      for (int i = 0; i < n; i++) {
        double expected = 0;
        for (int k = 0; k < d; k++) {
          expected += sign * v[k] * x[i * d + k];
        }
        assertEquals(expected, (which == 0 ? inputX : inputY)[i], tolerance);
      }
    }
    assertEquals(
        String.format(
            java.util.Locale.ROOT,
            "principal directions, %.1f %% and %.1f %% of the squared norm of the inputs",
            100 * share[0],
            100 * share[1]),
        plane);
  }

  static List<UnitMetric> unitMetrics() {
    return WeightSpaceMetrics.unitMetrics();
  }

  static List<SampleMetric> sampleMetrics() {
    return WeightSpaceMetrics.sampleMetrics();
  }

  @ParameterizedTest
  @MethodSource("unitMetrics")
  void everyUnitMetricKeepsTheContract(UnitMetric metric) {
    Contracts.perUnit(() -> metric);
  }

  @ParameterizedTest
  @MethodSource("sampleMetrics")
  void everySampleMetricKeepsTheContract(SampleMetric metric) {
    Contracts.perSample(() -> metric);
  }

  @Test
  void outputBias_keepsTheContract() {
    Contracts.metric(() -> WeightSpaceMetrics.OUTPUT_BIAS);
  }

  @Test
  void cadence_boundsWhatARecordHoldsOnAverage() {
    int[][] sizes = {{2, 1}, {2, 20}, {2, 60}, {2, 1000}, {784, 1024}, {30, 1024}};
    int[] every = {1, 1, 5, 50, 500, 100};
    for (int k = 0; k < sizes.length; k++) {
      int inputs = sizes[k][0];
      int units = sizes[k][1];
      Dimensions dimensions =
          new Dimensions(100, inputs, 10, 11L * units * inputs, units, inputs, units);
      assertEquals(Cadence.every(every[k]), WeightSpaceMetrics.WEIGHT_X.cadence(dimensions));
      assertTrue(units <= 20.5 * every[k]);
    }
  }

  @Test
  void planeOfDegenerateInputs_isOrthonormalAllTheSame_orThereIsNone() {
    assertNull(WeightPlane.of(new double[12], 4));
    double[] nan = {1, 2, Double.NaN};
    assertNull(WeightPlane.of(nan, 1));
    assertNull(WeightPlane.of(new double[] {1e300, 1e300, 1e300}, 1));
    assertTrue(WeightPlane.isAffordable(1000, 784));
    assertTrue(WeightPlane.isAffordable(2, 1 << 20));
    assertFalse(WeightPlane.isAffordable(60_000, 784));
    SplittableRandom random = new SplittableRandom(82);
    for (int kind = 0; kind < 4; kind++) {
      int samples = kind == 0 ? 1 : 50;
      double[] x = normal(random, samples * 7);
      for (int i = 0; i < x.length; i++) {
        // One sample; all samples on a line; equal directions; a large and a tiny one.
        x[i] =
            kind == 1
                ? (i / 7 + 1) * (i % 7 - 3.0)
                : kind == 2
                    ? (i % 7 == i / 7 % 7 ? 1 : 0)
                    : kind == 3 && i % 7 > 0 ? 1e-9 * x[i] : x[i];
      }
      WeightPlane plane = WeightPlane.of(x, samples);
      double product = 0;
      double first = 0;
      double second = 0;
      for (int k = 0; k < 7; k++) {
        product += plane.first()[k] * plane.second()[k];
        first += plane.first()[k] * plane.first()[k];
        second += plane.second()[k] * plane.second()[k];
      }
      assertEquals(0, product, 1e-12);
      assertEquals(1, first, 1e-12);
      assertEquals(1, second, 1e-12);
      assertEquals(kind == 2 ? 8.0 / 50 : 1, plane.firstShare(), kind == 2 ? 0.01 : 1e-9);
      assertTrue(plane.secondShare() >= 0 && plane.secondShare() <= plane.firstShare() + 1e-12);
    }
  }

  @Test
  void wideLayers_andNetworksOfOtherKinds_haveNoColumns() {
    Probe probe = new Probe(1, new double[] {1, 2}, new double[] {1}, null);
    for (int units : new int[] {4096, 4097}) {
      PlainStack net =
          PlainStack.builder(probe, squared(1), 0.1)
              .hidden("wide", units, 0, new double[2 * units], null)
              .output(1, new double[units], null)
              .build();
      for (UnitMetric metric : WeightSpaceMetrics.unitMetrics()) {
        boolean there =
            units == 4096
                && metric != WeightSpaceMetrics.UNIT_BIAS
                && metric != WeightSpaceMetrics.OUTGOING_NORM;
        assertEquals(there, metric.appliesTo(net.network(), probe, 0), metric.id());
      }
    }
    PlainStack linearBelow =
        PlainStack.builder(probe, squared(1), 0.1)
            .hidden("linear, not tracked", 3, 1, new double[6], null)
            .hidden("above", 3, 0, new double[9], null)
            .output(1, new double[3], null)
            .build();
    for (UnitMetric metric : WeightSpaceMetrics.unitMetrics()) {
      assertFalse(metric.appliesTo(linearBelow.network(), probe, 0));
    }
  }

  @Test
  void lossesAreTold_byTheirDerivatives() {
    assertEquals("mse", squared(1).kind());
    assertEquals("half-mse", squared(0.5).kind());
    assertNull(squared(0.7).kind());
  }

  @Test
  void evaluationAllocatesNothingOnceWarm() {
    SplittableRandom random = new SplittableRandom(83);
    PlainStack net =
        PlainStack.builder(
                new Probe(20, normal(random, 20 * 5), normal(random, 20), null), squared(1), 0.01)
            .hidden("hidden", 15, 0, normal(random, 75), normal(random, 15))
            .output(1, normal(random, 15), normal(random, 1))
            .build();
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long thread = Thread.currentThread().getId();
    long clock = threads.getThreadAllocatedBytes(thread);
    clock = threads.getThreadAllocatedBytes(thread) - clock;
    UnitMetric[] metrics = WeightSpaceMetrics.unitMetrics().toArray(new UnitMetric[0]);
    Metric outputBias = WeightSpaceMetrics.OUTPUT_BIAS;
    double[] perUnit = new double[15];
    double[] perSample = new double[20];
    long least = Long.MAX_VALUE;
    for (int step = 0; step < 100; step++) {
      net.observe();
      long before = threads.getThreadAllocatedBytes(thread);
      for (UnitMetric metric : metrics) {
        if (metric != WeightSpaceMetrics.OUTGOING_NORM) {
          metric.evaluate(net, 0, perUnit);
        }
      }
      WeightSpaceMetrics.INPUT_X.evaluate(net, -1, perSample);
      WeightSpaceMetrics.TARGET.evaluate(net, -1, perSample);
      outputBias.evaluate(net, -1);
      least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before - clock);
      net.descend();
    }
    assertEquals(0, Math.max(0, least), "bytes per record");
  }
}
