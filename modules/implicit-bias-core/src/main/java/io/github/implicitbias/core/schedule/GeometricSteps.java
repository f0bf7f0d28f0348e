package io.github.implicitbias.core.schedule;

/** The steps {@code round(first ratio^j)}, j = 0, 1, 2, ... */
final class GeometricSteps {

  private GeometricSteps() {}

  static boolean has(long step, long first, double ratio) {
    if (step < first) {
      return false;
    }
    // The smallest power that can be rounded to the step; its neighbours, should log be off.
    double power = Math.ceil(Math.log((step - 0.5) / first) / Math.log(ratio));
    for (int k = -1; k <= 1; k++) {
      if (Math.round(first * Math.pow(ratio, Math.max(0, power + k))) == step) {
        return true;
      }
    }
    return false;
  }
}
