package io.github.implicitbias.predictions.saddle;

/** When the negative labels are half fitted. */
final class EscapeTimeNegative extends EscapeTime {

  EscapeTimeNegative() {
    super(false);
  }
}
