package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class EvenStepsTest {

  @Test
  void stepsThatAreFarApart_areSpreadEvenly_withoutOverflow() {
    long[] steps = EvenSteps.between(5, Long.MAX_VALUE, 5);
    assertEquals(5, steps.length);
    assertEquals(5, steps[0]);
    assertEquals(Long.MAX_VALUE, steps[4]);
    for (int k = 1; k < 5; k++) {
      assertTrue(steps[k] > steps[k - 1]);
    }
    assertArrayEquals(new long[] {3, 4, 5}, EvenSteps.between(3, 5, 100));
    assertArrayEquals(new long[] {7}, EvenSteps.between(7, 7, 100));
  }
}
