package io.github.implicitbias.lab.figure;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An axis: its reach, in numbers or in their logarithms, and its ticks. A logarithmic axis may have
 * a place for 0, apart from the others, before the smallest number.
 */
final class Axis {

  private static final double PAD = 0.035;
  private static final double ZERO_AWAY = 0.45;

  final String title;
  private boolean logarithmic;
  private boolean zero;
  private boolean whole;
  private double padding = PAD;
  private double least = Double.POSITIVE_INFINITY;
  private double most = Double.NEGATIVE_INFINITY;
  private double from = Double.NaN;
  private double upTo = Double.NaN;
  private boolean zeroSeen;
  private @Nullable List<Tick> named;

  Axis(String title) {
    this.title = title;
  }

  void logarithmic(boolean withZero) {
    logarithmic = true;
    zero = withZero;
  }

  /** Puts labels at whole numbers only. */
  void whole() {
    whole = true;
  }

  boolean isLogarithmic() {
    return logarithmic;
  }

  /** Returns whether there is a place for 0 on a logarithmic axis. */
  boolean hasZero() {
    return logarithmic && zero && zeroSeen;
  }

  void range(double first, double last) {
    from = first;
    upTo = last;
    padding = 0;
  }

  void padding(double share) {
    padding = share;
  }

  /** Names places 0, 1, 2 and so on instead of numbers. */
  void categories(String... names) {
    named = new ArrayList<>();
    for (int k = 0; k < names.length; k++) {
      named.add(new Tick(k, names[k]));
    }
    range(-0.5, names.length - 0.5);
  }

  boolean shows(double value) {
    return Double.isFinite(value) && (!logarithmic || value > 0 || zero && value == 0);
  }

  /** Makes the axis reach a number. */
  void include(double value) {
    if (!shows(value)) {
      return;
    }
    if (logarithmic && value == 0) {
      zeroSeen = true;
      return;
    }
    least = Math.min(least, value);
    most = Math.max(most, value);
  }

  private double scaled(double value) {
    return logarithmic ? Math.log10(value) : value;
  }

  private double lowest() {
    double low = scaled(Double.isNaN(from) ? least : from);
    return Double.isFinite(low) ? low : logarithmic ? -1 : 0;
  }

  private double highest() {
    double high = scaled(Double.isNaN(upTo) ? most : upTo);
    return Double.isFinite(high) ? high : logarithmic ? 0 : 1;
  }

  /** Returns the ends of the axis, as numbers or as logarithms. */
  double[] reach() {
    double low = lowest();
    double high = highest();
    if (high - low <= 1e-9 * Math.max(Math.abs(low), Math.abs(high))) {
      double around = logarithmic ? 0.5 : low == 0 ? 1 : 0.1 * Math.abs(low);
      low -= around;
      high += around;
    }
    double pad = padding * (high - low);
    double before = hasZero() ? ZERO_AWAY * Math.max(1, (high - low) / 8) : 0;
    return new double[] {low - pad - before, high + pad};
  }

  /** Returns the smallest number, 0 not counted if it has a place of its own. */
  double smallest() {
    return logarithmic ? Math.pow(10, lowest()) : lowest();
  }

  /** Returns where a number is, 0 at the beginning of the axis and 1 at its end. */
  double place(double value) {
    double[] reach = reach();
    double at = logarithmic && value == 0 ? zeroPlace(reach) : scaled(value);
    return (at - reach[0]) / (reach[1] - reach[0]);
  }

  private double zeroPlace(double[] reach) {
    return reach[0] + padding * (highest() - lowest());
  }

  /** Returns round ticks, at most {@code count} of them with a label, or two. */
  List<Tick> ticks(int count) {
    if (named != null) {
      return named;
    }
    double[] reach = reach();
    if (!logarithmic) {
      return whole
          ? Ticks.whole(reach[0], reach[1], count)
          : Ticks.linear(reach[0], reach[1], count);
    }
    if (!hasZero()) {
      return Ticks.logarithmic(reach[0], reach[1], count);
    }
    List<Tick> ticks = new ArrayList<>();
    ticks.add(new Tick(0, "0"));
    ticks.addAll(Ticks.logarithmic(lowest(), reach[1], count));
    return ticks;
  }
}
