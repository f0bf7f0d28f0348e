package io.github.implicitbias.lab.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class NumeralsTest {

  @Test
  void numbers_areWrittenAsByHand() {
    assertEquals("0", Numerals.of(0));
    assertEquals("0.25", Numerals.of(0.25));
    assertEquals("−1.5", Numerals.of(-1.5));
    assertEquals("1000", Numerals.of(1000));
    assertEquals("20,000", Numerals.of(20_000));
    assertEquals("5·10^{−6}", Numerals.of(5e-6));
    assertEquals("10^{7}", Numerals.of(1e7));
    assertEquals("0.3", Numerals.of(0.1 + 0.2));
    assertEquals("124,765.2", Numerals.of(124_765.2, 0.2));
    assertEquals("30", Numerals.of(30, 10));
  }

  @Test
  void powersOfTen_areRaised_whereZerosWouldBeCounted() {
    assertEquals("0.01", Numerals.power(-2));
    assertEquals("1000", Numerals.power(3));
    assertEquals("10^{−4}", Numerals.power(-4));
    assertEquals("10^{6}", Numerals.power(6));
  }
}
