package io.github.implicitbias.lab.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class PlotTest {

  private final Axis x = new Axis("x");
  private final Axis y = new Axis("y");
  private final Plot plot = new Plot(new Box(0, 0, 100, 100), x, y);

  @Test
  void lineThatLeavesAndReturns_isCutAtTheEdges() {
    List<double[][]> pieces =
        plot.clipped(
            List.of(new double[] {50, 50}, new double[] {150, 50}, new double[] {150, 150}));
    assertEquals(1, pieces.size());
    assertArrayEquals(new double[] {100, 50}, pieces.get(0)[1]);
    pieces =
        plot.clipped(
            List.of(
                new double[] {0, 50},
                new double[] {50, -50},
                new double[] {100, 50},
                new double[] {100, 90}));
    assertEquals(2, pieces.size());
    assertEquals(0, pieces.get(0)[1][1], 1e-12);
    assertEquals(25, pieces.get(0)[1][0], 1e-12);
    assertEquals(3, pieces.get(1).length);
  }

  @Test
  void zero_hasAPlaceBeforeTheSmallestNumber_onALogarithmicAxis() {
    x.logarithmic(true);
    for (double value : new double[] {0, 1, 10, 100}) {
      x.include(value);
    }
    assertTrue(x.hasZero());
    assertTrue(x.place(0) >= 0 && x.place(0) < x.place(1));
    assertEquals(x.place(10) - x.place(1), x.place(100) - x.place(10), 1e-12);
    y.logarithmic(false);
    assertTrue(!y.shows(0) && !y.shows(-1) && !y.shows(Double.NaN) && y.shows(1e-300));
  }

  @Test
  void axisOfOneNumber_orOfNone_hasAReach() {
    y.include(3);
    assertTrue(y.reach()[0] < 3 && y.reach()[1] > 3);
    assertTrue(x.reach()[0] < x.reach()[1]);
    assertTrue(x.ticks(5).stream().filter(Tick::isLabelled).count() >= 2);
  }
}
