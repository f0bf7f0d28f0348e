package io.github.implicitbias.core.prediction.saddle;

/** When the negative labels are half fitted. */
final class EscapeTimeNegative extends EscapeTime {

  EscapeTimeNegative() {
    super(false);
  }
}
