package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.testkit.PlainStack;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PatternStatisticsTest {

  private static final PerSampleLoss HALF_SQUARE =
      new PerSampleLoss() {
        @Override
        public double value(double[] z, double[] y, int offset, int outputs) {
          double r = z[offset] - y[offset];
          return r * r / 2;
        }

        @Override
        public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
          into[offset] = z[offset] - y[offset];
        }

        @Override
        public double kappa(int outputs) {
          return 1;
        }
      };

  /** The text of a reference file; see theory of the fixture s6: 8 samples, 5 inputs, 6 units. */
  private static List<String> lines(String name) throws IOException {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                PatternStatisticsTest.class.getResourceAsStream("/reference/" + name),
                StandardCharsets.UTF_8))) {
      return reader.lines().collect(Collectors.toList());
    }
  }

  /** The table below the header, row-major, without its last column or only that column. */
  private static double[] table(String name, boolean last) throws IOException {
    return lines(name).stream()
        .skip(1)
        .map(line -> line.split(","))
        .flatMap(
            row ->
                Arrays.stream(row, last ? row.length - 1 : 0, last ? row.length : row.length - 1))
        .mapToDouble(Double::parseDouble)
        .toArray();
  }

  private static double golden(String name) throws IOException {
    Matcher matcher =
        Pattern.compile("\"" + name + "\": ([-0-9.e]+)")
            .matcher(String.join("\n", lines("s6_golden.json")));
    assertTrue(matcher.find(), name);
    return Double.parseDouble(matcher.group(1));
  }

  @Test
  void fixtureS6_hasItsGoldenValues() throws IOException {
    Probe probe = new Probe(8, table("s6_data.csv", false), table("s6_data.csv", true), null);
    PlainStack net =
        PlainStack.builder(probe, HALF_SQUARE, 0.1)
            .hidden("hidden", 6, 0, table("s6_net_init.csv", false), null)
            .output(1, table("s6_net_init.csv", true), null)
            .build();
    net.observe();
    assertEquals(0, FlipMetrics.HAMMING_TO_INIT.evaluate(net, 0));
    assertEquals(0, FlipMetrics.PATTERN_STABLE_SINCE.evaluate(net, 0));
    net.setWeights(0, table("s6_net.csv", false));
    net.setWeights(1, table("s6_net.csv", true));
    net.countStep();
    net.observe(true);
    assertEquals(
        golden("distinct_neuron_patterns"), PatternMetrics.DISTINCT_UNIT_PATTERNS.evaluate(net, 0));
    assertEquals(
        golden("distinct_example_patterns"),
        PatternMetrics.DISTINCT_SAMPLE_PATTERNS.evaluate(net, 0));
    assertEquals(golden("hamming_to_init"), FlipMetrics.HAMMING_TO_INIT.evaluate(net, 0));
    assertEquals(
        golden("hamming_to_init_fraction"), FlipMetrics.HAMMING_TO_INIT.evaluate(net, 0) / 48);
    assertEquals(golden("active_fraction"), PatternMetrics.ACTIVE_FRACTION.evaluate(net, 0));
    assertEquals(golden("dead_neurons"), PatternMetrics.DEAD_UNITS.evaluate(net, 0));
    assertEquals(golden("always_on_neurons"), PatternMetrics.LINEAR_UNITS.evaluate(net, 0));
    assertEquals(golden("loss_half_mean"), net.loss(), 1e-12);
    assertEquals(
        Math.log(8), PatternMetrics.PATTERN_ENTROPY.evaluate(net, 0), 1e-15, "8 distinct of 8");
    assertEquals(1, FlipMetrics.PATTERN_STABLE_SINCE.evaluate(net, 0));
    assertEquals(0, FlipMetrics.BOUNDARY_ENTRIES.evaluate(net, 0));
    assertEquals(0, FlipMetrics.BOUNDARY_FLIPS.evaluate(net, 0));
    ActivationPattern pattern = new ActivationPattern(6, 8, net.pattern(0).current());
    String hex = String.join("\n", lines("s6_golden.json"));
    for (int unit = 0; unit < 6; unit++) {
      assertTrue(hex.contains("\"" + pattern.hex(unit) + "\""), pattern.hex(unit));
    }
  }

  /** Writes random bits, with rows and columns repeated so that there are few distinct ones. */
  private static void write(PatternHistory pattern, boolean[][] on, SplittableRandom random) {
    Arrays.fill(pattern.next(), 0);
    int perUnit = ActivationPattern.wordsPerUnit(pattern.samples());
    int unitKinds = 1 + random.nextInt(on.length);
    int sampleKinds = 1 + random.nextInt(on[0].length);
    for (int unit = 0; unit < on.length; unit++) {
      for (int sample = 0; sample < on[0].length; sample++) {
        long entry = unit % unitKinds * 1000L + sample % sampleKinds;
        on[unit][sample] = new SplittableRandom(entry).nextInt(3) == 0;
        if (on[unit][sample]) {
          pattern.next()[unit * perUnit + sample / 64] |= 1L << sample % 64;
        }
      }
    }
  }

  private static Map<String, Integer> samplePatterns(boolean[][] on) {
    Map<String, Integer> counts = new HashMap<>();
    for (int sample = 0; sample < on[0].length; sample++) {
      StringBuilder units = new StringBuilder();
      for (boolean[] unit : on) {
        units.append(unit[sample] ? '1' : '0');
      }
      counts.merge(units.toString(), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void randomPatterns_agreeWithSetsOfStrings() {
    SplittableRandom random = new SplittableRandom(81);
    int[][] shapes = {{1, 1}, {3, 64}, {64, 3}, {65, 130}, {200, 7}, {7, 200}, {128, 128}};
    for (int[] shape : shapes) {
      PatternHistory one = new PatternHistory(shape[0], shape[1]);
      PatternHistory two = new PatternHistory(shape[1], shape[1]);
      PatternObservation observation = new PatternObservation(one, two);
      boolean[][] on = new boolean[shape[0]][shape[1]];
      boolean[][] other = new boolean[shape[1]][shape[1]];
      boolean[][] first = null;
      boolean[][] before = null;
      long stableSince = 0;
      for (int record = 0; record < 12; record++) {
        if (record % 3 == 2) {
          System.arraycopy(one.current(), 0, one.next(), 0, one.current().length);
        } else {
          write(one, on, random);
        }
        write(two, other, random);
        observation.next(false);
        Map<String, Integer> patterns = samplePatterns(on);
        double entropy = 0;
        for (int count : patterns.values()) {
          double p = (double) count / shape[1];
          entropy -= p * Math.log(p);
        }
        assertEquals(
            patterns.size(), PatternMetrics.DISTINCT_SAMPLE_PATTERNS.evaluate(observation, 0));
        assertEquals(entropy, PatternMetrics.PATTERN_ENTROPY.evaluate(observation, 0), 1e-12);
        assertEquals(
            samplePatterns(other).size(),
            PatternMetrics.DISTINCT_SAMPLE_PATTERNS.evaluate(observation, 1));
        long distinctUnits = Arrays.stream(on).map(Arrays::toString).distinct().count();
        assertEquals(distinctUnits, PatternMetrics.DISTINCT_UNIT_PATTERNS.evaluate(observation, 0));
        first = record == 0 ? copy(on) : first;
        assertEquals(distance(first, on), FlipMetrics.HAMMING_TO_INIT.evaluate(observation, 0));
        if (record > 0) {
          double flips =
              FlipMetrics.ACTIVATIONS.evaluate(observation, 0)
                  + FlipMetrics.REACTIVATIONS.evaluate(observation, 0)
                  + FlipMetrics.DEACTIVATIONS.evaluate(observation, 0);
          assertEquals(distance(before, on), flips, "flips are the distance to the record before");
          assertEquals(flips, one.flipCount());
          stableSince = flips > 0 ? record : stableSince;
        }
        assertEquals(stableSince, FlipMetrics.PATTERN_STABLE_SINCE.evaluate(observation, 0));
        assertTrue(Absent.is(FlipMetrics.BOUNDARY_ENTRIES.evaluate(observation, 0)));
        assertTrue(Absent.is(FlipMetrics.BOUNDARY_FLIPS.evaluate(observation, 0)));
        before = copy(on);
      }
      assertEquals(24, observation.computed, "each shared result once per record");
    }
  }

  private static boolean[][] copy(boolean[][] on) {
    return Arrays.stream(on).map(boolean[]::clone).toArray(boolean[][]::new);
  }

  private static int distance(boolean[][] a, boolean[][] b) {
    int sum = 0;
    for (int j = 0; j < a.length; j++) {
      for (int i = 0; i < a[j].length; i++) {
        sum += a[j][i] != b[j][i] ? 1 : 0;
      }
    }
    return sum;
  }

  @Test
  void boundaryEntriesAndFlips_areThoseMarkedThatExist() {
    SplittableRandom random = new SplittableRandom(82);
    int units = 5;
    int samples = 70;
    long[] possible = new long[10];
    for (int k = 0; k < 10; k++) {
      possible[k] = random.nextLong() & (k % 2 == 1 ? (1L << 6) - 1 : -1);
    }
    PatternHistory pattern = new PatternHistory(units, samples, possible);
    PatternObservation observation = new PatternObservation(pattern);
    long flipsSeen = 0;
    for (int record = 0; record < 50; record++) {
      long[] before = pattern.current().clone();
      int entries = 0;
      int flips = 0;
      for (int k = 0; k < 10; k++) {
        long boundary = random.nextLong() & random.nextLong();
        observation.boundaryWords(0)[k] = boundary;
        pattern.next()[k] = random.nextLong() & possible[k];
        entries += Long.bitCount(boundary & possible[k]);
        flips += Long.bitCount((pattern.next()[k] ^ before[k]) & boundary);
      }
      observation.next(true);
      assertEquals(entries, FlipMetrics.BOUNDARY_ENTRIES.evaluate(observation, 0));
      assertEquals(record == 0 ? 0 : flips, FlipMetrics.BOUNDARY_FLIPS.evaluate(observation, 0));
      flipsSeen += flips;
    }
    assertTrue(flipsSeen > 100);
    observation.next(false);
    assertTrue(Absent.is(FlipMetrics.BOUNDARY_ENTRIES.evaluate(observation, 0)));
  }

  @Test
  void activeFraction_countsEntriesThatExist() {
    PatternHistory pattern = new PatternHistory(2, 4, new long[] {0b0011, 0b0111});
    PatternObservation observation = new PatternObservation(pattern);
    pattern.next()[0] = 0b0011;
    pattern.next()[1] = 0b0010;
    observation.next(false);
    assertEquals(3.0 / 5, PatternMetrics.ACTIVE_FRACTION.evaluate(observation, 0));
    assertEquals(1, PatternMetrics.LINEAR_UNITS.evaluate(observation, 0));
    PatternHistory nothing = new PatternHistory(1, 4, new long[1]);
    PatternObservation empty = new PatternObservation(nothing);
    empty.next(false);
    assertTrue(Absent.is(PatternMetrics.ACTIVE_FRACTION.evaluate(empty, 0)));
    assertEquals(
        0, PatternMetrics.DEAD_UNITS.evaluate(empty, 0), "a unit that does not exist is not dead");
  }

  @Test
  void groupedUnits_areDeadButNeverLinear() {
    PatternHistory pattern = new PatternHistory(2, 3, null, true);
    PatternObservation observation = new PatternObservation(pattern);
    pattern.next()[0] = 0b111;
    observation.next(false);
    assertTrue(Absent.is(PatternMetrics.LINEAR_UNITS.evaluate(observation, 0)));
    assertTrue(!pattern.isLinear(0) && pattern.linearUnits() == 0 && pattern.isGrouped());
    assertEquals(1, PatternMetrics.DEAD_UNITS.evaluate(observation, 0));
  }

  @Test
  void stepsThatWereNeverTold_leaveStabilityAbsent() {
    PatternHistory pattern = new PatternHistory(1, 1);
    PatternObservation observation = new PatternObservation(pattern);
    pattern.advance(0);
    assertTrue(Absent.is(FlipMetrics.PATTERN_STABLE_SINCE.evaluate(observation, 0)));
  }

  @Test
  void statistics_allocateNothingAfterTheFirstCall() {
    PatternHistory pattern = new PatternHistory(100, 200);
    PatternObservation observation = new PatternObservation(pattern);
    List<Metric> metrics = Metrics.patternStatistics();
    SamplePatterns samples = new SamplePatterns();
    UnitPatterns units = new UnitPatterns();
    SplittableRandom random = new SplittableRandom(83);
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    long spent = Long.MAX_VALUE;
    double sum = 0;
    for (int record = 0; record < 300; record++) {
      for (int k = 0; k < pattern.next().length; k++) {
        pattern.next()[k] =
            random.nextLong() & (k % 4 == 3 ? ActivationPattern.lastWordMask(200) : -1L);
      }
      observation.next(true);
      sum += metrics.get(4).evaluate(observation, 0) + metrics.get(5).evaluate(observation, 0);
      long before = threads.getThreadAllocatedBytes(id);
      samples.compute(observation);
      units.compute(observation);
      sum += samples.rows(0).entropy() + units.rows(0).groups();
      for (int m = 0; m < 4; m++) {
        sum += metrics.get(m).evaluate(observation, 0);
      }
      spent = Math.min(spent, threads.getThreadAllocatedBytes(id) - before);
    }
    assertEquals(0, spent, "bytes allocated, sum " + sum);
  }

  @Test
  void cadences_growWithTheWork() {
    Dimensions small = new Dimensions(40, 2, 1, 241, 60, 2, 60);
    Dimensions large = new Dimensions(10_000, 784, 10, 814_090, 1024, 784, 1024);
    for (Metric metric : Metrics.patternStatistics()) {
      assertEquals(1, metric.cadence(small).records(), metric.id());
      assertEquals(Metric.Scope.LAYER, metric.scope());
    }
    assertEquals(50, FlipMetrics.HAMMING_TO_INIT.cadence(large).records());
    assertEquals(250, PatternMetrics.DISTINCT_UNIT_PATTERNS.cadence(large).records());
    assertEquals(1000, PatternMetrics.PATTERN_ENTROPY.cadence(large).records());
    assertEquals(1, FlipMetrics.PATTERN_STABLE_SINCE.cadence(large).records());
  }

  @Test
  void wasOn_doesNotChangeWhatIsFirst() {
    PatternHistory pattern = new PatternHistory(1, 2);
    pattern.wasOn(0, 1);
    pattern.next()[0] = 1;
    pattern.advance(0);
    assertEquals(1, pattern.first()[0]);
    pattern.next()[0] = 3;
    pattern.advance(0);
    assertEquals(1, pattern.flipCount(FlipKind.REACTIVATION));
    assertEquals(1, pattern.first()[0]);
  }
}
