package io.github.implicitbias.predictions;

/** When the positive labels are half fitted. */
final class EscapeTimePositive extends EscapeTime {

  EscapeTimePositive() {
    super(true);
  }
}
