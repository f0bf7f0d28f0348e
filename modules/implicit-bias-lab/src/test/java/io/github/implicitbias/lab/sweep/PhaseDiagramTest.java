package io.github.implicitbias.lab.sweep;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

class PhaseDiagramTest {

  @Test
  void cells_meetHalfWayBetweenScales_onTheLogarithms() {
    double[] edges = PhaseDiagram.edges(new double[] {0.01, 1, 100});
    assertArrayEquals(new double[] {0.001, 0.1, 10, 1000}, edges, 1e-9);
  }

  @Test
  void singleScale_hasACellOfADecade() {
    double root = Math.sqrt(10);
    assertArrayEquals(
        new double[] {2 / root, 2 * root}, PhaseDiagram.edges(new double[] {2}), 1e-12);
  }
}
