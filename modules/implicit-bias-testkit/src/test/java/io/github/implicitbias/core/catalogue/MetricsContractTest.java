package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.testkit.Contracts;
import io.github.implicitbias.testkit.PlainStack;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every metric promises, tried on ordinary and on degenerate networks. */
class MetricsContractTest {

  static List<Metric> all() {
    List<Metric> all = new ArrayList<>(Metrics.standardAdditions());
    all.addAll(Metrics.fullAdditions());
    return all;
  }

  @ParameterizedTest
  @MethodSource("all")
  void everyMetricKeepsTheContract(Metric metric) {
    Contracts.metric(() -> metric);
  }

  @Test
  void idsAreUnique() {
    List<Metric> all = all();
    all.addAll(Metrics.standard());
    HashSet<String> ids = new HashSet<>();
    for (Metric metric : all) {
      assertTrue(ids.add(metric.id()), metric.id());
    }
    assertEquals(all.size(), ids.size());
  }

  @Test
  void tinyAndHugeMatrices_haveNormsAndRank() {
    SplittableRandom random = new SplittableRandom(3);
    double[] w = Fixture.normal(random, 12 * 11, 1);
    double rank = 0;
    for (int exponent : new int[] {0, -700, 900}) {
      double[] scaled = new double[w.length];
      for (int k = 0; k < w.length; k++) {
        scaled[k] = Math.scalb(w[k], exponent);
      }
      PlainStack net =
          PlainStack.builder(
                  new Probe(1, new double[11], new double[] {1}, null), new Fixture.Squared(1), 0)
              .hidden("hidden", 12, 0, scaled, null)
              .output(1, new double[12], null)
              .build();
      net.observe();
      rank = exponent == 0 ? SpectrumMetrics.STABLE_RANK.evaluate(net, 0) : rank;
      assertEquals(rank, SpectrumMetrics.STABLE_RANK.evaluate(net, 0), 1e-12);
      double frobenius = NormMetrics.FROBENIUS_NORM.evaluate(net, 0);
      double spectral = NormMetrics.SPECTRAL_NORM.evaluate(net, 0);
      assertEquals(Math.sqrt(rank), frobenius / spectral, 1e-12);
      assertTrue(spectral > 0 && frobenius < Double.POSITIVE_INFINITY);
    }
  }
}
