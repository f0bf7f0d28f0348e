package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a run records of support vectors, in the order of the columns. */
public final class SupportMetrics {

  /**
   * Operations that recording one number per sample is worth, its share of the storage included.
   */
  private static final double PER_SAMPLE = 200;

  /**
   * 1 while span coefficients are added up along the training, 0 if they are found by least
   * squares, absent if they are not found; see {@link SpanCoefficients}.
   *
   * <p>Asked at every record, it is also what takes the accumulation from step to step.
   */
  public static final Metric SPAN_ACCUMULATED =
      Metric.ofNetwork("spanAccumulated")
          .definition(
              Definition.formula(
                      "1 if the span coefficients are accumulated step by step, 0 if by least"
                          + " squares")
                  .applies("see docs/support-vectors.md")
                  .expect("constant but for a change to 0 when the coefficients are given up")
                  .title("span coefficients accumulated")
                  .withoutChart())
          .absent(SupportMetrics::whyNoSpan)
          .needs(SpanCoefficients.NEEDS)
          .value(SupportMetrics::spanAccumulated);

  /**
   * ||dW - B X|| / ||dW|| of the first layer: how much of the change of its weights since the first
   * record the span coefficients leave unexplained; absent at the first record.
   */
  public static final Metric SPAN_RESIDUAL =
      Metric.ofNetwork("spanResidual")
          .definition(
              Definition.formula(
                      "norm(dW - B X) / norm(dW), Frobenius, B the span coefficients, W the first"
                          + " layer")
                  .applies("see docs/support-vectors.md")
                  .expect(
                      "rounding under gradient descent; large under Adam, weight decay or noise")
                  .title("residual of the span coefficients")
                  .withoutChart())
          .absent(SupportMetrics::whyNoResidual)
          .needs(SpanCoefficients.NEEDS)
          .cadence(dimensions -> Cadence.ofWork(SpanCoefficients.leastSquaresWork(dimensions)))
          .value(
              (observation, layer) ->
                  observation.shared(SpanCoefficients.class, SpanCoefficients::new).residual());

  /**
   * 1 if the samples are linearly independent, so that no other span coefficients give the same
   * weights, 0 if they are not; at the first record and the last.
   */
  public static final Metric SPAN_UNIQUE =
      Metric.ofNetwork("spanUnique")
          .definition(
              Definition.formula("1 if rank(X) = n, so that B is the only one")
                  .applies("see docs/support-vectors.md")
                  .expect("constant; 0 as soon as there are more samples than inputs")
                  .title("span coefficients unique")
                  .withoutChart())
          .absent(SupportMetrics::whyNoSpan)
          .needs(SpanCoefficients.NEEDS)
          .cadence(dimensions -> Cadence.onDemand())
          .value(
              (observation, layer) ->
                  observation.shared(SpanCoefficients.class, SpanCoefficients::new).uniqueness());

  /**
   * Number of samples in the margin support: those with a multiplier above 10^-6 of the largest,
   * see {@link MarginSupport}.
   */
  public static final Metric SUPPORT_VECTORS =
      Metric.ofNetwork("supportVectors")
          .definition(
              Definition.formula("samples with a multiplier lambda_i > 1e-6 max lambda")
                  .applies("see docs/support-vectors.md")
                  .expect("all samples in high dimension, a handful in low")
                  .title("support vectors of the margin")
                  .unit("samples")
                  .group(Definition.MARGIN)
                  .chart("Support vectors of the margin"))
          .absent(SupportMetrics::whyNoSupport)
          .needs(MarginSupport.NEEDS)
          .cadence(SupportMetrics::marginCadence)
          .value(
              (observation, layer) ->
                  observation.shared(MarginSupport.class, MarginSupport::new).supportVectors());

  /**
   * By how much the multipliers of the margin support miss the conditions for an optimum, see
   * {@link MarginSupport#residual}.
   */
  public static final Metric MARGIN_SUPPORT_RESIDUAL =
      Metric.ofNetwork("marginSupportResidual")
          .definition(
              Definition.formula(
                      "the most by which some <grad q_c, phi> is below 1, or is not 1 where the"
                          + " multiplier is positive")
                  .applies("see docs/support-vectors.md")
                  .expect("below 1e-6; more says that the multipliers are not to be trusted")
                  .title("residual of the margin support")
                  .withoutChart())
          .absent(SupportMetrics::whyNoSupport)
          .needs(MarginSupport.NEEDS)
          .cadence(SupportMetrics::marginCadence)
          .value(
              (observation, layer) ->
                  observation.shared(MarginSupport.class, MarginSupport::new).residual());

  /**
   * How much of theta the multipliers of the margin support explain: at least the square of this
   * share of the square of its length, see {@link MarginSupport#efficiency}.
   */
  public static final Metric MARGIN_EFFICIENCY =
      Metric.ofNetwork("marginEfficiency")
          .definition(
              Definition.formula(
                      "q_min norm(phi) / norm(theta), q_min the smallest <grad q_c, theta> and phi"
                          + " the shortest vector with all <grad q_c, phi> >= 1; the multipliers"
                          + " explain at least its square of norm(theta)^2, see [support"
                          + " vectors](support-vectors.md)")
                  .parameters("theta")
                  .applies("as the margin support, all margins positive")
                  .source("derived; setting of Lyu and Li 2020*, arXiv:2210.07082*")
                  .expect(
                      "at most 1; goes to 1 where training converges in direction to a max-margin"
                          + " solution")
                  .title("margin efficiency")
                  .group(Definition.MARGIN)
                  .chart("Margin efficiency"))
          .absent(SupportMetrics::whyNoEfficiency)
          .needs(MarginSupport.NEEDS)
          .cadence(SupportMetrics::marginCadence)
          .value(
              (observation, layer) ->
                  observation.shared(MarginSupport.class, MarginSupport::new).efficiency());

  /**
   * 1 if the multipliers of the margin support are the only ones, 0 if others give the same
   * separator, see {@link MarginSupport#isUnique}.
   */
  public static final Metric MARGIN_UNIQUE =
      Metric.ofNetwork("marginUnique")
          .definition(
              Definition.formula(
                      "1 if the smallest eigenvalue of the products of gradients of tight"
                          + " constraints is above 1e-9 of the largest; 0 if not: tied, other"
                          + " multipliers are possible, the tight samples are not")
                  .applies("see docs/support-vectors.md")
                  .expect("0 with copies of samples, or more tight constraints than parameters")
                  .title("multipliers of the margin unique")
                  .withoutChart())
          .absent(SupportMetrics::whyNoSupport)
          .needs(MarginSupport.NEEDS)
          .cadence(SupportMetrics::marginCadence)
          .value(
              (observation, layer) ->
                  observation.shared(MarginSupport.class, MarginSupport::new).isUnique());

  /**
   * min over lambda &gt;= 0 of norm(theta - sum lambda_c grad q_c) / norm(theta), for experiments
   * on the statement of arXiv 2210.07082, in no preset: see {@link MarginSupport#kktResidual} for
   * what it does not say, and {@link #MARGIN_EFFICIENCY} for what does.
   */
  public static final Metric KKT_RESIDUAL =
      Metric.ofNetwork("kktResidual")
          .definition(
              Definition.formula(
                      "min over lambda >= 0 of norm(theta - sum lambda_c grad q_c) / norm(theta)")
                  .parameters("theta")
                  .applies("as the margin support")
                  .source("Lyu and Li 2020*, arXiv:2210.07082*")
                  .expect(
                      "goes to 0 where training converges in direction to a max-margin solution;"
                          + " with as many samples as parameters it is 0 nearly everywhere")
                  .title("KKT residual")
                  .group(Definition.MARGIN)
                  .chart("Distance from the max-margin conditions"))
          .absent(SupportMetrics::whyNoSupport)
          .needs(MarginSupport.NEEDS)
          .cadence(SupportMetrics::marginCadence)
          .value(
              (observation, layer) ->
                  observation.shared(MarginSupport.class, MarginSupport::new).kktResidual());

  /**
   * Span coefficients of the first layer, one number per sample: beta itself for a single unit,
   * else the Euclidean norm over units; see {@link SpanCoefficients}.
   */
  public static final SampleMetric SPAN_COEFFICIENTS =
      Metric.ofNetwork("spanCoefficients")
          .definition(
              Definition.formula(
                      "beta with W_t - W_0 = B X, B = (beta_1, ..., beta_n): beta_i of one unit,"
                          + " the Euclidean norm of beta_i over units otherwise")
                  .applies("see docs/support-vectors.md")
                  .expect("large for the samples that have moved the first layer most")
                  .title("span coefficient")
                  .withoutChart())
          .needs(SpanCoefficients.NEEDS)
          .cadence(SupportMetrics::cadenceOfSpanCoefficients)
          .absent(SupportMetrics::whyNoSpan)
          .perSample(
              (observation, layer, into) ->
                  observation
                      .shared(SpanCoefficients.class, SpanCoefficients::new)
                      .perSample(into));

  /**
   * 1 for the samples that are extreme rays of the cone of the inputs, 0 for the others; recorded
   * once, at the first record; see {@link ConeSupport}.
   */
  public static final SampleMetric CONE_SUPPORT =
      Metric.ofNetwork("coneSupport")
          .definition(
              Definition.formula(
                      "1 for the samples that are extreme rays of the cone of the data, 0 for the"
                          + " others")
                  .applies("see docs/support-vectors.md")
                  .expect("constant: a property of the data")
                  .title("extreme ray of the cone")
                  .withoutChart())
          .needs(ConeOfProbe.NEEDS)
          .cadence(dimensions -> Cadence.onDemand())
          .absent(SupportMetrics::whyNoCone)
          .perSample(SupportMetrics::coneSupport);

  /** The multiplier of each sample, summed over its constraints; see {@link MarginSupport}. */
  public static final SampleMetric MARGIN_SUPPORT =
      Metric.ofNetwork("marginSupport")
          .definition(
              Definition.formula(
                      "lambda_i >= 0 of phi = sum lambda_c grad q_c, the shortest vector with all"
                          + " <grad q_c, phi> >= 1, summed over the constraints of a sample; the"
                          + " shortest lambda if there are several")
                  .applies("see docs/support-vectors.md")
                  .expect("goes to 0 for samples that do not carry the margin")
                  .title("multiplier of the margin")
                  .withoutChart())
          .needs(MarginSupport.NEEDS)
          .cadence(SupportMetrics::marginCadence)
          .absent(SupportMetrics::whyNoSupport)
          .perSample(SupportMetrics::marginSupport);

  /**
   * 1 for the samples tied at the smallest margin, q_i - q_min &lt;= 0.01 |q_min|, 0 for the
   * others; with several outputs q_i is the smallest of the sample's margins.
   */
  public static final SampleMetric TIED_MARGIN =
      Metric.ofNetwork("tiedMargin")
          .definition(
              Definition.formula(
                      "1 for the samples with q_i - q_min at most 0.01 abs(q_min), 0 for the"
                          + " others")
                  .applies("see docs/support-vectors.md")
                  .expect("more and more samples are tied as the margins become equal")
                  .title("tied at the smallest margin")
                  .withoutChart())
          .needs(MarginSupport.NEEDS)
          .cadence(SupportMetrics::marginCadence)
          .absent(SupportMetrics::whyNoSupport)
          .perSample(SupportMetrics::tiedMargin);

  /**
   * 1 for the samples of tight constraints, &lt;grad q_c, phi&gt; = 1 up to 10^-6, 0 for the
   * others: those that can have a multiplier, whichever multipliers are chosen.
   */
  public static final SampleMetric MARGIN_TIGHT =
      Metric.ofNetwork("marginTight")
          .definition(
              Definition.formula(
                      "1 for the samples with some <grad q_c, phi> at most 1 + 1e-6, 0 for the"
                          + " others")
                  .applies("see docs/support-vectors.md")
                  .expect("all samples with a multiplier, and those that are tied with them")
                  .title("tight for the separator of the tangent kernel")
                  .withoutChart())
          .needs(MarginSupport.NEEDS)
          .cadence(SupportMetrics::marginCadence)
          .absent(SupportMetrics::whyNoSupport)
          .perSample(SupportMetrics::marginTight);

  private SupportMetrics() {}

  private static @Nullable String whyNoSpan(Observation observation, int layer) {
    return observation.shared(SpanCoefficients.class, SpanCoefficients::new).whyNone();
  }

  private static @Nullable String whyNoResidual(Observation observation, int layer) {
    return observation.shared(SpanCoefficients.class, SpanCoefficients::new).whyNoResidual();
  }

  private static @Nullable String whyNoEfficiency(Observation observation, int layer) {
    String none = whyNoSupport(observation, layer);
    return none != null ? none : "at step " + observation.step() + " not every margin is above 0";
  }

  private static @Nullable String whyNoSupport(Observation observation, int layer) {
    return observation.shared(MarginSupport.class, MarginSupport::new).whyNone();
  }

  private static @Nullable String whyNoCone(Observation observation, int layer) {
    return observation.shared(ConeOfProbe.class, ConeOfProbe::new).whyNone();
  }

  /** Returns the metrics: certificates and counts. */
  public static List<Metric> metrics() {
    return List.of(
        SPAN_ACCUMULATED,
        SPAN_RESIDUAL,
        SPAN_UNIQUE,
        SUPPORT_VECTORS,
        MARGIN_EFFICIENCY,
        MARGIN_UNIQUE,
        MARGIN_SUPPORT_RESIDUAL);
  }

  /** Returns what is recorded with one number per sample. */
  public static List<SampleMetric> sampleMetrics() {
    return List.of(SPAN_COEFFICIENTS, CONE_SUPPORT, MARGIN_SUPPORT, MARGIN_TIGHT, TIED_MARGIN);
  }

  static double withRecording(double operations, Dimensions dimensions) {
    return Math.max(operations, PER_SAMPLE * dimensions.samples());
  }

  static Cadence marginCadence(Dimensions dimensions) {
    double samples = dimensions.samples();
    double count = samples * Math.max(1, dimensions.outputs() - 1);
    double units = dimensions.trackedUnits() + dimensions.outputs();
    double aboveFirst =
        dimensions.parameters()
            - (double) dimensions.widestInputs() * (double) dimensions.widestUnits();
    double work =
        count * count * (units + count / 4)
            + samples * samples * units
            + 2 * count * Math.max(0, aboveFirst);
    return Cadence.ofWork(withRecording(work, dimensions));
  }

  private static double spanAccumulated(Observation observation, int layer) {
    SpanCoefficients span = observation.shared(SpanCoefficients.class, SpanCoefficients::new);
    return span.isAccumulated() ? 1 : span.whyNone() == null ? 0 : Absent.VALUE;
  }

  private static Cadence cadenceOfSpanCoefficients(Dimensions dimensions) {
    double entries = (double) dimensions.samples() * dimensions.widestUnits();
    double work =
        entries <= SpanCoefficients.MAX_ENTRIES
            ? 2 * entries
            : SpanCoefficients.leastSquaresWork(dimensions);
    return Cadence.ofWork(SupportMetrics.withRecording(work, dimensions));
  }

  private static boolean coneSupport(Observation observation, int layer, double[] into) {
    ConeOfProbe cone = observation.shared(ConeOfProbe.class, ConeOfProbe::new);
    if (!cone.isFirst() || cone.whyNone() != null || cone.support() == null) {
      return false;
    }
    for (int i = 0; i < observation.probe().samples(); i++) {
      into[i] = cone.support().contains(i) ? 1 : 0;
    }
    return true;
  }

  private static boolean marginSupport(Observation observation, int layer, double[] into) {
    MarginSupport support = observation.shared(MarginSupport.class, MarginSupport::new);
    double[] multipliers = support.multipliers();
    if (multipliers == null) {
      return false;
    }
    System.arraycopy(multipliers, 0, into, 0, multipliers.length);
    return true;
  }

  private static boolean marginTight(Observation observation, int layer, double[] into) {
    MarginSupport support = observation.shared(MarginSupport.class, MarginSupport::new);
    if (support.multipliers() == null) {
      return false;
    }
    for (int i = 0; i < into.length; i++) {
      into[i] = support.isTight(i) ? 1 : 0;
    }
    return true;
  }

  private static boolean tiedMargin(Observation observation, int layer, double[] into) {
    MarginSupport support = observation.shared(MarginSupport.class, MarginSupport::new);
    double[] margins = support.margins();
    if (margins == null) {
      return false;
    }
    for (int i = 0; i < margins.length; i++) {
      into[i] = support.isTied(i) ? 1 : 0;
    }
    return true;
  }
}
