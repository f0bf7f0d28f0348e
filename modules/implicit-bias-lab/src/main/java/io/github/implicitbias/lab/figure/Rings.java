package io.github.implicitbias.lab.figure;

/** Circles around the origin of a plane, through the labelled places of its vertical axis. */
final class Rings implements Layer {

  @Override
  public void stretch(Axis x, Axis y) {
    x.include(0);
    y.include(0);
  }

  @Override
  public void draw(Scene scene, Plot plot) {
    double[] reach = plot.y.reach();
    double most = Math.min(reach[1], -reach[0]);
    double unit = plot.box.height() / (reach[1] - reach[0]);
    double step = Ticks.step(0, most, 3);
    for (double radius = step; radius <= most; radius += step) {
      scene.add(Disc.ring(plot.x(0), plot.y(0), radius * unit, Palette.GRID, 1));
    }
    Box box = plot.box;
    scene.add(Line.from(box.left, plot.y(0), box.right, plot.y(0), Palette.EDGE, 1));
    scene.add(Line.from(plot.x(0), box.top, plot.x(0), box.bottom, Palette.EDGE, 1));
  }
}
