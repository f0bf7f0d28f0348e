package io.github.implicitbias.core.prediction.saddle;

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

  /** Returns the flow time at which, growing as before the escape, a share below 1/2 is fitted. */
  double timeOf(double share) {
    return escapeTime() - Math.log(0.5 / share) / (2 * rate);
  }

  /** Returns the share of these labels that is fitted at a flow time before the escape. */
  double shareAt(double time) {
    return 0.5 * Math.exp(2 * rate * (time - escapeTime()));
  }
}
