package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class EnvelopeTest {

  private static final int BUCKETS = 4096;

  private static double value(int i) {
    return i % 5 == 3 ? Absent.VALUE : i % 7 == 2 ? Double.NaN : Math.sin(i);
  }

  @Test
  void fewValues_comeBackExactly_withoutAbsentOnes() {
    for (int n : new int[] {0, 1, 2, 7, 8, 9, 500, BUCKETS}) {
      Envelope envelope = new Envelope(BUCKETS, 1);
      SeriesBuilder expected = new SeriesBuilder();
      for (int i = 0; i < n; i++) {
        envelope.add(3L * i, value(i));
        if (!Absent.is(value(i))) {
          expected.add(3L * i, value(i));
        }
      }
      Series series = envelope.series(0, Math.max(4, n));
      assertArrayEquals(expected.series().steps(), series.steps());
      assertArrayEquals(expected.series().values(), series.values());
    }
  }

  @Test
  void manyValues_keepBothExtremesWithinTheNumberOfPoints_inOrder() {
    SplittableRandom random = new SplittableRandom(1);
    for (int n : new int[] {5, 100, 4095, 4097, 8192, 8193, 30_000}) {
      for (int round = 0; round < 8; round++) {
        double[] values = new double[n];
        Envelope envelope = new Envelope(BUCKETS, 1);
        int least = random.nextInt(n);
        int greatest = random.nextInt(n);
        for (int i = 0; i < n; i++) {
          values[i] = i == greatest ? 99 : i == least ? -99 : random.nextDouble();
          if (i != greatest && i != least && random.nextInt(3) == 0) {
            values[i] = random.nextBoolean() ? Double.NaN : Absent.VALUE;
          }
          envelope.add(2L * i, values[i]);
        }
        for (int maxPoints : new int[] {4, 5, 17, 1000, 4096, 8192}) {
          Series series = envelope.series(0, maxPoints);
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
  void numbers_winOverNaN() {
    Envelope envelope = new Envelope(64, 1);
    for (int i = 0; i < 5000; i++) {
      envelope.add(i, i % 50 == 7 ? i : Double.NaN);
    }
    Series series = envelope.series(0, 32);
    assertEquals(7, series.step(1));
    assertEquals(7, series.value(1));
    assertTrue(Double.isNaN(series.value(0)) && Double.isNaN(series.value(series.size() - 1)));
  }

  @Test
  void aPeakOfOneRecord_staysWhereItWas_amongAHundredThousand() {
    Envelope history = new Envelope(64, 3);
    double[] row = new double[3];
    for (int step = 0; step < 100_000; step++) {
      row[0] = step == 54_321 ? 9 : 1;
      row[1] = step == 77_777 ? -5 : step == 12_345 ? Double.NaN : 0.5;
      row[2] = step < 50_000 ? Double.NaN : step;
      history.add(step, row);
    }
    Series up = history.series(0, 50);
    int at = Arrays.binarySearch(up.steps(), 54_321);
    assertTrue(at >= 0, "the step of the peak");
    assertEquals(9, up.value(at));
    Series down = history.series(1, 50);
    at = Arrays.binarySearch(down.steps(), 77_777);
    assertTrue(at >= 0, "the step of the dip");
    assertEquals(-5, down.value(at));
    Series late = history.series(2, 50);
    assertTrue(Double.isNaN(late.value(0)));
    assertEquals(99_999, late.value(late.size() - 1));
    assertArrayEquals(new double[] {9, 5, 99_999}, history.largest(), 0);
  }
}
