package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;

/** How activation patterns change from record to record, and what of them is uncertain. */
final class FlipMetrics {

  /** Number of bits that went from off to on for the first time since the record before. */
  public static final Metric ACTIVATIONS =
      Metric.perLayer("activations")
          .ofPattern()
          .definition(
              Definition.formula(
                      "entries that went from off to on for the first time since the record before")
                  .applies("no entry is NaN")
                  .expect("many in the first steps, then silence")
                  .title("activations")
                  .unit("flips")
                  .withoutChart())
          .value((observation, layer) -> observation.pattern(layer).flipCount(FlipKind.ACTIVATION));

  /** Number of bits that went from off to on again since the record before. */
  public static final Metric REACTIVATIONS =
      Metric.perLayer("reactivations")
          .ofPattern()
          .definition(
              Definition.formula("entries that went from off to on again")
                  .applies("no entry is NaN")
                  .expect("none on orthogonal inputs; a few on others; many point to a large step")
                  .title("reactivations")
                  .unit("flips")
                  .withoutChart())
          .value(
              (observation, layer) -> observation.pattern(layer).flipCount(FlipKind.REACTIVATION));

  /** Number of bits that went from on to off since the record before. */
  public static final Metric DEACTIVATIONS =
      Metric.perLayer("deactivations")
          .ofPattern()
          .definition(
              Definition.formula("entries that went from on to off")
                  .applies("no entry is NaN")
                  .expect("many in the first steps, then silence")
                  .title("deactivations")
                  .unit("flips")
                  .withoutChart())
          .value(
              (observation, layer) -> observation.pattern(layer).flipCount(FlipKind.DEACTIVATION));

  /**
   * Number of entries (unit, sample) whose bit differs from that at the first record. The distance
   * to the record before is the sum of {@link #ACTIVATIONS}, {@link #REACTIVATIONS} and {@link
   * #DEACTIVATIONS}, and has no metric of its own.
   *
   * <p>Cost O(units x samples / 64).
   */
  public static final Metric HAMMING_TO_INIT =
      Metric.perLayer("hammingToInit")
          .ofPattern()
          .definition(
              Definition.formula(
                      "entries whose bit differs from that at the first record; the distance to the"
                          + " record before is the sum of the three counts of flips")
                  .applies("no entry is NaN")
                  .source("Chizat et al. 2019*")
                  .expect("near 0 in the lazy regime, a large share of all entries in the rich one")
                  .title("bits that differ from the first record")
                  .unit("bits")
                  .group(Definition.UNITS)
                  .chart("Bits that differ from the first record"))
          .cadence(
              dimensions ->
                  Cadence.ofWork((double) dimensions.samples() * dimensions.trackedUnits() / 64))
          .value(FlipMetrics::hammingToInit);

  /**
   * Step of the last record with a flip: since then the pattern of the layer has not changed at any
   * record. The step of the first record if no bit has flipped; absent if steps are not known.
   */
  public static final Metric PATTERN_STABLE_SINCE =
      Metric.perLayer("patternStableSince")
          .ofPattern()
          .definition(
              Definition.formula(
                      "step of the last record with a flip, that of the first record if there was"
                          + " none")
                  .applies("no entry is NaN")
                  .expect("the step from which on the network is one fixed linear map per sample")
                  .title("pattern stable since")
                  .unit("steps")
                  .withoutChart())
          .value(FlipMetrics::patternStableSince);

  /**
   * Number of entries (unit, sample) on the boundary, where the pre-activation is 0 within
   * rounding, so that the bit says nothing. Absent where pre-activations were not computed.
   */
  public static final Metric BOUNDARY_ENTRIES =
      Metric.perLayer("boundaryEntries")
          .ofPattern()
          .definition(
              Definition.formula(
                      "entries with abs(z) <= 8 eps norm(w) norm(x): their bit says nothing")
                  .applies("pre-activations known, no entry is NaN")
                  .expect("0, but for units that are exactly 0 or samples of zeros")
                  .title("entries on the boundary")
                  .unit("entries")
                  .withoutChart())
          .needs(Needs.BOUNDARY)
          .absent(Absences::boundary)
          .value(FlipMetrics::boundaryEntries);

  /**
   * Number of flips since the record before that ended at an entry on the boundary, where the
   * pre-activation is 0 within rounding: flips that may be noise. They are counted among the flips
   * of their kinds as well. Absent where pre-activations were not computed.
   */
  public static final Metric BOUNDARY_FLIPS =
      Metric.perLayer("boundaryFlips")
          .ofPattern()
          .definition(
              Definition.formula(
                      "flips since the record before that ended at a boundary entry; counted among"
                          + " the flips of their kinds, too")
                  .applies("pre-activations known, no entry is NaN")
                  .expect("0; flips counted here are rounding, not learning")
                  .title("flips on the boundary")
                  .unit("flips")
                  .withoutChart())
          .needs(Needs.BOUNDARY)
          .absent(Absences::boundary)
          .value(FlipMetrics::boundaryFlips);

  private FlipMetrics() {}

  private static double hammingToInit(Observation observation, int layer) {
    PatternHistory pattern = observation.pattern(layer);
    long[] now = pattern.current();
    return HammingDistance.between(now, pattern.first(), now.length);
  }

  private static double patternStableSince(Observation observation, int layer) {
    long step = observation.pattern(layer).stableSince();
    return step < 0 ? Absent.VALUE : step;
  }

  private static double boundaryEntries(Observation observation, int layer) {
    Boundary boundary = observation.boundary(layer);
    return boundary == null ? Absent.VALUE : boundary.entries();
  }

  private static double boundaryFlips(Observation observation, int layer) {
    Boundary boundary = observation.boundary(layer);
    return boundary == null ? Absent.VALUE : boundary.flips();
  }
}
