package io.github.implicitbias.predictions;

/** When the negative labels are half fitted. */
final class EscapeTimeNegative extends EscapeTime {

  EscapeTimeNegative() {
    super(false);
  }
}
