package io.github.implicitbias.core.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.probe.Probe;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ConeSupportTest {

  private static ConeSupport cone(double... x) {
    return ConeSupport.of(x, x.length / 2, false);
  }

  @Test
  void s1a_hasItsTwoAngularExtremes() {
    Probe probe = Reference.probe("s1a_data.csv");
    ConeSupport cone = ConeSupport.of(probe.features(), 3, false);
    assertTrue(cone.isPointed());
    assertArrayEquals(new int[] {0, 1}, cone.samples());
  }

  @Test
  void inThePlane_theExtremeRaysAreThoseOfSmallestAndLargestAngle() {
    SplittableRandom random = new SplittableRandom(1);
    for (int p = 0; p < 200; p++) {
      int n = 1 + random.nextInt(12);
      double from = 7 * random.nextDouble();
      double width = 3.1 * random.nextDouble();
      double[] angles = new double[n];
      double[] x = new double[2 * n];
      int lowest = 0;
      int highest = 0;
      for (int i = 0; i < n; i++) {
        angles[i] = from + width * random.nextDouble();
        double radius = Math.pow(10, 6 * random.nextDouble() - 3);
        x[2 * i] = radius * Math.cos(angles[i]);
        x[2 * i + 1] = radius * Math.sin(angles[i]);
        lowest = angles[i] < angles[lowest] ? i : lowest;
        highest = angles[i] > angles[highest] ? i : highest;
      }
      ConeSupport cone = cone(x);
      assertTrue(cone.isPointed());
      int[] expected =
          n == 1 ? new int[] {0} : new int[] {Math.min(lowest, highest), Math.max(lowest, highest)};
      assertArrayEquals(expected, cone.samples(), "problem " + p);
    }
  }

  @Test
  void inThePlane_theConeIsPointedIfAnOpenHalfPlaneHoldsAllSamples() {
    SplittableRandom random = new SplittableRandom(2);
    int pointed = 0;
    for (int p = 0; p < 200; p++) {
      int n = 2 + random.nextInt(4);
      double[] angles = new double[n];
      double[] x = new double[2 * n];
      for (int i = 0; i < n; i++) {
        angles[i] = 2 * Math.PI * random.nextDouble();
        x[2 * i] = Math.cos(angles[i]);
        x[2 * i + 1] = Math.sin(angles[i]);
      }
      Arrays.sort(angles);
      double gap = angles[0] + 2 * Math.PI - angles[n - 1];
      for (int i = 1; i < n; i++) {
        gap = Math.max(gap, angles[i] - angles[i - 1]);
      }
      ConeSupport cone = cone(x);
      assertEquals(gap > Math.PI, cone.isPointed(), "gap " + gap);
      assertEquals(cone.isPointed() ? 2 : 0, cone.samples().length);
      pointed += cone.isPointed() ? 1 : 0;
    }
    assertTrue(pointed > 20 && pointed < 180, "pointed " + pointed);
  }

  /** Returns true if x_j is a non-negative combination of at most three others (Caratheodory). */
  private static boolean isInside(double[] x, int n, int j) {
    double[] target = Arrays.copyOfRange(x, 3 * j, 3 * j + 3);
    for (int set = 1; set < 1 << n; set++) {
      int size = Integer.bitCount(set);
      if (size > 3 || (set >> j & 1) != 0) {
        continue;
      }
      double[][] columns = new double[size][];
      for (int i = 0, at = 0; i < n; i++) {
        if ((set >> i & 1) != 0) {
          columns[at++] = Arrays.copyOfRange(x, 3 * i, 3 * i + 3);
        }
      }
      double[] c = Reference.leastSquares(columns, target);
      boolean inside =
          Reference.distance(columns, c, target) < 1e-9
              && Arrays.stream(c).allMatch(value -> value > -1e-9);
      if (inside) {
        return true;
      }
    }
    return false;
  }

  @Test
  void inSpace_extremeRaysAreThoseThatNoThreeOthersMake_onLatticesToo() {
    SplittableRandom random = new SplittableRandom(3);
    int inside = 0;
    for (int p = 0; p < 150; p++) {
      int n = 4 + random.nextInt(6);
      double[] x = new double[3 * n];
      for (int i = 0; i < n; i++) {
        boolean lattice = p % 2 == 0;
        x[3 * i] = lattice ? random.nextInt(4) : Reference.gaussian(random);
        x[3 * i + 1] = lattice ? random.nextInt(4) : Reference.gaussian(random);
        x[3 * i + 2] = 1 + (lattice ? random.nextInt(2) : random.nextDouble());
      }
      ConeSupport cone = ConeSupport.of(x, n, false);
      assertTrue(cone.isPointed());
      for (int j = 0; j < n; j++) {
        boolean parallel = false;
        for (int i = 0; i < n; i++) {
          parallel |= i != j && areParallel(x, i, j);
        }
        if (!parallel) {
          boolean expected = !isInside(x, n, j);
          assertEquals(expected, cone.contains(j), "problem " + p + ", sample " + j);
          inside += expected ? 0 : 1;
        }
      }
    }
    assertTrue(inside > 100, "inside " + inside);
  }

  private static boolean areParallel(double[] x, int i, int j) {
    double product = 0;
    double first = 0;
    double second = 0;
    for (int k = 0; k < 3; k++) {
      product += x[3 * i + k] * x[3 * j + k];
      first += x[3 * i + k] * x[3 * i + k];
      second += x[3 * j + k] * x[3 * j + k];
    }
    return product * product > (1 - 1e-12) * first * second;
  }

  @Test
  void samplesOnOneRay_areStoodForByTheFirst() {
    assertArrayEquals(new int[] {0, 1}, cone(1, 0, 0, 1, 3, 0, 0, 1e-5, 1, 0).samples());
  }

  @Test
  void zeros_areNoExtremeRays() {
    assertArrayEquals(new int[] {1, 2}, cone(0, 0, 1, 0, 0, 1).samples());
    assertEquals(0, cone(0, 0, 0, 0).samples().length);
  }

  @Test
  void oppositeSamples_leaveNoExtremeRays() {
    ConeSupport cone = cone(1, 0, -2, 0, 0, 1);
    assertFalse(cone.isPointed());
    assertEquals(0, cone.samples().length);
  }

  @Test
  void withBias_theCornersOfTheConvexHullAreLeft() {
    // A square, its centre, the middle of an edge, and a duplicate corner.
    double[] x = {0, 0, 2, 0, 2, 2, 0, 2, 1, 1, 1, 0, 2, 2};
    ConeSupport cone = ConeSupport.of(x, 7, true);
    assertTrue(cone.isPointed());
    assertArrayEquals(new int[] {0, 1, 2, 3}, cone.samples());
  }

  @Test
  void independentSamples_areAllExtreme_alsoWhereTheyAreMany() {
    double[] x = Reference.gaussians(new SplittableRandom(4), 100 * 200);
    assertEquals(100, ConeSupport.of(x, 100, false).samples().length);
  }

  @Test
  void oneSampleInTheMiddleOfManyInputs_isFound() {
    double[] x = Reference.gaussians(new SplittableRandom(5), 40 * 100);
    for (int k = 0; k < 100; k++) {
      x[7 * 100 + k] = x[k] + 0.5 * x[300 + k] + 2 * x[1300 + k];
    }
    ConeSupport cone = ConeSupport.of(x, 40, false);
    assertEquals(39, cone.samples().length);
    assertFalse(cone.contains(7));
  }

  @Test
  void sizesOfAnyMagnitude_doNotMatter() {
    assertArrayEquals(new int[] {0, 1}, cone(1e300, 0, 0, 1e-300, 1e-10, 1e-10).samples());
  }

  @Test
  void whereItWouldTakeTooLong_itIsNotComputed() {
    double[] x = Reference.gaussians(new SplittableRandom(6), 50 * 10);
    assertNull(ConeSupport.of(x, 50, false, 1e5));
    assertNotNull(ConeSupport.of(x, 50, false, 1e7));
  }

  @Test
  void entriesThatAreNotFinite_areRefused() {
    assertThrows(IllegalArgumentException.class, () -> cone(1, Double.NaN));
    assertThrows(IllegalArgumentException.class, () -> cone(Double.NEGATIVE_INFINITY, 1));
    assertThrows(IllegalArgumentException.class, () -> ConeSupport.of(new double[3], 2, false));
  }
}
