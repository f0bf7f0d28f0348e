package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.PatternHistory;

/**
 * What the activation pattern of one record says, and the pieces of the function that go with it.
 */
final class PatternMetrics {

  /**
   * Share of the entries (unit, sample) that are on, between 0 and 1; masked entries do not count.
   * Absent if there is no entry.
   */
  public static final Metric ACTIVE_FRACTION =
      Metric.perLayer("activeFraction")
          .ofPattern()
          .definition(
              Definition.formula(
                      "share of the entries (unit, sample) with z > 0; masked entries do not count")
                  .applies("some entry, none of them NaN")
                  .expect("about a half at a symmetric start; falls as units specialise")
                  .title("share of entries that are on")
                  .group(Definition.UNITS)
                  .chart("Share of entries that are on"))
          .absent(Absences::pattern)
          .value(PatternMetrics::activeFraction);

  /** Number of units that are off for every sample of the probe. */
  public static final Metric DEAD_UNITS =
      Metric.perLayer("deadUnits")
          .ofPattern()
          .definition(
              Definition.formula("units that are off for every sample")
                  .applies("no entry is NaN")
                  .expect(
                      "a growing number wastes capacity; from a large step or a bias far below 0")
                  .title("dead units")
                  .unit("units")
                  .group(Definition.UNITS)
                  .chart("Units"))
          .value((observation, layer) -> observation.pattern(layer).deadUnits());

  /**
   * Number of units that are on for every sample of the probe; absent where a unit stands for
   * several entries of the layer's output.
   */
  public static final Metric LINEAR_UNITS =
      Metric.perLayer("linearUnits")
          .ofPattern()
          .definition(
              Definition.formula("units that are on for every sample")
                  .applies("units that are one entry of the output each, no entry is NaN")
                  .expect(
                      "units that only add a linear map; a network of them alone is linear on the"
                          + " probe")
                  .title("linear units")
                  .unit("units")
                  .group(Definition.UNITS)
                  .chart("Units"))
          .absent(Absences::linearUnits)
          .value(PatternMetrics::linearUnits);

  /**
   * Number of entries (unit, sample) that are not a number; they are neither on nor off, and keep
   * the bit they had.
   */
  public static final Metric NAN_ENTRIES =
      Metric.perLayer("nanEntries")
          .definition(
              Definition.formula(
                      "entries whose pre-activation is not a number: neither on nor off, they keep"
                          + " the bit they had")
                  .applies("always")
                  .expect("0; anything else means that training has diverged")
                  .title("entries that are not numbers")
                  .unit("entries")
                  .withoutChart())
          .value((observation, layer) -> observation.pattern(layer).nanEntries());

  /**
   * Number of distinct activation patterns over the units of a layer: how many different sets of
   * samples switch units on. Between 1 and the number of units. Counted exactly, not by hashes
   * alone.
   *
   * <p>Cost O(units x samples / 64).
   */
  public static final Metric DISTINCT_UNIT_PATTERNS =
      Metric.perLayer("distinctUnitPatterns")
          .ofPattern()
          .definition(
              Definition.formula("different sets of samples that switch units on, counted exactly")
                  .applies("no entry is NaN")
                  .expect("falls from a small start: units become alike")
                  .title("distinct patterns of units")
                  .unit("patterns")
                  .group(Definition.UNITS)
                  .chart("Distinct patterns"))
          .cadence(
              dimensions ->
                  Cadence.ofWork((double) dimensions.samples() * dimensions.trackedUnits() / 16))
          .value(
              (observation, layer) ->
                  observation.shared(UnitPatterns.class, UnitPatterns::new).rows(layer).groups());

  /**
   * Number of distinct activation patterns over the samples of the probe: how many different sets
   * of units of the layer are on. Between 1 and the number of samples. Entries that do not exist
   * are off. Counted exactly, not by hashes alone.
   *
   * <p>Cost O(units x samples / 10) for the transposed pattern, shared with {@link
   * #PATTERN_ENTROPY}.
   */
  public static final Metric DISTINCT_SAMPLE_PATTERNS =
      Metric.perLayer("distinctSamplePatterns")
          .ofPattern()
          .definition(
              Definition.formula("different sets of units that samples switch on, counted exactly")
                  .applies("no entry is NaN")
                  .expect(
                      "number of linear pieces that the samples lie on; few after training from a"
                          + " small start")
                  .title("distinct patterns of samples")
                  .unit("patterns")
                  .group(Definition.UNITS)
                  .chart("Distinct patterns"))
          .cadence(SamplePatterns::cadence)
          .price(SamplePatterns::price)
          .value((observation, layer) -> SamplePatterns.of(observation).rows(layer).groups());

  /**
   * Entropy, in nats, of the activation pattern of a sample drawn uniformly from the probe: {@code
   * - sum over distinct patterns c of p_c ln p_c}, {@code p_c} being the share of the samples whose
   * set of active units of the layer is {@code c}. 0 if all samples have the same pattern, {@code
   * ln n} if all n are different. It is that of the n samples, no estimate for a distribution
   * behind them.
   *
   * <p>Cost as {@link #DISTINCT_SAMPLE_PATTERNS}, with which it shares all work.
   */
  public static final Metric PATTERN_ENTROPY =
      Metric.perLayer("patternEntropy")
          .ofPattern()
          .definition(
              Definition.formula(
                      "- sum p_c ln p_c over the distinct sample patterns, p_c their shares of the"
                          + " samples")
                  .applies("no entry is NaN")
                  .expect(
                      "falls as samples share pieces; ln n means that every sample has a piece of"
                          + " its own")
                  .title("entropy of the patterns")
                  .unit("nats")
                  .group(Definition.UNITS)
                  .chart("Entropy of the patterns"))
          .cadence(SamplePatterns::cadence)
          .price(SamplePatterns::price)
          .value((observation, layer) -> SamplePatterns.of(observation).rows(layer).entropy());

  /**
   * Number of linear regions of the network on the segment from the first to the second sample of
   * the probe, see {@link io.github.implicitbias.core.catalogue.SegmentRegions}. For stacks.
   */
  public static final Metric REGIONS_ON_SEGMENT =
      Metric.ofNetwork("regionsOnSegment")
          .definition(
              Definition.formula(
                      "1 + number of points at which a unit of the stack switches, on the segment"
                          + " from the first to the second sample")
                  .parameters("all")
                  .applies("stack, two samples")
                  .source("Hanin and Rolnick 2019*")
                  .expect("falls: simpler functions from smaller starts")
                  .title("linear regions between two samples")
                  .unit("regions")
                  .group(Definition.KERNEL)
                  .chart("Linear regions between two samples"))
          .absent(Absences::segment)
          .cadence(PatternMetrics::switchCadence)
          .price(PatternMetrics::switchPrice)
          .value(PatternMetrics::regionsOnSegment);

  private PatternMetrics() {}

  /**
   * Returns the cadence of what sends a sample forward for every unit that switches, in networks of
   * several layers more than once.
   */
  private static Cadence switchCadence(Dimensions d) {
    return Cadence.ofDearWork(2.0 * d.trackedUnits() * d.parameters(), d);
  }

  private static Price switchPrice(Dimensions d, NetworkView network) {
    double weights = Price.weights(network);
    return network.isStack()
        ? Price.ofWeights(network)
            .and(Price.of("switches on a segment", d.trackedUnits() * weights, 0))
        : Price.FREE;
  }

  private static double activeFraction(Observation observation, int layer) {
    PatternHistory pattern = observation.pattern(layer);
    long entries = pattern.possibleEntries();
    return entries == 0 ? Absent.VALUE : (double) pattern.activeEntries() / entries;
  }

  private static double linearUnits(Observation observation, int layer) {
    PatternHistory pattern = observation.pattern(layer);
    return pattern.isGrouped() ? Absent.VALUE : pattern.linearUnits();
  }

  private static double regionsOnSegment(Observation observation, int layer) {
    Stack stack = observation.stack();
    return stack == null || stack.samples() < 2
        ? Absent.VALUE
        : observation.shared(Regions.class, Regions::new).regions.count(stack);
  }

  /** Keeps the arrays from one observation to the next. */
  private static final class Regions implements Shared {
    final SegmentRegions regions = new SegmentRegions();

    @Override
    public void compute(Observation observation) {}
  }
}
