package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.LossGradient;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;

/**
 * Where all labels are fitted the Hessian of the loss is (s/n) J^T J, J the derivatives of the
 * outputs by theta and s the second derivative of the loss of a sample. Its largest eigenvalue is
 * at least its value along J^T 1, s times the squared norm of the gradient of the mean output; and
 * it is at most c / eta where training rests, see {@link RestIsStable}.
 */
final class FlatRest extends GradientStatement {

  private static final double FITTED = 1e-6;
  private static final double TOLERANCE = 1.02;

  FlatRest() {
    super(
        "flatRest",
        Claim.that(
                "Where training rests on labels that are all fitted, the mean output changes little"
                    + " with the parameters: the less, the larger the learning rate.")
            .source("derived")
            .requires(
                "a stack of dense layers with piecewise linear activations and one output; squared"
                    + " error; plain SGD or Nesterov's method with one learning rate; no"
                    + " regularization. Judged at rest, as restIsStable, at a loss below 1e-6 of"
                    + " the first")
            .measures("2 norm(grad mean_i f(x_i))^2, the 2 being that of the mean squared error")
            .against("c / eta, c = 2 or 2(1 + mu) / (1 + 2 mu)")
            .within("2 %")
            .advises("A larger learning rate forces a flatter solution with a smaller path norm."));
  }

  @Override
  public Check start(Observation first) {
    TrainingSetup training = first.network().training();
    Stack stack = first.stack();
    OutputLoss loss = OutputLoss.of(first);
    boolean squared = loss != null && loss.kind() == OutputLoss.Kind.SQUARED;
    Conditions conditions =
        RestIsStable.conditions(first)
            .require(
                !training.isRegularized(),
                "no regularization, dropout or constraint",
                training.regularization())
            .require(
                squared && first.network().outputs() == 1,
                "one output and squared error",
                "not known to have one output and a squared error, of samples without weights");
    if (stack == null || loss == null) {
      return conditions.unmet();
    }
    return conditions.check(() -> new FlatCheck(first.loss(), loss.factor()));
  }

  /** Waits for a rest on fitted labels. */
  private static final class FlatCheck implements Check {
    private final Rest rest = new Rest();
    private final LossGradient ofMean = new LossGradient();
    private final double firstLoss;
    private final double factor;
    private long next;
    private Verdict said = Verdict.holds(Absent.VALUE, Absent.VALUE);

    FlatCheck(double firstLoss, double factor) {
      this.firstLoss = firstLoss;
      this.factor = factor;
    }

    @Override
    public Verdict judge(Observation observation) {
      LossGradient gradient = LossGradient.of(observation);
      Stack stack = observation.stack();
      if (gradient == null || stack == null) {
        return unknown(observation);
      }
      TrainingSetup training = observation.network().training();
      long step = observation.step();
      boolean rests = rest.isAt(step, gradient.norm(), training.learningRate());
      boolean fitted = observation.loss() < FITTED * firstLoss;
      if (!rests || !fitted || step < next || said.state() == Verdict.State.VIOLATED) {
        return said;
      }
      next = 2 * step;
      double[] ones = new double[stack.samples()];
      Arrays.fill(ones, 1);
      if (!ofMean.compute(stack, ones, 0)) {
        return said;
      }
      double measured = factor * ofMean.norm() * ofMean.norm();
      double bound = RestIsStable.most(training.momentum()) / rest.rate();
      String where = "at rest at step " + step + pathNorm(stack);
      said =
          measured <= TOLERANCE * bound
              ? Verdict.reached(measured, bound, where)
              : Verdict.violated(measured, bound, where);
      return said;
    }

    /** Returns what the bound is above of, in networks of two layers: a path norm. */
    private String pathNorm(Stack stack) {
      if (stack.depth() != 2 || !stack.layer(0).isTrained() || !stack.layer(1).isTrained()) {
        return "";
      }
      WeightLayer hidden = stack.layer(0);
      int units = hidden.units();
      int inputs = hidden.inputs();
      int samples = stack.samples();
      double[] slopes = new double[samples * units];
      stack.activationDerivatives(0, slopes);
      double[] mean = new double[inputs + 1];
      double sum = stack.layer(1).hasBias() ? 1 : 0;
      for (int j = 0; j < units; j++) {
        Arrays.fill(mean, 0);
        double output = 0;
        for (int i = 0; i < samples; i++) {
          double slope = slopes[i * units + j] / samples;
          output += stack.activations(0)[i * units + j] / samples;
          for (int k = 0; k < inputs; k++) {
            mean[k] += slope * stack.inputs(0)[i * inputs + k];
          }
          mean[inputs] += hidden.hasBias() ? slope : 0;
        }
        double weight = Math.abs(stack.layer(1).weights()[j]);
        sum += 2 * weight * Math.abs(output) * Distance.length(mean);
      }
      return ", with 2 sum_j |a_j| |mean output of unit j| norm(mean active input) = "
          + Conditions.number(factor * sum)
          + " below it";
    }
  }
}
