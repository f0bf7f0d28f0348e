package io.github.implicitbias.core.prediction.saddle;

/** When the positive labels are half fitted. */
final class EscapeTimePositive extends EscapeTime {

  EscapeTimePositive() {
    super(true);
  }
}
