package io.github.implicitbias.lab.figure;

/** A mark on an axis, with a label or without. */
final class Tick {

  final double value;

  /** Empty for a small mark between those with labels. */
  final String label;

  Tick(double value, String label) {
    this.value = value;
    this.label = label;
  }

  boolean isLabelled() {
    return !label.isEmpty();
  }
}
