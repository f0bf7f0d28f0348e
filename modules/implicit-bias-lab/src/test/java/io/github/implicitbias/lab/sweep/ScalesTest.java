package io.github.implicitbias.lab.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScalesTest {

  @Test
  void scales_areRisingOnce_andWrittenAsByHand() {
    assertEquals(List.of(1e-6, 1e-5, 1e-4), boxed(Scales.of("1e-6:1e-4:3")));
    assertEquals(List.of(0.1, 0.464, 2.15, 10.0), boxed(Scales.of("0.1:10:4")));
    assertEquals(List.of(0.5, 1.0, 2.0), boxed(Scales.of("2,1,0.5,1")));
    assertEquals("1e-6", Scales.name(1e-6));
    assertEquals("3.16e-3", Scales.name(0.00316));
    assertEquals("0.25", Scales.name(0.25));
    assertEquals("10", Scales.name(10));
    assertEquals("1e4", Scales.name(10_000));
  }

  private static List<Double> boxed(double[] values) {
    return List.of(Arrays.stream(values).boxed().toArray(Double[]::new));
  }
}
