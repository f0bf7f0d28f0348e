package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class FindingTest {

  @Test
  void numbersAsPowersOfTen_haveTwoDigitsAndTheirSigns() {
    assertEquals("4.5·10⁻¹⁶", Finding.powerOfTen(4.5e-16));
    assertEquals("1.2·10⁷", Finding.powerOfTen(12_345_678));
    assertEquals("-3.0·10⁻⁵", Finding.powerOfTen(-3e-5));
    assertEquals("1.0·10²⁰", Finding.powerOfTen(9.96e19));
  }
}
