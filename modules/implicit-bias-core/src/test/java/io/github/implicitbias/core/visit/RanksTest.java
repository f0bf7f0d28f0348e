package io.github.implicitbias.core.visit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Settled values are those of the sorted array. */
class RanksTest {

  private final SplittableRandom random = new SplittableRandom(6);

  /** Values of one kind: all different, few different, ascending, falling and rising, equal. */
  private double[] values(int kind, int count) {
    return IntStream.range(0, count)
        .mapToDouble(
            i ->
                kind == 0
                    ? random.nextDouble() - 0.5
                    : kind == 1
                        ? random.nextInt(4)
                        : kind == 2 ? i : kind == 3 ? Math.abs(count / 2 - i) : 7)
        .toArray();
  }

  @Test
  void whateverTheValues_theSettledPlacesHoldWhatSortingPutsThere() {
    for (int kind = 0; kind < 5; kind++) {
      for (int count : new int[] {1, 2, 31, 33, 34, 100, 1000, 20_000}) {
        double[] values = values(kind, count);
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int[] places = random.ints(5, 0, count + 2).sorted().toArray();
        Ranks.settle(values, count, places);
        for (int place : places) {
          if (place < count) {
            assertEquals(sorted[place], values[place], kind + ", " + count);
            double before = Arrays.stream(values, 0, place).max().orElse(sorted[place]);
            double behind = Arrays.stream(values, place, count).min().getAsDouble();
            assertTrue(before <= sorted[place] && behind >= sorted[place]);
          }
        }
        Arrays.sort(values);
        assertArrayEquals(sorted, values, "nothing is lost");
      }
    }
  }

  @Test
  void quantiles_areInterpolatedBetweenNeighbours() {
    double[] parts = {0, 0.01, 0.2, 0.5, 0.9, 1};
    for (int count : new int[] {1, 2, 5, 700}) {
      double[] values = values(0, count);
      double[] sorted = values.clone();
      Arrays.sort(sorted);
      double[] expected =
          DoubleStream.of(parts)
              .map(
                  part -> {
                    double at = part * (count - 1);
                    double below = sorted[(int) Math.floor(at)];
                    double above = sorted[Math.min((int) Math.floor(at) + 1, count - 1)];
                    return below + (at - Math.floor(at)) * (above - below);
                  })
              .toArray();
      assertArrayEquals(expected, Ranks.quantiles(values, count, parts));
    }
  }

  @Test
  void whatIsNotFinite_goesBehind() {
    double[] values = {1, Double.NaN, 2, Double.POSITIVE_INFINITY, 3, 4};
    assertEquals(3, Ranks.finiteFirst(values, 5), "the last is beyond those that count");
    assertArrayEquals(new double[] {1, 2, 3}, Arrays.copyOf(values, 3));
  }
}
