package io.github.implicitbias.run.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class DecimationTest {

  @Test
  void fewValues_comeBackExactly_absentOnesTakeNoPoint() {
    for (int n : new int[] {0, 1, 2, 7, 8, 9, 500, 4096}) {
      Decimation decimation = new Decimation(4096);
      for (int i = 0; i < n; i++) {
        decimation.add(3L * i, value(i));
      }
      Series series = decimation.series(Math.max(4, n));
      int at = 0;
      for (int i = 0; i < n; i++) {
        if (!Absent.is(value(i))) {
          assertEquals(3L * i, series.step(at));
          assertEquals(
              Double.doubleToRawLongBits(value(i)), Double.doubleToRawLongBits(series.value(at)));
          at++;
        }
      }
      assertEquals(at, series.size());
    }
  }

  private static double value(int i) {
    return i % 5 == 3 ? Absent.VALUE : i % 7 == 2 ? Double.NaN : Math.sin(i);
  }

  @Test
  void manyValues_keepBothExtremesWithinTheNumberOfPoints_inOrder() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n : new int[] {5, 100, 4095, 4097, 8192, 8193, 30_000}) {
      for (int round = 0; round < 8; round++) {
        double[] values = new double[n];
        Decimation decimation = new Decimation(4096);
        int least = random.nextInt(n);
        int greatest = random.nextInt(n);
        for (int i = 0; i < n; i++) {
          values[i] = i == greatest ? 99 : i == least ? -99 : random.nextDouble();
          if (i != greatest && i != least && random.nextInt(3) == 0) {
            values[i] = random.nextBoolean() ? Double.NaN : Absent.VALUE;
          }
          decimation.add(2L * i, values[i]);
        }
        for (int maxPoints : new int[] {4, 5, 17, 1000, 4096, 8192}) {
          Series series = decimation.series(maxPoints);
          assertTrue(series.size() <= maxPoints, series.size() + " of " + maxPoints);
          boolean sawLeast = least == greatest;
          boolean sawGreatest = false;
          for (int i = 0; i < series.size(); i++) {
            assertTrue(i == 0 || series.step(i) > series.step(i - 1));
            int at = (int) (series.step(i) / 2);
            assertEquals(
                Double.doubleToRawLongBits(values[at]),
                Double.doubleToRawLongBits(series.value(i)));
            sawLeast |= at == least;
            sawGreatest |= at == greatest;
          }
          assertTrue(sawLeast && sawGreatest, n + " values, at most " + maxPoints + " points");
        }
      }
    }
  }

  @Test
  void numbers_winOverNaN_andAbsentValuesAreNoPoints() {
    Decimation decimation = new Decimation(4096);
    for (int i = 0; i < 50_000; i++) {
      decimation.add(
          i, i < 2500 ? Absent.VALUE : i % 2 == 1 ? Absent.VALUE : i % 100 == 0 ? i : Double.NaN);
    }
    Series series = decimation.series(64);
    assertEquals(2500, series.step(0));
    assertEquals(2500, series.value(0));
    assertEquals(49_998, series.step(series.size() - 1));
    for (int i = 1; i < series.size() - 1; i++) {
      assertEquals(series.step(i), series.value(i), "a number in every bucket");
    }
  }

  @Test
  void smallCapacity_isKept_withBothExtremes() {
    Decimation decimation = new Decimation(64);
    for (int i = 0; i < 10_000; i++) {
      decimation.add(i, i == 4321 ? 7 : i == 8765 ? -7 : Math.cos(i));
    }
    Series series = decimation.series(1 << 20);
    assertTrue(series.size() <= 2 * 64 + 2, series.size() + " points");
    assertTrue(Arrays.stream(series.values()).anyMatch(v -> v == 7));
    assertTrue(Arrays.stream(series.values()).anyMatch(v -> v == -7));
  }
}
