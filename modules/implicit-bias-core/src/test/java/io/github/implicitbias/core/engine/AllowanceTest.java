package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.support.SupportMetrics;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/** What is left out of the first and the last record, at which size, with what sentence. */
class AllowanceTest {

  private static final double HALF_NANO = 0.5;
  private static final double MANY_BYTES = 400e6;
  private static final int SAMPLES = 10_000;
  private static final SizesOnly LARGE = new SizesOnly(1000, 2000, 2000, 2000, 64);
  private static final Dimensions LARGE_SIZES =
      new Dimensions(SAMPLES, 1000, 64, 10_134_064, 6000, 2000, 2000);
  private static final SizesOnly SMALL = new SizesOnly(2, 60, 2);
  private static final Dimensions SMALL_SIZES = new Dimensions(40, 2, 2, 302, 60, 2, 60);

  /** Who is asked for a price may not look at an observation. */
  private final Observation nothing =
      (Observation)
          Proxy.newProxyInstance(
              getClass().getClassLoader(),
              new Class<?>[] {Observation.class},
              (proxy, method, arguments) -> {
                throw new IllegalStateException(method + " before the first record");
              });

  private Allowance full(Dimensions sizes, SizesOnly network, DoubleSupplier rate, double bytes) {
    Allowance allowance = new Allowance(rate, bytes);
    Setting setting =
        new Setting(sizes, network, nothing, new FailureLog(), allowance, new SharedResults());
    List<Metric> all = new ArrayList<>(Metrics.standard());
    all.addAll(Metrics.patternStatistics());
    all.addAll(Metrics.standardAdditions());
    all.addAll(SupportMetrics.metrics());
    all.addAll(Metrics.fullAdditions());
    new MetricRunner(all, 3, List.of("a", "b", "c"), setting);
    return allowance;
  }

  @Test
  void ofALargeNetwork_theDearMetricsAreLeftOut_withTheirPrices() {
    Allowance allowance = full(LARGE_SIZES, LARGE, () -> HALF_NANO, MANY_BYTES);
    // A pass of 2.8 s: 60 x 128 samples of it are 20 steps, of which the first record has 0.4.
    double nanos = Allowance.atFirst(2_800_000_000L, SAMPLES);
    assertEquals(0.4 * 60 * 128 / 10_000.0 * 2.5e9, nanos, 1);
    allowance.decide(nanos);
    Map<String, String> leftOut = allowance.leftOut();
    assertEquals(
        Set.of(
            "spectralNorm",
            "spectralNormResidual",
            "stableRank",
            "gradientNorm",
            "gradientAlignment",
            "nuclearNorm",
            "effectiveRank",
            "numericalRank",
            "rankTwoTail",
            "unitClusters",
            "regionsOnSegment",
            "collapseWithin",
            "collapseSimplex",
            "collapseNearestMean",
            "lossFallShare"),
        leftOut.keySet());
    double weights = 1000 * 2000 + 2 * 2000 * 2000 + 2000 * 64;
    double arrays = weights + SAMPLES * (1000 + 3 * 2000.0) + 2 * SAMPLES * 6064.0 + 2000 * 2000;
    long hundreds = Math.round(8 * arrays / 1e8);
    assertEquals(
        "needs about 1," + hundreds % 10 + "00 MB: requestAll()", leftOut.get("gradientNorm"));
    // 2,000 x 2,000 units against each other over 1,000, 2,000 and 2,000 inputs, 1.2 each.
    double clusters = 1.2 * 4e6 * 5000 * 0.5e-9;
    assertEquals(
        "needs about " + Math.round(clusters) + " s: requestAll()", leftOut.get("unitClusters"));
    assertFalse(leftOut.containsKey("frobeniusNorm"));
  }

  @Test
  void ofALargeNetwork_theLastRecordHasMore_onceStepsAreKnown() {
    assertEquals(0.25e9, Allowance.atLast(1e6));
    assertEquals(0.25 * 20 * 1e9, Allowance.atLast(1e9));
    Allowance allowance = full(LARGE_SIZES, LARGE, () -> HALF_NANO, MANY_BYTES);
    allowance.decide(Allowance.atLast(0.3e9));
    assertFalse(allowance.leftOut().containsKey("spectralNorm"), allowance.leftOut().toString());
    assertTrue(allowance.leftOut().containsKey("nuclearNorm"));
  }

  @Test
  void everythingIsComputed_forWhoAsksForIt() {
    Allowance allowance = full(LARGE_SIZES, LARGE, () -> HALF_NANO, MANY_BYTES);
    allowance.decide(1);
    assertTrue(allowance.leftOut().size() > 20);
    allowance.everything();
    assertEquals(Map.of(), allowance.leftOut());
  }

  @Test
  void ofASmallNetwork_nothingIsLeftOut_andTheMachineIsNotMeasured() {
    Allowance allowance =
        full(
            SMALL_SIZES,
            SMALL,
            () -> {
              throw new AssertionError("measured");
            },
            MANY_BYTES);
    allowance.decide(Allowance.atFirst(0, 40));
    assertEquals(Map.of(), allowance.leftOut());
  }

  @Test
  void whatNeedsNextToNothing_staysInAnyMemory() {
    Allowance allowance = full(LARGE_SIZES, LARGE, () -> HALF_NANO, 1e6);
    allowance.decide(1e12);
    Set<String> leftOut = allowance.leftOut().keySet();
    for (Metric metric : Metrics.standard()) {
      assertFalse(leftOut.contains(metric.id()), metric.id());
    }
    assertTrue(leftOut.contains("frobeniusNorm"), "80 MB of weights");
  }

  @Test
  void theCheapestComeFirst_andWhatIsSharedCountsOnce() {
    Allowance allowance = new Allowance(() -> 1, MANY_BYTES);
    Setting setting =
        new Setting(SMALL_SIZES, SMALL, nothing, new FailureLog(), allowance, new SharedResults());
    new MetricRunner(
        List.of(
            priced("dear", Price.of("dear", 900, 0)),
            priced("one", Price.of("shared", 400, 0).and(Price.of("one", 50, 0))),
            priced("other", Price.of("shared", 400, 0).and(Price.of("other", 50, 0)))),
        1,
        List.of("a"),
        setting);
    allowance.decide(500);
    assertEquals(Set.of("dear"), allowance.leftOut().keySet());
    allowance.decide(499);
    assertEquals(Set.of("dear", "other"), allowance.leftOut().keySet());
  }

  @Test
  void pricesAreToldInTwoDigits() {
    assertEquals("0.7 s", Allowance.seconds(0.68e9));
    assertEquals("9.4 s", Allowance.seconds(9.43e9));
    assertEquals("72 s", Allowance.seconds(71.6e9));
    assertEquals("1,200 s", Allowance.seconds(1_234e9));
    assertEquals("1,600 MB", Allowance.megabytes(1_563e6));
    assertEquals("1 MB", Allowance.megabytes(1));
  }

  private static Metric priced(String id, Price price) {
    return Metric.ofNetwork(id).price((sizes, network) -> price).value((now, layer) -> 1);
  }

  /** Remembers at which step it was first computed, and whether that was the first record. */
  private static final class Kept implements Shared {
    static final Needs NEEDS =
        Needs.fromFirst(Kept.class, Kept::new, (d, network) -> Price.of(Kept.class, 1e15, 0));
    private boolean late;
    private long first = -1;

    @Override
    public Needs needs() {
      return NEEDS;
    }

    @Override
    public void startLate() {
      late = true;
    }

    @Override
    public void compute(Observation observation) {
      first = first < 0 && !late ? observation.step() : first;
    }
  }

  private static final List<TrackedLayer> LAYERS = List.of(new TrackedLayer("a", 0, 2, "relu"));

  private static Run record(List<Metric> metrics, long requestedAt, long steps) {
    Probe probe = new Probe(3, new double[3], new double[3], null);
    Instruments instruments = new Instruments(metrics, List.of(), List.of());
    HeaderBuilder builder =
        new HeaderBuilder("s", "w", 0).layers(LAYERS).samples(new int[3], new int[3]);
    RunHeader header = instruments.declare(builder, LAYERS, NetworkView.opaque(1), probe).build();
    MemoryRecorder memory = new MemoryRecorder(1L << 24);
    Engine engine =
        new Engine(
            header,
            () -> header,
            instruments,
            probe,
            probe.samples(),
            NetworkView.opaque(1),
            new ParameterNorms(1, false),
            List.of(memory),
            Schedule.everyStep(),
            null,
            null);
    for (long step = 0; step < steps; step++) {
      if (step == requestedAt) {
        engine.requestAll();
      }
      engine.beginObservation(step, false);
      engine.pattern(0).advance(0);
      engine.observe(step, 0, true, false, false, step);
      engine.complete(0.1, 0, 0);
    }
    assertTrue(engine.close(30_000));
    Run run = memory.run();
    assertTrue(run != null);
    return run;
  }

  @Test
  void whatRemembersTheFirstRecord_andWasLeftOutThere_knowsThatItHasMissedIt() {
    Metric first =
        Metric.ofNetwork("firstStep")
            .needs(Kept.NEEDS)
            .cadence(sizes -> Cadence.onDemand())
            .value((now, layer) -> now.shared(Kept.class, Kept::new).first);
    Run run = record(List.of(first), 3, 5);
    assertTrue(Absent.is(run.value("firstStep", 0)));
    assertEquals(
        -1, run.value("firstStep", 3), "computed for who asks, but not as if it were first");
    String why = run.header().provenance().get("absent firstStep");
    assertTrue(why != null && why.matches("needs about [\\d,]+ s: requestAll\\(\\)"), why);
    assertEquals(0, record(List.of(first), 0, 5).value("firstStep", 0), "asked for at once");
  }

  @Test
  void whenMemoryRunsOut_theDearMetricGoes_andTheOthersStay() {
    Metric greedy =
        Metric.ofNetwork("greedy")
            .price((sizes, network) -> Price.of("greedy", 1, 1e6))
            .value(
                (now, layer) -> {
                  if (now.step() > 1) {
                    throw new OutOfMemoryError("made up");
                  }
                  return 7;
                });
    Metric modest = Metric.ofNetwork("modest").value((now, layer) -> now.step());
    Run run = record(List.of(greedy, modest), 4, 6);
    assertEquals(7, run.value("greedy", 1));
    for (long step = 2; step < 6; step++) {
      assertFalse(run.value("greedy", step) == 7, "at step " + step);
      assertEquals(step, run.value("modest", step));
    }
    assertEquals(6, run.size());
  }
}
