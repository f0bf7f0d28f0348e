package io.github.implicitbias.lab.figure;

import java.util.ArrayList;
import java.util.List;

/** Round places on an axis: at least two with a label, and as many more as there is room for. */
final class Ticks {

  private static final int FEWEST = 2;
  private static final int SMALL_DECADES = 12;
  private static final double CLOSE = 1e-9;

  private Ticks() {}

  /** Returns 1, 2 or 5 times a power of ten: the smallest step with at most {@code most} places. */
  static double step(double low, double high, int most) {
    double power = Math.pow(10, Math.floor(Math.log10((high - low) / most)) - 1);
    double fitting = 0;
    for (; ; power *= 10) {
      for (double times : new double[] {1, 2, 5}) {
        double step = times * power;
        int count = count(low, high, step);
        if (count < FEWEST && fitting > 0) {
          return fitting;
        }
        fitting = step;
        if (count <= Math.max(most, FEWEST)) {
          return count < FEWEST ? step / 2 : step;
        }
      }
    }
  }

  private static int count(double low, double high, double step) {
    return (int) (Math.floor(high / step + CLOSE) - Math.ceil(low / step - CLOSE)) + 1;
  }

  /** Returns multiples of a round step, with smaller marks between. */
  static List<Tick> linear(double low, double high, int most) {
    double step = step(low, high, most);
    long first = digit(step);
    int parts = first == 2 ? 4 : 5;
    List<Tick> ticks = new ArrayList<>();
    double fine = step / parts;
    long from = (long) Math.ceil(low / fine - parts * CLOSE);
    long upTo = (long) Math.floor(high / fine + parts * CLOSE);
    for (long k = from; k <= upTo; k++) {
      boolean named = Math.floorMod(k, parts) == 0;
      double value = named ? k / parts * step : k * fine;
      ticks.add(new Tick(value, named ? Numerals.of(value, step) : ""));
    }
    return ticks;
  }

  /** Returns multiples of a round step that is a whole number, as far as there are two. */
  static List<Tick> whole(double low, double high, int most) {
    if (step(low, high, most) >= 1) {
      return linear(low, high, most);
    }
    List<Tick> ticks = new ArrayList<>();
    for (double value = Math.ceil(low - CLOSE); value <= high + CLOSE; value++) {
      ticks.add(new Tick(value, Numerals.of(value)));
    }
    return ticks.size() < FEWEST ? linear(low, high, most) : ticks;
  }

  private static long digit(double step) {
    return Math.round(step / Math.pow(10, Math.floor(Math.log10(step) + CLOSE)));
  }

  /** Returns powers of ten, of numbers given by their logarithms; between them 1, 2, 5 if few. */
  static List<Tick> logarithmic(double low, double high, int most) {
    int first = (int) Math.ceil(low - CLOSE);
    int last = (int) Math.floor(high + CLOSE);
    int decades = last - first + 1;
    if (decades >= FEWEST) {
      return decades(first, last, decades, Math.max(most, FEWEST), low, high);
    }
    List<Tick> some = between(low, high, new int[] {1, 2, 5});
    long named = some.stream().filter(Tick::isLabelled).count();
    return named >= FEWEST ? some : linear(Math.pow(10, low), Math.pow(10, high), most);
  }

  private static List<Tick> decades(
      int first, int last, int decades, int most, double low, double high) {
    int every = 1;
    while (true) {
      int count = Math.floorDiv(last, every) - Math.floorDiv(first - 1, every);
      if (count <= most || every >= decades) {
        break;
      }
      int next = every + 1;
      if (Math.floorDiv(last, next) - Math.floorDiv(first - 1, next) < FEWEST) {
        break;
      }
      every = next;
    }
    List<Tick> ticks = new ArrayList<>();
    for (int power = first - 1; power <= last; power++) {
      if (power >= first) {
        boolean named = Math.floorMod(power, every) == 0;
        ticks.add(new Tick(power(power), named ? Numerals.power(power) : ""));
      }
      for (int times = 2; every == 1 && decades <= SMALL_DECADES && times < 10; times++) {
        double value = times * power(power);
        if (Math.log10(value) >= low && Math.log10(value) <= high) {
          ticks.add(new Tick(value, ""));
        }
      }
    }
    return ticks;
  }

  private static List<Tick> between(double low, double high, int[] labelled) {
    List<Tick> ticks = new ArrayList<>();
    for (int power = (int) Math.floor(low); power <= high; power++) {
      for (int times = 1; times < 10; times++) {
        double value = times * power(power);
        if (Math.log10(value) >= low - CLOSE && Math.log10(value) <= high + CLOSE) {
          boolean named = times == labelled[0] || times == labelled[1] || times == labelled[2];
          ticks.add(new Tick(value, named ? Numerals.of(value) : ""));
        }
      }
    }
    return ticks;
  }

  private static double power(int exponent) {
    return Double.parseDouble("1e" + exponent);
  }
}
