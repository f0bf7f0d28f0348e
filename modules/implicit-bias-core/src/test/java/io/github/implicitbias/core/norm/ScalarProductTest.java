package io.github.implicitbias.core.norm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ScalarProductTest {

  @Test
  void sum_agreesWithExactArithmetic_atEveryLengthAndOffset() {
    Random random = new Random(5);
    for (int length = 0; length < 40; length++) {
      double[] x = random.doubles(length + 7, -1, 1).toArray();
      double[] y = random.doubles(length + 7, -1, 1).toArray();
      BigDecimal exact = BigDecimal.ZERO;
      double magnitudes = 0;
      for (int j = 0; j < length; j++) {
        exact = exact.add(new BigDecimal(x[3 + j]).multiply(new BigDecimal(y[5 + j])));
        magnitudes += Math.abs(x[3 + j] * y[5 + j]);
      }
      double found = ScalarProduct.of(x, 3, y, 5, length);
      double bound = (length / 4 + 4) * 0x1p-53 * magnitudes;
      assertEquals(0, new BigDecimal(found).subtract(exact).doubleValue(), bound + 0x1p-1074);
    }
  }

  @Test
  void oppositeParts_giveOppositeBits() {
    Random random = new Random(6);
    double[] x = random.doubles(37, -1, 1).toArray();
    double[] y = random.doubles(37, -1, 1).toArray();
    double[] minus = Arrays.stream(y).map(v -> -v).toArray();
    assertEquals(-ScalarProduct.of(x, 0, y, 0, 37), ScalarProduct.of(x, 0, minus, 0, 37));
  }

  @Test
  void partsOutsideTheArray_areRefused() {
    double[] three = {1, 2, 3};
    assertThrows(IndexOutOfBoundsException.class, () -> ScalarProduct.of(three, 1, three, 0, 3));
  }
}
