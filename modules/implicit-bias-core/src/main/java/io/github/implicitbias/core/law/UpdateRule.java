package io.github.implicitbias.core.law;

import org.jspecify.annotations.Nullable;

/**
 * How the parameters of one array, such as the weights of a layer, are updated: what the updater
 * does with the gradient, and what else is done. Numbers are those of the step that has begun.
 */
public interface UpdateRule {

  /** Kinds of updaters; their formulas are those of docs/predictions.md, "Ordinary training". */
  enum Kind {
    /** Plain gradient descent. */
    SGD,
    /** Nesterov's momentum: v' = mu v - eta g, and the step is -mu v + (1 + mu) v'. */
    NESTEROVS,
    /** Adam with its correction of the bias. */
    ADAM,
    /** Adam whose second moment never falls. */
    AMSGRAD,
    /** Division by the root of a running mean of the squares. */
    RMSPROP,
    /** Nothing is updated: frozen, or a constant rate of 0. */
    NONE,
    /** Another one. */
    OTHER
  }

  /** Returns the kind of the updater. */
  Kind kind();

  /** Returns the name of the updater, such as "Adam", to be read by a person. */
  default String updater() {
    return kind().name();
  }

  /** Returns the learning rate; NaN if there is none. */
  double rate();

  /** Returns the momentum, 0 without. */
  default double momentum() {
    return 0;
  }

  /** Returns the decay rate of the first moment, 0 without one. */
  default double beta1() {
    return 0;
  }

  /** Returns the decay rate of the second moment, 0 without one. */
  default double beta2() {
    return 0;
  }

  /** Returns lambda of the term lambda W that is added to the gradient before the updater. */
  default double l2() {
    return 0;
  }

  /** Returns lambda of the term rate lambda W that is subtracted after the updater. */
  default double decay() {
    return 0;
  }

  /**
   * Returns what else is done to the gradient or the parameters, such as clipping, l1 or a
   * constraint: a clause; null for nothing.
   */
  default @Nullable String beside() {
    return null;
  }

  /** Returns true if there is neither l2 nor decay at this step. */
  default boolean isUndecayed() {
    return l2() == 0 && decay() == 0;
  }
}
