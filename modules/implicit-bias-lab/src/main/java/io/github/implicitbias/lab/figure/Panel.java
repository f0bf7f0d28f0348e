package io.github.implicitbias.lab.figure;

import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One panel of a figure: curves, points, bands and more over two axes. Lines are named at their
 * ends where these are at the right and apart, otherwise in a legend above the plot.
 *
 * <p>Numbers that an axis cannot show (absent, infinite, 0 on a logarithmic axis) are left out.
 */
public final class Panel extends Pane {

  private static final double HEAVY = 2.4;
  private static final double FINE = 1.1;
  private static final double POINT = 4;
  private static final double SMALL_POINT = 2.2;
  private static final int MANY = 500;
  private static final double AT_THE_END = 0.04;

  final String title;
  final Axis x;
  final Axis y;
  final Events events = new Events();
  private final List<Key> keys = new ArrayList<>();
  final List<Layer> layers = new ArrayList<>();
  private final List<Layer> named = new ArrayList<>();
  private final List<Layer> below = new ArrayList<>();
  private final PanelDrawing drawing = new PanelDrawing(this);
  private boolean plane;
  private int next;
  private @Nullable Notes notes;

  Panel(String title, String xTitle, String yTitle, double side) {
    this.title = title;
    this.x = new Axis(xTitle);
    this.y = new Axis(yTitle);
    drawing.side(side);
  }

  /** Makes the horizontal axis logarithmic, with a place for 0 before the smallest number. */
  public Panel logX() {
    x.logarithmic(true);
    return this;
  }

  /** Makes the vertical axis logarithmic. */
  public Panel logY() {
    y.logarithmic(false);
    return this;
  }

  /** Sets the ends of the horizontal axis. */
  public Panel xRange(double from, double upTo) {
    x.range(from, upTo);
    return this;
  }

  /** Sets the ends of the vertical axis. */
  public Panel yRange(double from, double upTo) {
    y.range(from, upTo);
    return this;
  }

  /** Makes the vertical axis one of counts: its labels are whole numbers. */
  public Panel counts() {
    y.whole();
    return this;
  }

  /** Names the places 0, 1, 2 and so on of the horizontal axis. */
  public Panel xNames(String... names) {
    x.categories(names);
    return this;
  }

  /** Makes both axes reach a number. */
  public Panel reaching(double valueX, double valueY) {
    x.include(valueX);
    y.include(valueY);
    return this;
  }

  /** Makes the plot a plane: a square, with lines across it in both directions. */
  public Panel plane() {
    plane = true;
    return this;
  }

  /** Draws circles around the origin of a plane, below all else. */
  public Panel rings() {
    below.add(new Rings());
    return this;
  }

  /** Adds a named line in the next colour. */
  public Panel line(String name, double[] valuesX, double[] valuesY) {
    return line(name, valuesX, valuesY, Palette.series(next++));
  }

  /** Adds a named line in a colour. */
  public Panel line(String name, double[] valuesX, double[] valuesY, Color colour) {
    return named(Key.ofLine(name, colour, HEAVY), new Curve(valuesX, valuesY, colour, HEAVY));
  }

  /** Adds a fine line, one of many, without a name. */
  public Panel fineLine(double[] valuesX, double[] valuesY, Color colour) {
    layers.add(new Curve(valuesX, valuesY, colour, FINE));
    return this;
  }

  /** Adds a line without a name. */
  public Panel heavyLine(double[] valuesX, double[] valuesY, Color colour) {
    layers.add(new Curve(valuesX, valuesY, colour, HEAVY));
    return this;
  }

  /** Names a colour of lines without names. */
  public Panel key(String name, Color colour) {
    keys.add(Key.ofLine(name, colour, HEAVY));
    named.add(null);
    return this;
  }

  /** Adds a named dashed line through points, for comparison. */
  public Panel dashed(String name, double[] valuesX, double[] valuesY) {
    Color colour = Palette.MUTED;
    return named(
        Key.ofLine(name, colour, Level.WIDTH, Level.DASHES),
        new Curve(valuesX, valuesY, colour, Level.WIDTH, Level.DASHES));
  }

  /** Adds a named dashed line at a height. */
  public Panel level(String name, double height) {
    Color colour = Palette.MUTED;
    return named(Key.ofLine(name, colour, Level.WIDTH, Level.DASHES), new Level(height, colour));
  }

  /** Adds a dashed line at a height without a name. */
  public Panel level(double height) {
    layers.add(new Level(height, Palette.MUTED));
    return this;
  }

  /** Adds a named vertical line. */
  public Panel event(String name, double at) {
    events.add(name, at);
    return this;
  }

  /** Adds named points, smaller ones if there are very many. */
  public Panel points(String name, double[] valuesX, double[] valuesY, Color colour) {
    double radius = valuesX.length > MANY ? SMALL_POINT : POINT;
    return points(name, valuesX, valuesY, colour, Points.Kind.FILLED, radius);
  }

  /** Adds small points without a name. */
  public Panel points(double[] valuesX, double[] valuesY, Color colour) {
    layers.add(new Points(valuesX, valuesY, colour, Points.Kind.FILLED, 3));
    return this;
  }

  /** Adds named hollow points. */
  public Panel hollow(String name, double[] valuesX, double[] valuesY, Color colour) {
    return points(name, valuesX, valuesY, colour, Points.Kind.HOLLOW, POINT);
  }

  /** Adds named dark crosses. */
  public Panel crosses(String name, double[] valuesX, double[] valuesY) {
    return points(name, valuesX, valuesY, Palette.INK, Points.Kind.CROSS, 5);
  }

  private Panel points(
      String name, double[] valuesX, double[] valuesY, Color colour, Points.Kind kind, double r) {
    Points points = new Points(valuesX, valuesY, colour, kind, r);
    return named(Key.ofPoints(name, colour, points), points);
  }

  /** Fills the area between two lines with a pale colour. */
  public Panel band(double[] valuesX, double[] low, double[] high, Color colour) {
    layers.add(new Band(valuesX, low, high, colour));
    return this;
  }

  /**
   * Adds bars from 0 up.
   *
   * @param edges in rising order, one more than there are bars
   * @param gap the part of each bar that is left free, from 0 to 1
   */
  public Panel bars(double[] edges, double[] heights, double gap, Color colour) {
    layers.add(new Bars(edges, heights, gap, colour));
    return this;
  }

  /** Writes a name beside a point of the plot. */
  public Panel note(String name, double valueX, double valueY) {
    if (notes == null) {
      notes = new Notes();
    }
    notes.add(name, valueX, valueY);
    return this;
  }

  private Panel named(Key key, Layer layer) {
    layers.add(layer);
    keys.add(key);
    named.add(layer);
    return this;
  }

  /** Makes the axes reach all that is shown. */
  void settle() {
    for (Layer layer : all()) {
      layer.stretch(x, y);
    }
  }

  /** Returns all layers, the first at the bottom. */
  List<Layer> all() {
    List<Layer> all = new ArrayList<>(below);
    all.addAll(layers);
    all.add(events);
    if (notes != null) {
      all.add(notes);
    }
    return all;
  }

  boolean isPlane() {
    return plane;
  }

  /** Returns the names of what the axes can show. */
  List<Key> shownKeys() {
    List<Key> shown = new ArrayList<>();
    for (int k = 0; k < keys.size(); k++) {
      if (named.get(k) == null || named.get(k).isShown(x, y)) {
        shown.add(keys.get(k));
      }
    }
    return shown;
  }

  /** Returns whether there is anything to tell apart; a line alone is named by the panel. */
  boolean hasNames() {
    return shownKeys().size() > 1 || shownKeys().size() == 1 && layers.size() > 1;
  }

  /** Returns the names to write at the ends of lines, null if a legend tells them better. */
  @Nullable EndLabels endLabels(Box box) {
    if (!hasNames()) {
      return null;
    }
    Plot plot = new Plot(box, x, y);
    EndLabels labels = new EndLabels();
    for (int k = 0; k < keys.size(); k++) {
      Layer layer = named.get(k);
      if (layer != null && !layer.isShown(x, y)) {
        continue;
      }
      double[] end = end(layer, plot);
      Key key = keys.get(k);
      if (end == null || EndLabels.room(key.name) > EndLabels.WIDEST) {
        return null;
      }
      labels.add(key.name, key.colour, end);
    }
    return shownKeys().size() > EndLabels.MOST ? null : labels;
  }

  /** Returns the point at which a line ends at the right of the plot, null if it does not. */
  private static double @Nullable [] end(Layer layer, Plot plot) {
    if (layer instanceof Level) {
      return new double[] {plot.box.right, plot.y(((Level) layer).height())};
    }
    if (!(layer instanceof Curve)) {
      return null;
    }
    double[] end = ((Curve) layer).end(plot);
    boolean right =
        end != null
            && end[0] > plot.box.right - AT_THE_END * plot.box.width()
            && plot.isInside(Math.min(end[0], plot.box.right), end[1]);
    return right ? end : null;
  }

  @Override
  double leftRoom(double plotHeight) {
    return drawing.leftRoom(plotHeight);
  }

  @Override
  double rightRoom(double plotHeight) {
    return Math.max(super.rightRoom(plotHeight), drawing.rightRoom(plotHeight));
  }

  @Override
  double headRoom(double cellWidth, double plotWidth) {
    return drawing.headRoom(cellWidth, plotWidth);
  }

  @Override
  double plotHeight(double usual) {
    return Math.max(usual, drawing.textHeight());
  }

  @Override
  void draw(Scene scene, Box cell, Box plot, boolean labelled) {
    drawing.draw(scene, cell, plot, labelled);
  }
}
