package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TeacherNeuronTest {

  private static double gaussian(SplittableRandom random) {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  private static double[][] samples(SplittableRandom random, int n, int d) {
    double[][] x = new double[n][d];
    for (double[] row : x) {
      for (int j = 0; j < d; j++) {
        row[j] = gaussian(random);
      }
    }
    return x;
  }

  private static double[] labels(double[][] x, double[] v) {
    double[] y = new double[x.length];
    for (int i = 0; i < y.length; i++) {
      for (int j = 0; j < v.length; j++) {
        y[i] += v[j] * x[i][j];
      }
      y[i] = Math.max(0, y[i]);
    }
    return y;
  }

  private static String refusal(double[][] x, double[] y) {
    return assertThrows(IllegalArgumentException.class, () -> TeacherNeuron.of(x, y)).getMessage();
  }

  @Test
  void findsTheNeuron_of200RandomProblems_whateverTheUnitsOfTheColumns() {
    SplittableRandom random = new SplittableRandom(2106);
    int found = 0;
    for (int trial = 0; trial < 200; trial++) {
      int d = 1 + random.nextInt(8);
      double[][] x = samples(random, 4 * d + random.nextInt(60), d);
      double[] v = samples(random, 1, d)[0];
      if (trial % 2 == 1) {
        for (int j = 0; j < d; j++) {
          double unit = Math.pow(10, 12 * random.nextDouble() - 6);
          v[j] /= unit;
          for (double[] row : x) {
            row[j] *= unit;
          }
        }
      }
      double[] y = labels(x, v);
      int positives = 0;
      for (double label : y) {
        positives += label > 0 ? 1 : 0;
      }
      if (positives < d) {
        continue;
      }
      TeacherNeuron teacher = TeacherNeuron.of(x, y);
      for (int j = 0; j < d; j++) {
        double tolerance = 1e-14 * teacher.conditionNumber() * Math.abs(v[j]) + 1e-300;
        assertEquals(v[j], teacher.solution()[j], 100 * tolerance, "problem " + trial);
      }
      double[] again = labels(x, teacher.solution());
      double largest = 0;
      for (int i = 0; i < y.length; i++) {
        largest = Math.max(largest, Math.abs(again[i] - y[i]));
      }
      assertEquals(largest, teacher.residual(), 1e-14 * (1 + largest));
      found++;
    }
    assertTrue(found > 190, () -> "only some problems had enough positive labels");
  }

  @Test
  void theConditionNumber_isThatOfTheSamplesWithPositiveLabels() {
    double[][] x = {{1, 0}, {0, 1.0 / 1024}, {-5, -5}};
    // The columns are brought to about 1.
    assertEquals(1, TeacherNeuron.of(x, new double[] {1, 1, 0}).conditionNumber(), 1e-12);
    double[][] near = {{1, 1}, {1, 1 + 1e-4}};
    double condition = TeacherNeuron.of(near, labels(near, new double[] {1, 2})).conditionNumber();
    assertEquals(4e4, condition, 100);
  }

  @Test
  void tooFewPositiveLabels_areCounted() {
    double[][] x = {{1, 0}, {0, 1}, {-1, -1}};
    assertEquals(
        "only 1 samples have positive labels, too few to determine 2 weights",
        refusal(x, new double[] {1, 0, 0}));
    assertTrue(refusal(x, new double[3]).startsWith("only 0 samples"));
  }

  @Test
  void samplesThatDoNotDetermineIt_areRefused() {
    double[][] equal = {{1, 2}, {1, 2}, {2, 4}};
    assertTrue(refusal(equal, new double[] {1, 1, 2}).contains("linearly dependent"));
    double[][] near = {{1, 1}, {1, 1 + 1e-9}};
    assertTrue(refusal(near, new double[] {1, 1}).contains("nearly so"));
    double[][] empty = {{1, 0}, {2, 0}};
    assertTrue(refusal(empty, new double[] {1, 2}).contains("linearly dependent"));
  }

  @Test
  void labelsOfNoNeuron_areRefused_withWhatIsMissed() {
    double[][] x = {{1, 0}, {0, 1}, {1, 1}, {-1, 0}};
    assertEquals(3, TeacherNeuron.of(x, new double[] {1, 2, 3, 0}).solution()[0] + 2, 1e-14);
    assertTrue(refusal(x, new double[] {1, 2, 3.5, 0}).contains("misses sample"));
    assertTrue(refusal(x, new double[] {1, 2, 3, -1}).contains("sample 3 has the label -1.0"));
    // v would be on for the last sample, whose label is 0.
    double[][] on = {{1, 0}, {0, 1}, {1, 1}, {1, -0.5}};
    assertTrue(refusal(on, new double[] {1, 1, 2, 0}).contains("misses sample 3 by 0.5"));
    assertTrue(
        refusal(x, new double[] {1, 2, 3 + 1e-6, 0}).contains("no single neuron makes the labels"));
  }

  @Test
  void entriesThatAreNotFinite_areRefused() {
    double[][] x = {{1, Double.NaN}, {0, 1}};
    assertTrue(refusal(x, new double[] {1, 1}).contains("sample 0"));
    double[][] finite = {{1, 0}, {0, 1}};
    assertTrue(refusal(finite, new double[] {1, Double.POSITIVE_INFINITY}).contains("sample 1"));
  }

  @Test
  void samplesOfAnySize_giveTheSameTeacherInTheirScale() {
    double[] teacher = {1, 1.5};
    double[][] points = {{1, 2}, {3, 1}, {-1, 0.5}, {-2, 1}};
    double[] labels =
        Arrays.stream(points).mapToDouble(p -> Math.max(0, p[0] + 1.5 * p[1])).toArray();
    for (int power = -150; power <= 150; power += 10) {
      double ten = Double.parseDouble("1e" + power);
      double[][] scaled =
          Arrays.stream(points)
              .map(p -> new double[] {ten * p[0], ten * p[1]})
              .toArray(double[][]::new);
      double[] found = TeacherNeuron.of(scaled, labels).solution();
      assertEquals(teacher[0], ten * found[0], 1.5e-12, "1e" + power);
      assertEquals(teacher[1], ten * found[1], 1.5e-12, "1e" + power);
    }
  }
}
