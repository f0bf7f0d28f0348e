package io.github.implicitbias.lab.figure;

import java.awt.Color;

/** Bars from 0 up, side by side: of a histogram, or one per thing that is named. */
final class Bars implements Layer {

  private final double[] edges;
  private final double[] heights;
  private final double gap;
  private final Color colour;

  /**
   * Makes bars.
   *
   * @param edges one more than there are bars
   * @param gap the part of each that is left free
   */
  Bars(double[] edges, double[] heights, double gap, Color colour) {
    this.edges = edges.clone();
    this.heights = heights.clone();
    this.gap = gap;
    this.colour = colour;
  }

  @Override
  public void stretch(Axis x, Axis y) {
    y.include(0);
    for (int k = 0; k < heights.length; k++) {
      x.include(edges[k]);
      x.include(edges[k + 1]);
      y.include(heights[k]);
    }
  }

  @Override
  public void draw(Scene scene, Plot plot) {
    for (int k = 0; k < heights.length; k++) {
      if (heights[k] != 0) {
        double free = gap * (edges[k + 1] - edges[k]) / 2;
        scene.add(
            Line.rectangle(
                plot.x(edges[k] + free),
                plot.y(heights[k]),
                plot.x(edges[k + 1] - free),
                plot.y(0),
                colour));
      }
    }
  }
}
