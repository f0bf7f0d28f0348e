package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.Absent;

/**
 * How far the gradient flow has come that training follows: how far a constant gradient of norm 1
 * would have moved the parameters.
 *
 * <p>With rates r_t and momenta m_t, a' = m a + r and T' = T + (1 + m) a' - m a, for DL4J's
 * Nesterov momentum, which adds (1 + m) v' - m v to the parameters, v being its velocity; without
 * momentum T is the sum of the rates. a is 0 at the first record: what training before has left in
 * the velocity is not counted.
 */
final class FlowTime {

  private double velocity;
  private double time;
  private boolean known = true;

  /**
   * Adds an update.
   *
   * @param rate of the update, NaN if there is none
   * @param momentum 0 without
   * @param exists false if the update follows no gradient flow
   */
  void advance(double rate, double momentum, boolean exists) {
    known &= exists && !Double.isNaN(rate);
    double next = momentum * velocity + rate;
    time += (1 + momentum) * next - momentum * velocity;
    velocity = next;
  }

  /** Returns T, absent once an update has followed no flow. */
  double value() {
    return known ? time : Absent.VALUE;
  }
}
