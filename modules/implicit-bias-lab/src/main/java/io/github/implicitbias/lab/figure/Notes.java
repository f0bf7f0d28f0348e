package io.github.implicitbias.lab.figure;

import io.github.implicitbias.lab.figure.Words.Anchor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Names beside points of the plot, each on the first side where there is room. */
final class Notes implements Layer {

  private static final double AWAY = 9;

  private final List<String> names = new ArrayList<>();
  private final List<double[]> places = new ArrayList<>();

  void add(String name, double x, double y) {
    names.add(name);
    places.add(new double[] {x, y});
  }

  @Override
  public void stretch(Axis x, Axis y) {
    for (double[] place : places) {
      x.include(place[0]);
      y.include(place[1]);
    }
  }

  @Override
  public void draw(Scene scene, Plot plot) {
    List<Box> taken = new ArrayList<>();
    for (int k = 0; k < names.size(); k++) {
      double x = plot.x(places.get(k)[0]);
      double y = plot.y(places.get(k)[1]);
      Words[] around = around(names.get(k), x, y);
      Words chosen =
          Arrays.stream(around)
              .filter(words -> plot.box.contains(words.bounds()))
              .filter(words -> taken.stream().noneMatch(words.bounds()::overlaps))
              .findFirst()
              .orElse(around[0]);
      taken.add(chosen.bounds());
      scene.add(chosen.haloed());
    }
  }

  private static Words[] around(String name, double x, double y) {
    double middle = y + 0.36 * Pane.SMALL;
    double size = Pane.SMALL;
    return new Words[] {
      new Words(name, x + AWAY, middle, size, Anchor.START, Palette.INK),
      new Words(name, x - AWAY, middle, size, Anchor.END, Palette.INK),
      new Words(name, x, y - AWAY, size, Anchor.MIDDLE, Palette.INK),
      new Words(name, x, y + AWAY + Text.ABOVE * size, size, Anchor.MIDDLE, Palette.INK),
      new Words(name, x + AWAY, y - AWAY, size, Anchor.START, Palette.INK),
      new Words(name, x - AWAY, y - AWAY, size, Anchor.END, Palette.INK),
      new Words(name, x + AWAY, y + 2 * AWAY, size, Anchor.START, Palette.INK),
      new Words(name, x - AWAY, y + 2 * AWAY, size, Anchor.END, Palette.INK)
    };
  }
}
