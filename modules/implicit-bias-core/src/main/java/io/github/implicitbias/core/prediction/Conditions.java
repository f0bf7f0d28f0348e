package io.github.implicitbias.core.prediction;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Verdict;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Collects the conditions of a prediction at the first record of a run, and makes a check that says
 * why the prediction does not apply if one of them is not met:
 *
 * <pre>{@code
 * return Conditions.ofGradientDescent(first)
 *     .atMost("largest cosine between two samples", cosine, 1e-12)
 *     .check(() -> new MyCheck(first));
 * }</pre>
 *
 * <p>That every step trains on exactly the probe, and that nothing but the updates moves the
 * parameters, is asked again at every record: a run that goes over to other batches, or whose
 * parameters are set, is no longer judged.
 */
public final class Conditions {

  private static final MathContext DIGITS = new MathContext(6);

  private final List<Condition> list = new ArrayList<>();
  private boolean fullBatch;

  private Conditions() {}

  /** Starts without conditions. */
  public static Conditions none() {
    return new Conditions();
  }

  /**
   * Starts with the conditions of gradient descent on the mean loss of the probe: observed from
   * step 0 on, plain SGD with one learning rate, every step on exactly the probe, no
   * regularization, gradients divided by the number of samples, nothing else that moves the
   * parameters.
   */
  public static Conditions ofGradientDescent(Observation first) {
    TrainingSetup training = first.network().training();
    Conditions conditions = new Conditions();
    conditions.fullBatch = true;
    return conditions
        .require(
            first.step() == 0,
            "observed from the first step on",
            "observed from step " + first.step() + " on, not from the first")
        .require(
            training.isPlainSgd(),
            "trained by plain SGD",
            "trained by another updater than plain SGD")
        .require(
            training.hasOneLearningRate(),
            "all parameters have the same learning rate",
            "some layers or biases have a learning rate of their own")
        .require(
            training.isFullBatch(),
            "every step trains on the whole probe",
            "some step has trained on other samples than the probe")
        .require(
            !training.isRegularized(),
            "no regularization, dropout or constraint",
            training.regularization())
        .require(
            training.dividesByBatch(),
            "gradients are means over the batch",
            "gradients are sums over the batch")
        .require(
            training.otherMover() == null,
            "only the update of each step moves the parameters",
            String.valueOf(training.otherMover()));
  }

  /**
   * Starts with the conditions of training on the whole probe by whatever updater: observed from
   * step 0 on, every step on exactly the probe, gradients divided by the number of samples, nothing
   * but the updates moves the parameters.
   */
  public static Conditions ofFullBatch(Observation first) {
    TrainingSetup training = first.network().training();
    Conditions conditions = new Conditions();
    conditions.fullBatch = true;
    return conditions
        .require(
            first.step() == 0,
            "observed from the first step on",
            "observed from step " + first.step() + " on, not from the first")
        .require(
            training.isFullBatch(),
            "every step trains on the whole probe",
            "some step has trained on other samples than the probe")
        .require(
            training.dividesByBatch(),
            "gradients are means over the batch",
            "gradients are sums over the batch")
        .require(
            training.otherMover() == null,
            "only the update of each step moves the parameters",
            String.valueOf(training.otherMover()));
  }

  /**
   * Adds a condition.
   *
   * @param met whether the run meets it
   * @param whenMet what was found if it is met
   * @param whenNot what was found if it is not met
   */
  public Conditions require(boolean met, String whenMet, String whenNot) {
    list.add(new Condition(met, met ? whenMet : whenNot));
    return this;
  }

  /** Adds the condition that a number is at most a bound; not met if it is not a number. */
  public Conditions atMost(String what, double value, double bound) {
    String numbers = what + " is " + number(value);
    return require(
        value <= bound,
        numbers + ", at most " + number(bound),
        numbers + ", should be at most " + number(bound));
  }

  /** Adds the condition that a number is at least a bound; not met if it is not a number. */
  public Conditions atLeast(String what, double value, double bound) {
    String numbers = what + " is " + number(value);
    return require(
        value >= bound,
        numbers + ", at least " + number(bound),
        numbers + ", should be at least " + number(bound));
  }

  /** Returns true if all conditions so far are met, so that what follows from them may be asked. */
  public boolean areMet() {
    return list.stream().allMatch(Condition::isMet);
  }

  /** Returns the conditions so far. */
  public List<Condition> list() {
    return List.copyOf(list);
  }

  /**
   * Makes the check of a run.
   *
   * @param factory makes the check proper, asked only if all conditions are met
   */
  public Prediction.Check check(Supplier<Prediction.Check> factory) {
    return areMet()
        ? new Conditioned(list(), fullBatch, factory.get())
        : new NeverApplies(list(), reasons());
  }

  /** Returns what was found of the conditions that are not met; empty if all are. */
  public String reasons() {
    return list.stream()
        .filter(condition -> !condition.isMet())
        .map(Condition::text)
        .collect(Collectors.joining("; "));
  }

  /**
   * Makes the check of a run that does not meet the conditions: it says why the prediction does not
   * apply.
   *
   * @throws IllegalStateException if all conditions are met
   */
  public Prediction.Check unmet() {
    return check(
        () -> {
          throw new IllegalStateException("all conditions are met");
        });
  }

  /** Returns a number as conditions and verdicts show it, with six digits. */
  public static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.isNaN(value) ? "not known" : Double.toString(value);
    }
    BigDecimal rounded = new BigDecimal(value).round(DIGITS).stripTrailingZeros();
    int exponent = rounded.precision() - rounded.scale() - 1;
    boolean plain = rounded.signum() == 0 || exponent >= -4 && exponent <= 6;
    return plain
        ? rounded.toPlainString()
        : rounded.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }

  /** The check of a run that does not meet the conditions. */
  private static final class NeverApplies implements Prediction.Check {
    private final List<Condition> conditions;
    private final String reasons;

    NeverApplies(List<Condition> conditions, String reasons) {
      this.conditions = conditions;
      this.reasons = reasons;
    }

    @Override
    public List<Condition> conditions() {
      return conditions;
    }

    @Override
    public Verdict judge(Observation observation) {
      return Verdict.notApplicable(reasons);
    }
  }

  /** A check that applies as long as its conditions are met. */
  private static final class Conditioned implements Prediction.Check {
    private final List<Condition> conditions;
    private final boolean fullBatch;
    private final Prediction.Check check;
    private @Nullable String reason;

    Conditioned(List<Condition> conditions, boolean fullBatch, Prediction.Check check) {
      this.conditions = conditions;
      this.fullBatch = fullBatch;
      this.check = check;
    }

    @Override
    public List<Condition> conditions() {
      return conditions;
    }

    @Override
    public Verdict judge(Observation observation) {
      if (reason == null && fullBatch && !observation.network().training().isFullBatch()) {
        reason = "a step before step " + observation.step() + " was not trained on the whole probe";
      }
      if (reason == null && fullBatch) {
        reason = observation.network().training().otherMover();
      }
      if (reason != null) {
        return Verdict.notApplicable(reason);
      }
      Verdict verdict = check.judge(observation);
      boolean unknown =
          Double.isNaN(verdict.measured())
              && verdict.state() != Verdict.State.HOLDS
              && verdict.state() != Verdict.State.NOT_APPLICABLE;
      if (unknown) {
        reason = "what is measured is not a number at step " + observation.step();
        return Verdict.notApplicable(reason);
      }
      if (verdict.state() == Verdict.State.NOT_APPLICABLE) {
        reason = verdict.detail();
      }
      return verdict;
    }
  }
}
