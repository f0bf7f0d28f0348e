package io.github.implicitbias.predictions;

/**
 * The samples whose labels have one sign, orthogonal to all others, and the units whose output
 * weights have that sign, at the start.
 */
final class LabelSide {

  /** Number of these samples. */
  int samples;

  /** Sum of the squared labels. */
  double squares;

  /** Norm of D = (1/n) sum |y_k| x_k, at which aligned units grow. */
  double rate;

  /** The largest norm of (1/n) sum_{k in A} |y_k| x_k over proper subsets A of the samples. */
  double partialRate;

  /** The smallest variation norm that fits these labels. */
  double norm;

  /** The slowest rate at which residuals decay once the side is almost fitted. */
  double settling;

  /** Number of units of this sign that are on for all these samples. */
  int seeing;

  /** The largest norm(w_j) among these units. */
  double largest;

  /** Sum of norm(w_j)^2 over these units. */
  double seeingMass;

  /** Sum of ((|a_j| + w_j . D / norm(D)) / 2)^2 over these units, of which exp(2 rate t) grows. */
  double grownMass;

  /** The share of the labels that this growth would have fitted at the start. */
  double firstShare;

  /** Sum of norm(w_j)^2 over the other units of this sign. */
  double otherMass;

  /** Returns the flow time at which the largest unit, growing at the rate, fits the labels. */
  double escapeTime() {
    return magnitudes() / rate;
  }

  /** Returns the logarithm of what the largest unit has to grow by. */
  double magnitudes() {
    return Math.log(Math.sqrt(norm) / largest);
  }

  /** Returns the share of these labels that would be fitted at a time if growth went on. */
  double shareAt(double time) {
    return firstShare * Math.exp(2 * rate * time);
  }

  /** Returns the flow time at which a share would be fitted if growth went on; 1 means half. */
  double timeOf(double share) {
    return Math.log(share / firstShare) / (2 * rate);
  }

  /** Returns 1 minus the mean cosine to D that is expected of the units at a time. */
  double misalignment(double time) {
    double slower = rate - partialRate;
    // Units that see no label do not turn; those that see some turn towards these.
    double others = otherMass * (1 - partialRate / rate) * Math.exp(-2 * slower * time);
    double turning = seeingMass / 2 * Math.exp(-2 * rate * time);
    return (others + turning) / grownMass;
  }
}
