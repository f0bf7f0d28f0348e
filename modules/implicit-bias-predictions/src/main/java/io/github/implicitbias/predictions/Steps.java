package io.github.implicitbias.predictions;

import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.UpdateRule;
import org.jspecify.annotations.Nullable;

/** What laws about updates ask of the rules. */
final class Steps {

  private Steps() {}

  /**
   * Returns why a rule is not that of SGD or Nesterov's momentum alone, a clause; null if it is.
   */
  static @Nullable String whyNoMomentum(StepLayer layer, UpdateRule rule) {
    boolean known = rule.kind() == UpdateRule.Kind.SGD || rule.kind() == UpdateRule.Kind.NESTEROVS;
    return known ? rule.beside() : layer.name() + " has the updater " + rule.updater();
  }

  /** Returns why a rule is not that of plain SGD, a clause; null if it is. */
  static @Nullable String whyNoSgd(StepLayer layer, UpdateRule rule) {
    return rule.kind() == UpdateRule.Kind.SGD
        ? rule.beside()
        : layer.name() + " has the updater " + rule.updater();
  }

  /** Returns true if two rules have the same updater with the same numbers, decay apart. */
  static boolean areAlike(UpdateRule one, UpdateRule other) {
    return one.kind() == other.kind()
        && one.rate() == other.rate()
        && one.momentum() == other.momentum();
  }

  /**
   * Returns what a step of SGD or Nesterov's momentum adds to a linear function of the weights
   * whose gradient is 0.
   *
   * @param value of the function
   * @param velocity of the function
   */
  static double withoutGradient(UpdateRule rule, double value, double velocity) {
    double mu = rule.momentum();
    double next = mu * velocity - rule.rate() * rule.l2() * value;
    return -mu * velocity + (1 + mu) * next - rule.rate() * rule.decay() * value;
  }
}
