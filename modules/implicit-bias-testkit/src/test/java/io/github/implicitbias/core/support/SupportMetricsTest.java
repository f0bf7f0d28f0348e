package io.github.implicitbias.core.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.Contracts;
import io.github.implicitbias.testkit.PlainStack;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SupportMetricsTest {

  @Test
  void allKeepTheContractOfMetrics() {
    SupportMetrics.metrics().forEach(metric -> Contracts.metric(() -> metric));
    SupportMetrics.sampleMetrics().forEach(metric -> Contracts.perSample(() -> metric));
  }

  @Test
  void everyListHasItsIdsOnce() {
    Set<String> ids = new HashSet<>();
    for (Metric metric : SupportMetrics.metrics()) {
      assertTrue(ids.add(metric.id()));
    }
    assertTrue(ids.containsAll(List.of("spanResidual", "supportVectors", "spanUnique")));
    Set<String> perSample = new HashSet<>();
    for (SampleMetric metric : SupportMetrics.sampleMetrics()) {
      assertTrue(perSample.add(metric.id()));
    }
    assertEquals(
        Set.of("spanCoefficients", "coneSupport", "marginSupport", "marginTight", "tiedMargin"),
        perSample);
  }

  @Test
  void s1a_isRecordedWithItsNotionsApart() {
    PlainStack net =
        PlainStack.builder(Reference.probe("s1a_data.csv"), new Reference.Squared(), 0.02)
            .neurons(1, 0, new double[] {-0.3, 0.2}, null)
            .build();
    double[] values = new double[3];
    net.observe();
    assertEquals(1, SupportMetrics.SPAN_ACCUMULATED.evaluate(net, -1));
    assertTrue(Absent.is(SupportMetrics.SPAN_RESIDUAL.evaluate(net, -1)));
    assertTrue(SupportMetrics.CONE_SUPPORT.evaluate(net, -1, values));
    assertArrayEquals(new double[] {1, 1, 0}, values);
    for (int t = 0; t < 4000; t++) {
      net.descend();
      net.observe();
      assertEquals(1, SupportMetrics.SPAN_ACCUMULATED.evaluate(net, -1));
    }
    assertTrue(SupportMetrics.SPAN_COEFFICIENTS.evaluate(net, -1, values));
    assertArrayEquals(new double[] {.771713, .131805, .644954}, values, 5e-7);
    assertTrue(SupportMetrics.SPAN_RESIDUAL.evaluate(net, -1) < 1e-12);
    assertEquals(0, SupportMetrics.SPAN_UNIQUE.evaluate(net, -1));
    assertFalse(SupportMetrics.CONE_SUPPORT.evaluate(net, -1, values), "once is enough");
    assertTrue(
        Absent.is(SupportMetrics.SUPPORT_VECTORS.evaluate(net, -1)), "the labels are no classes");
    assertEquals("0x5", hex(net));
  }

  private static String hex(PlainStack net) {
    return "0x" + Long.toHexString(net.pattern(0).current()[0]);
  }

  @Test
  void aConeWithALine_isAbsent_withTheReason() {
    Probe probe = new Probe(3, new double[] {1, 0, -1, 0, 0, 1}, new double[] {1, 1, 1}, null);
    PlainStack net =
        PlainStack.builder(probe, new Reference.Squared(), .1)
            .output(1, new double[2], null)
            .build();
    net.observe();
    assertFalse(SupportMetrics.CONE_SUPPORT.evaluate(net, -1, new double[3]));
    ConeOfProbe cone = net.shared(ConeOfProbe.class, ConeOfProbe::new);
    assertTrue(cone.whyNone().contains("line"));
    assertNotNull(cone.support());
  }

  @Test
  void cadences_followTheWork() {
    Dimensions small = new Dimensions(40, 2, 1, 180, 60, 2, 60);
    Dimensions large = new Dimensions(128, 784, 10, 814_090, 1034, 784, 1024);
    assertEquals(Cadence.everyRecord(), SupportMetrics.SPAN_ACCUMULATED.cadence(large));
    assertEquals(Cadence.every(5), SupportMetrics.SPAN_COEFFICIENTS.cadence(small));
    assertTrue(SupportMetrics.SPAN_RESIDUAL.cadence(small).records() <= 25);
    assertEquals(Cadence.onDemand(), SupportMetrics.SPAN_RESIDUAL.cadence(large));
    assertEquals(Cadence.onDemand(), SupportMetrics.SPAN_COEFFICIENTS.cadence(large));
    assertEquals(Cadence.onDemand(), SupportMetrics.SUPPORT_VECTORS.cadence(large));
    assertTrue(SupportMetrics.SUPPORT_VECTORS.cadence(small).records() <= 100);
    assertEquals(Cadence.onDemand(), SupportMetrics.CONE_SUPPORT.cadence(small));
  }
}
