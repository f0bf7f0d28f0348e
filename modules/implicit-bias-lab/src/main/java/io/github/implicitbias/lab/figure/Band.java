package io.github.implicitbias.lab.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The area between two curves. */
final class Band implements Layer {

  private static final double WEIGHT = 0.2;

  private final double[] x;
  private final double[] low;
  private final double[] high;
  private final Color colour;

  Band(double[] x, double[] low, double[] high, Color colour) {
    this.x = x.clone();
    this.low = low.clone();
    this.high = high.clone();
    this.colour = Palette.pale(colour, WEIGHT);
  }

  @Override
  public void stretch(Axis axisX, Axis axisY) {
    for (int k = 0; k < x.length; k++) {
      if (axisX.shows(x[k]) && axisY.shows(low[k]) && axisY.shows(high[k])) {
        axisX.include(x[k]);
        axisY.include(low[k]);
        axisY.include(high[k]);
      }
    }
  }

  @Override
  public void draw(Scene scene, Plot plot) {
    List<double[]> there = new ArrayList<>();
    List<double[]> back = new ArrayList<>();
    for (int k = 0; k < x.length; k++) {
      if (plot.shows(x[k], low[k]) && plot.shows(x[k], high[k])) {
        double at = clamped(plot.x(x[k]), plot.box.left, plot.box.right);
        there.add(new double[] {at, clamped(plot.y(low[k]), plot.box.top, plot.box.bottom)});
        back.add(new double[] {at, clamped(plot.y(high[k]), plot.box.top, plot.box.bottom)});
      }
    }
    if (there.size() > 1) {
      Collections.reverse(back);
      there.addAll(back);
      scene.add(Line.around(there.toArray(new double[0][]), colour));
    }
  }

  private static double clamped(double value, double low, double high) {
    return Math.max(low, Math.min(high, value));
  }
}
