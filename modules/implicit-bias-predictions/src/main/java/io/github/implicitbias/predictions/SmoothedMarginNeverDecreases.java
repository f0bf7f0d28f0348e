package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.LossGradient;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * With S the summed loss below log 2, k the degree of the network in theta and gamma = -log(e^S -
 * 1) / norm(theta)^k: along the flow gamma never falls, since the sum over the samples of phi(s) =
 * (1 - e^-s)(-log(e^s - 1)), which is concave on (0, log 2) and 0 at 0, is at least phi(S), and by
 * Cauchy-Schwarz.
 *
 * <p>In a step of length eta in which the loss falls, rho = (L - L') / (eta norm(g)^2) and R = eta
 * k (theta . -g) / norm(theta)^2: log gamma changes by at least log(1 + rho R) - (k/2) log(1 + 2R/k
 * + eta^2 norm(g)^2 / norm(theta)^2).
 */
final class SmoothedMarginNeverDecreases extends GradientStatement {

  /** S below this many rounding units per sample says nothing of its own change. */
  private static final double LEAST_LOSS = 1e3;

  private static final double TOLERANCE = 50;

  SmoothedMarginNeverDecreases() {
    super(
        "smoothedMarginNeverDecreases",
        Claim.that(
                "Once the summed loss is below log 2, the smoothed normalized margin falls in no"
                    + " step below what the length of the step explains.")
            .source(
                "along the flow arXiv:1906.05890, abstract; threshold, smoothed margin and the"
                    + " bound of a step derived")
            .requires(
                "a stack of ReLU, leaky or linear layers whose only biases are in the first layer;"
                    + " cross entropy after softmax or logistic loss of sure labels; no"
                    + " regularization; judged where the summed loss S is below log 2 and at least"
                    + " 1e3 u n, u the rounding unit; not applicable once the loss rises there"
                    + " (step too long)")
            .measures("change of log(gamma), gamma = -log(e^S - 1) / norm(theta)^k, in a step")
            .against(
                "log(1 + rho R) - (k/2) log(1 + 2 R/k + eta^2 norm(g)^2 / norm(theta)^2), rho = (L"
                    + " - L') / (eta norm(g)^2), R = eta k (theta . -g) / norm(theta)^2")
            .within("50 u (1 + n/S)")
            .advises(
                "Once the data is fitted, training on still widens the margins; if they shrink, "
                    + "steps are too long or the gradient is not that of the loss."));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    // Only every so many records need a gradient, see the check.
    return Cadence.everyRecord();
  }

  /** Returns at every how many records the gradient is worth its cost; 0 if at none. */
  static int records(Observation first) {
    long units = 0;
    for (int layer = 0; layer < first.layers(); layer++) {
      units += first.pattern(layer).units();
    }
    Dimensions sizes =
        new Dimensions(
            first.probe().samples(),
            first.probe().inputs(),
            first.network().outputs(),
            first.parameters().length(),
            units,
            1,
            1);
    return LossGradient.cadence(sizes).records();
  }

  @Override
  public Check start(Observation first) {
    Stack stack = first.stack();
    int degree = stack == null ? 0 : stack.homogeneousDegree();
    OutputLoss loss = OutputLoss.of(first);
    Conditions conditions =
        Conditions.ofGradientDescent(first)
            .require(
                stack != null,
                "a stack of dense layers with piecewise linear activations",
                first.whyNoStack())
            .require(
                stack == null || degree > 0,
                "the outputs are homogeneous of degree " + degree + " in what is trained",
                "the outputs are not homogeneous in what is trained: a layer above the first has"
                    + " biases")
            .require(
                loss != null && loss.isHard(),
                "a cross entropy after softmax or logistic, of sure labels",
                "the loss is not known to be a cross entropy after softmax, or of one logistic"
                    + " output, with one class per sample and no weights");
    if (stack == null) {
      return conditions.unmet();
    }
    double unit = ConflictingLabelsFloor.precision(first.network()).unit();
    int records = records(first);
    conditions.require(
        records > 0,
        "small enough for the gradient at every " + records + ". record",
        "too large for the gradient of the probe");
    return conditions.check(() -> new MarginCheck(degree, first.probe().samples(), unit, records));
  }

  /**
   * Compares two records that are one step apart. The gradient is asked for at the first of them
   * only, and as seldom as its cost demands.
   */
  static final class MarginCheck implements Check {
    private final int degree;
    private final int samples;
    private final double unit;
    private final int records;
    private long record;
    private long step = -1;
    private double loss = Absent.VALUE;
    private double rate = Absent.VALUE;
    private double squaredGradient = Absent.VALUE;
    private double pull = Absent.VALUE;
    private double squaredNorm = Absent.VALUE;
    private double measured = Absent.VALUE;
    private double bound = Absent.VALUE;
    private String shown = "";
    private @Nullable Verdict violation;

    MarginCheck(int degree, int samples, double unit, int records) {
      this.degree = degree;
      this.samples = samples;
      this.unit = unit;
      this.records = records;
    }

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      if (!Double.isFinite(observation.loss())) {
        return Verdict.notApplicable("the loss is not finite at step " + observation.step());
      }
      Verdict verdict = null;
      if (step >= 0 && observation.step() == step + 1 && observation.hasParameters()) {
        double norm = observation.parameters().norm();
        verdict = compare(observation.loss(), norm * norm, observation.step());
      }
      step = -1;
      if (record++ % records == 0 && observation.hasParameters()) {
        LossGradient gradient = LossGradient.of(observation);
        if (gradient == null) {
          return Verdict.notApplicable("the gradient is not known at step " + observation.step());
        }
        double norm = observation.parameters().norm();
        step = observation.step();
        loss = observation.loss();
        rate = observation.network().training().learningRate();
        squaredGradient = gradient.norm() * gradient.norm();
        pull = -gradient.timesParameters();
        squaredNorm = norm * norm;
      }
      return verdict != null ? verdict : Verdict.holds(measured, bound, shown);
    }

    /** Judges the step since the record before, null if there is nothing against it. */
    private @Nullable Verdict compare(double lossNow, double squaredNormNow, long now) {
      double before = samples * loss;
      if (!(before < Math.log(2)) || before < LEAST_LOSS * unit * samples) {
        return null;
      }
      if (!(rate > 0) || !(squaredGradient > 0)) {
        return null;
      }
      double rho = (loss - lossNow) / (rate * squaredGradient);
      if (!(rho >= 0)) {
        return Verdict.notApplicable(
            "step too long: the loss rose from "
                + Conditions.number(loss)
                + " to "
                + Conditions.number(lossNow)
                + " at step "
                + now
                + ", rho is "
                + Conditions.number(rho));
      }
      measured = change(samples * loss, squaredNorm, samples * lossNow, squaredNormNow, degree);
      bound = bound(degree, rate, rho, pull, squaredGradient, squaredNorm);
      // Texts are not made at every record.
      shown = shown.isEmpty() ? "rho was " + Conditions.number(rho) + " at step " + now : shown;
      double allowed = TOLERANCE * unit * (1 + samples / before);
      if (measured < bound - allowed) {
        violation =
            Verdict.violated(
                measured,
                bound,
                "the smoothed margin fell at step " + now + ", rho is " + Conditions.number(rho));
      }
      return violation;
    }

    /** Returns the change of log gamma. */
    static double change(
        double before, double squaredNorm, double after, double squaredNormAfter, int degree) {
      double logNorms = Math.log(squaredNormAfter / squaredNorm);
      return Math.log(smoothed(after) / smoothed(before)) - degree / 2.0 * logNorms;
    }

    /** Returns -log(e^S - 1) of the summed loss S. */
    static double smoothed(double summed) {
      return -Math.log(Math.expm1(summed));
    }

    static double bound(
        int degree,
        double rate,
        double rho,
        double pull,
        double squaredGradient,
        double squaredNorm) {
      double r = rate * degree * pull / squaredNorm;
      return Math.log1p(rho * r)
          - degree / 2.0 * Math.log1p(2 * r / degree + rate * rate * squaredGradient / squaredNorm);
    }
  }
}
