package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.core.norm.SingularValues;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where only a linear output layer is trained, the loss is convex in it, and its second derivative
 * is at most Lambda = c lambda_max(mean (h, 1)(h, 1)^T) + lambda: c bounds that of the loss by the
 * outputs, 1/2 for softmax, 1/4 for sigmoid, 2/outputs for the mean squared error.
 */
final class ConvexLossNeverRises extends StatedClaim implements Prediction {

  private static final double MOST_WORK = 5e8;
  private static final double SHARE = 0.002;

  ConvexLossNeverRises() {
    super(
        "convexLossNeverRises",
        Claim.that(
                "Where only the linear layer at the end is trained, no step of at most 2 / Lambda"
                    + " raises the loss, and each lowers it by at least eta (1 - eta Lambda / 2)"
                    + " norm(g)^2.")
            .source("derived")
            .requires(
                "nothing but the output layer is trained, on inputs that are a matrix; plain SGD;"
                    + " l2 may be; cross entropy after softmax or sigmoid, or squared error; eta at"
                    + " most 2 / Lambda, Lambda = c lambda_max(mean (h,1)(h,1)^T) + l2, c = 1/2,"
                    + " 1/4 and 2 / outputs; 4 n d min(n, d) up to 5e8")
            .measures("loss, lambda/2 times the squared weights added")
            .against("the loss of the record before - eta (1 - eta Lambda / 2) norm(g)^2 there")
            .within("20 u sqrt(n) L + 50 u mean norm(z)")
            .advises(
                "Training one layer is a convex problem: if the loss rises, the rate is above 2 "
                    + "/ Lambda or the gradient is wrong."));
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    double work = 2.0 * dimensions.samples() * dimensions.parameters();
    return Cadence.ofShare(work, SHARE, dimensions);
  }

  @Override
  public Price price(Dimensions dimensions, NetworkView network) {
    return Price.ofWeights(network);
  }

  @Override
  public Check start(Observation first) {
    NetworkView network = first.network();
    TrainingSetup training = network.training();
    OutputLoss loss = OutputLoss.of(first);
    WeightLayer last = network.layers() == 0 ? null : network.layer(network.layers() - 1);
    boolean alone = last != null && last.isOutput() && isOnlyTrained(first, last);
    // What the layer takes is much in large networks, so it is read only where it is needed.
    double[] h = last != null && alone ? last.inputActivations() : null;
    Conditions conditions =
        Conditions.ofFullBatch(first)
            .require(
                training.isPlainSgd() && training.hasOneLearningRate(),
                "trained by plain SGD with one learning rate",
                "not trained by plain SGD with one learning rate")
            .require(
                training.l2() >= 0,
                "no regularization but l2 of the weights",
                training.regularization().isEmpty()
                    ? "the regularization is not known"
                    : training.regularization())
            .require(
                h != null,
                "nothing but the output layer is trained",
                "not only the output layer is trained, or what it takes is not a matrix")
            .require(
                loss != null && (loss.kind() != OutputLoss.Kind.SQUARED || isLinear(last)),
                OutputLoss.MET,
                OutputLoss.NOT_MET);
    if (!conditions.areMet() || last == null || h == null || loss == null) {
      return conditions.check(
          () -> {
            throw new IllegalStateException("all conditions are met");
          });
    }
    double curvature = curvature(first, last, h, loss, conditions);
    if (conditions.areMet()) {
      conditions.atMost("learning rate", training.learningRate(), 2 / curvature);
    }
    return conditions.check(() -> new DescentCheck(first, last, curvature));
  }

  private static boolean isLinear(@Nullable WeightLayer last) {
    return last != null && last.negativeSlope() == 1;
  }

  private static boolean isOnlyTrained(Observation first, WeightLayer last) {
    if (!first.hasParameters() || !last.isTrained()) {
      return false;
    }
    // Also of what has no matrix of weights, such as a normalization.
    int own = last.units() * (last.inputs() + (last.hasBias() ? 1 : 0));
    return first.parameters().length() == own && othersAreFixed(first.network());
  }

  private static boolean othersAreFixed(NetworkView network) {
    for (int l = 0; l < network.layers() - 1; l++) {
      if (network.layer(l).isTrained()) {
        return false;
      }
    }
    return true;
  }

  /** Returns Lambda, NaN if it is not found. */
  private static double curvature(
      Observation first, WeightLayer last, double[] h, OutputLoss loss, Conditions conditions) {
    int n = first.probe().samples();
    int d = last.inputs();
    int width = d + (last.hasBias() ? 1 : 0);
    double work = 4.0 * n * width * Math.min(n, width);
    conditions.atMost("the work to find the largest curvature", work, MOST_WORK);
    if (!conditions.areMet()) {
      return Double.NaN;
    }
    double[] rows = new double[n * width];
    Arrays.fill(rows, 1);
    for (int i = 0; i < n; i++) {
      System.arraycopy(h, i * d, rows, i * width, d);
    }
    SingularValues values = SingularValues.of(rows, n, width);
    double largest = values == null ? Double.NaN : values.value(0);
    double c =
        loss.kind() == OutputLoss.Kind.SOFTMAX
            ? 0.5
            : loss.kind() == OutputLoss.Kind.SIGMOID ? 0.25 : loss.factor();
    return c * largest * largest / n + first.network().training().l2();
  }

  /** Compares the loss with what the record before leaves of it at most. */
  private static final class DescentCheck implements Check {
    private final int samples;
    private final double curvature;
    private final double unit;
    private final double[] row;
    private double most = Absent.VALUE;
    private double rate = Absent.VALUE;
    private long step = -1;
    private @Nullable Verdict violation;

    DescentCheck(Observation first, WeightLayer last, double curvature) {
      samples = first.probe().samples();
      this.curvature = curvature;
      unit = ConflictingLabelsFloor.precision(first.network()).unit();
      row = new double[last.inputs()];
    }

    @Override
    public Verdict judge(Observation observation) {
      if (violation != null) {
        return violation;
      }
      NetworkView network = observation.network();
      WeightLayer last = network.layer(network.layers() - 1);
      double[] h = last.inputActivations();
      double[] derivatives = network.lossDerivatives();
      if (h == null || derivatives == null) {
        return Verdict.notApplicable("the gradient is not known at step " + observation.step());
      }
      TrainingSetup training = network.training();
      double lambda = training.l2();
      double[] w = last.weights();
      double loss = observation.loss() + lambda / 2 * ScalarProduct.of(w, 0, w, 0, w.length);
      double before = most;
      boolean isFirst = step < 0;
      double next = training.learningRate();
      // After the last record no step follows: its rate is not a number.
      if (next * curvature > 2 || !isFirst && !(rate * curvature <= 2)) {
        return Verdict.notApplicable(
            "the learning rate is "
                + Conditions.number(next)
                + " at step "
                + observation.step()
                + ", should be at most "
                + Conditions.number(2 / curvature));
      }
      if (!isFirst) {
        double allowed =
            20 * unit * Math.sqrt(samples) * loss
                + 50 * unit * ConflictingLabelsFloor.meanOutput(network);
        if (loss - before > allowed) {
          violation =
              Verdict.violated(
                  loss,
                  before,
                  "the loss is "
                      + Conditions.number(loss)
                      + " at step "
                      + observation.step()
                      + ", although one step after step "
                      + step
                      + " it was at most "
                      + Conditions.number(before));
          return violation;
        }
      }
      most =
          loss - next * (1 - next * curvature / 2) * squaredGradient(last, h, derivatives, lambda);
      rate = next;
      step = observation.step();
      return Verdict.holds(isFirst ? Absent.VALUE : loss, isFirst ? Absent.VALUE : before);
    }

    private double squaredGradient(
        WeightLayer last, double[] h, double[] derivatives, double lambda) {
      int units = last.units();
      int inputs = last.inputs();
      double[] w = last.weights();
      double sum = 0;
      for (int j = 0; j < units; j++) {
        double bias = 0;
        for (int k = 0; k < inputs; k++) {
          row[k] = lambda * w[j * inputs + k];
        }
        for (int i = 0; i < samples; i++) {
          double delta = derivatives[i * units + j] / samples;
          bias += delta;
          for (int k = 0; k < inputs; k++) {
            row[k] += delta * h[i * inputs + k];
          }
        }
        sum += ScalarProduct.of(row, 0, row, 0, inputs) + (last.hasBias() ? bias * bias : 0);
      }
      return sum;
    }
  }
}
