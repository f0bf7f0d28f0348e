package io.github.implicitbias.lab.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TicksTest {

  private static List<String> labels(List<Tick> ticks) {
    return ticks.stream().filter(Tick::isLabelled).map(t -> t.label).collect(Collectors.toList());
  }

  @Test
  void linearTicks_areMultiplesOfOneTwoOrFive() {
    assertEquals(List.of("0", "5", "10", "15", "20"), labels(Ticks.linear(0, 20, 5)));
    assertEquals(List.of("0", "0.2", "0.4", "0.6"), labels(Ticks.linear(-0.01, 0.7, 5)));
    assertEquals(List.of("−1", "−0.5", "0"), labels(Ticks.linear(-1.2, 0.3, 4)));
    assertEquals(List.of("10,000", "15,000", "20,000"), labels(Ticks.linear(9000, 21_000, 3)));
  }

  @Test
  void logarithmicTicks_arePowersOfTen_fewerOfManyDecades() {
    assertEquals(List.of("0.1", "1", "10"), labels(Ticks.logarithmic(-1.2, 1.1, 6)));
    assertEquals(List.of("10^{−6}", "10^{−3}", "1"), labels(Ticks.logarithmic(-8, 1, 4)));
  }

  @Test
  void logarithmicTicks_withinADecade_areStillTwo() {
    assertEquals(List.of("0.2", "0.5"), labels(Ticks.logarithmic(-0.9, -0.25, 6)));
    assertEquals(List.of("0.6", "0.7", "0.8"), labels(Ticks.logarithmic(-0.25, -0.05, 4)));
  }

  @Test
  void anyAxis_hasAtLeastTwoRoundLabels_inRisingOrder_insideIt() {
    Random random = new Random(1);
    for (int trial = 0; trial < 20_000; trial++) {
      double low = random.nextGaussian() * Math.pow(10, random.nextInt(14) - 7);
      double high = low + random.nextDouble() * Math.pow(10, random.nextInt(14) - 7);
      if (!(high - low > 1e-6 * Math.max(Math.abs(low), Math.abs(high)))) {
        continue;
      }
      int most = 2 + random.nextInt(9);
      List<Tick> ticks = Ticks.linear(low, high, most);
      String what = low + " to " + high + ", " + most + ": " + labels(ticks);
      check(ticks, low, high, most, what);
      for (Tick tick : ticks) {
        if (tick.isLabelled()) {
          double steps = tick.value / Ticks.step(low, high, most);
          assertEquals(Math.rint(steps), steps, 1e-6 * Math.abs(steps), what);
        }
      }
    }
  }

  @Test
  void anyStep_isRound() {
    Random random = new Random(2);
    for (int trial = 0; trial < 2000; trial++) {
      double high = random.nextDouble() * Math.pow(10, random.nextInt(20) - 10);
      BigDecimal step = new BigDecimal(Ticks.step(0, high, 2 + random.nextInt(9)));
      String digits =
          step.round(new MathContext(6)).stripTrailingZeros().unscaledValue().toString();
      assertTrue(List.of("1", "2", "5", "25").contains(digits), high + ": " + digits);
    }
  }

  @Test
  void anyLogarithmicAxis_hasAtLeastTwoLabels() {
    Random random = new Random(3);
    for (int trial = 0; trial < 20_000; trial++) {
      double low = 40 * random.nextDouble() - 20;
      double high = low + 0.01 + Math.pow(random.nextDouble(), 3) * 30;
      int most = 3 + random.nextInt(8);
      List<Tick> ticks = Ticks.logarithmic(low, high, most);
      check(
          ticks,
          Math.pow(10, low),
          Math.pow(10, high),
          Math.max(most, 5),
          low + " to " + high + ", " + most + ": " + labels(ticks));
    }
  }

  private static void check(List<Tick> ticks, double low, double high, int most, String what) {
    List<String> labels = labels(ticks);
    assertTrue(labels.size() >= 2 && labels.size() <= Math.max(most, 5), what);
    assertEquals(labels.size(), labels.stream().distinct().count(), what);
    double room = 1e-6 * (high - low) + 1e-9 * Math.abs(low);
    double last = Double.NEGATIVE_INFINITY;
    for (Tick tick : ticks) {
      assertTrue(tick.value >= low - room && tick.value <= high + room, what);
      assertTrue(tick.value > last, what);
      last = tick.value;
    }
  }
}
