package io.github.implicitbias.core.visit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Weights of 1, with which rows are judged one after the other, change nothing. */
class LabelKindTest {

  private static final int SAMPLES = 400;

  @Test
  void classes_areJudgedAlike_inTheShortWayAndInTheLong() {
    SplittableRandom random = new SplittableRandom(4);
    double[] odd = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 800, -800, 0};
    for (int outputs = 1; outputs < 6; outputs++) {
      double[] z = new double[SAMPLES * outputs];
      double[] y = new double[z.length];
      for (int i = 0; i < SAMPLES; i++) {
        for (int k = i * outputs; k < (i + 1) * outputs; k++) {
          z[k] = i % 3 == 0 ? random.nextInt(3) : random.nextDouble() - 0.5;
          z[k] = random.nextInt(20) == 0 ? odd[random.nextInt(odd.length)] : z[k];
          y[k] = i % 5 == 0 ? random.nextInt(2) : i % 7 == 0 ? random.nextDouble() : 0;
        }
        y[i * outputs + random.nextInt(outputs)] = i % 11 == 0 ? 0 : 1;
      }
      double[] ones = new double[SAMPLES];
      Arrays.fill(ones, 1);
      VisitedBatch quick = new VisitedBatch(SAMPLES, 0);
      VisitedBatch each = new VisitedBatch(SAMPLES, 0);
      LabelKind.CLASSES.judge(quick, 1, z, y, outputs, null);
      LabelKind.CLASSES.judge(each, 1, z, y, outputs, ones);
      assertArrayEquals(each.labels(), quick.labels());
      assertArrayEquals(each.instead(), quick.instead());
      assertArrayEquals(each.margins(), quick.margins());
      assertArrayEquals(each.confidences(), quick.confidences());
    }
  }
}
