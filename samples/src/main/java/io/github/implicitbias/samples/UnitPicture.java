package io.github.implicitbias.samples;

import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Palette;
import io.github.implicitbias.lab.figure.Panel;
import java.awt.Color;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A picture of the units at the start: on the left their incoming weights as points of the plane,
 * direction and magnitude, on the right what else the initializer decides.
 */
final class UnitPicture {

  private static final double ROOM = 1.12;
  private static final int FEW = 6;
  private static final int BINS = 25;
  private static final Color NEUTRAL = Palette.MUTED;
  private static final Color POSITIVE = Palette.series(0);
  private static final Color NEGATIVE = Palette.series(1);
  private static final Color[] SERIES = {Palette.series(2), Palette.series(3)};
  private static final String BALANCE = "|a| = \u2016w\u2016";
  private static final String INCOMING = "norm of the incoming weights, \u2016w\u2016";

  private final Figure figure;
  private final boolean signs;
  private @Nullable Panel plane;
  private double radius;

  /**
   * Starts a picture.
   *
   * @param title the initializer, as one writes it
   * @param caption what it was applied to
   * @param signs true to colour units by the sign of their outgoing weight
   */
  public UnitPicture(String title, String caption, boolean signs) {
    this.figure = Figure.pair(title, caption);
    this.signs = signs;
  }

  /**
   * Draws the incoming weights.
   *
   * @param hollow other units to compare with, null if there are none
   * @param meaning of the hollow ones
   */
  public UnitPicture plane(UnitCloud cloud, @Nullable UnitCloud hollow, String meaning) {
    radius = ROOM * Math.max(radius(cloud), hollow == null ? 0 : radius(hollow));
    Panel drawn =
        figure
            .panel("incoming weights of each unit", "weight for input 0", "weight for input 1")
            .plane()
            .rings()
            .xRange(-radius, radius)
            .yRange(-radius, radius);
    if (hollow != null) {
      drawn.hollow(meaning, weights(hollow, 0, k -> true), weights(hollow, 1, k -> true), NEUTRAL);
    }
    for (int unit = 0; cloud.units() <= FEW && unit < cloud.units(); unit++) {
      double[] w = cloud.incoming(unit);
      drawn.fineLine(new double[] {0, w[0]}, new double[] {0, w[1]}, NEUTRAL);
    }
    units(drawn, cloud, unit -> cloud.incoming(unit)[0], unit -> cloud.incoming(unit)[1]);
    plane = drawn;
    again(drawn, cloud);
    return this;
  }

  /** Shows both of two units that lie at one point: the second as a smaller point on the first. */
  private void again(Panel panel, UnitCloud cloud) {
    Set<List<Double>> drawn = new HashSet<>();
    for (int unit = 0; unit < cloud.units(); unit++) {
      double[] w = cloud.incoming(unit);
      if (!drawn.add(List.of(w[0], w[1]))) {
        panel.points(new double[] {w[0]}, new double[] {w[1]}, colour(cloud, unit));
      }
    }
  }

  private Color colour(UnitCloud cloud, int unit) {
    if (!signs || cloud.outgoing(unit) == 0) {
      return NEUTRAL;
    }
    return cloud.outgoing(unit) > 0 ? POSITIVE : NEGATIVE;
  }

  private void units(Panel panel, UnitCloud cloud, IntToDoubleFunction x, IntToDoubleFunction y) {
    if (!signs) {
      some(panel, "units", cloud, unit -> true, x, y, NEUTRAL);
      return;
    }
    some(panel, "pairs of units", cloud, unit -> cloud.outgoing(unit) == 0, x, y, NEUTRAL);
    some(panel, "a > 0", cloud, unit -> cloud.outgoing(unit) > 0, x, y, POSITIVE);
    some(panel, "a < 0", cloud, unit -> cloud.outgoing(unit) < 0, x, y, NEGATIVE);
  }

  private static void some(
      Panel panel,
      String name,
      UnitCloud cloud,
      IntPredicate which,
      IntToDoubleFunction x,
      IntToDoubleFunction y,
      Color colour) {
    int[] units = IntStream.range(0, cloud.units()).filter(which).toArray();
    if (units.length > 0) {
      double[] valuesX = Arrays.stream(units).mapToDouble(x).toArray();
      panel.points(name, valuesX, Arrays.stream(units).mapToDouble(y).toArray(), colour);
    }
  }

  private static double[] weights(UnitCloud cloud, int input, IntPredicate which) {
    return IntStream.range(0, cloud.units())
        .filter(which)
        .mapToDouble(unit -> cloud.incoming(unit)[input])
        .toArray();
  }

  /** Adds samples to the plane, in a scale of their own, and the line where all units switch. */
  public UnitPicture samples(double[][] samples, double[] weights) {
    double reach = Arrays.stream(samples).mapToDouble(x -> Math.hypot(x[0], x[1])).max().orElse(1);
    double scale = 0.75 * radius / reach;
    double length = Math.hypot(weights[0], weights[1]);
    double dx = -weights[1] / length * 2 * radius;
    double dy = weights[0] / length * 2 * radius;
    Panel drawn = Objects.requireNonNull(plane, "draw the incoming weights first");
    drawn.dashed("where they switch", new double[] {-dx, dx}, new double[] {-dy, dy});
    double[] x = Arrays.stream(samples).mapToDouble(sample -> scale * sample[0]).toArray();
    double[] y = Arrays.stream(samples).mapToDouble(sample -> scale * sample[1]).toArray();
    drawn.crosses("samples", x, y);
    for (int i = 0; i < samples.length; i++) {
      drawn.note(Integer.toString(i), x[i], y[i]);
    }
    return this;
  }

  /** Draws the outgoing against the incoming weight of each unit, and where they balance. */
  public UnitPicture outgoing(UnitCloud cloud) {
    double x = greatest(cloud.units(), cloud::norm);
    double y = greatest(cloud.units(), unit -> Math.abs(cloud.outgoing(unit)));
    boolean alike = y < 20 * x && x < 20 * y;
    double wide = ROOM * (alike ? Math.max(x, y) : x);
    double high = ROOM * (alike ? Math.max(x, y) : y);
    Panel panel =
        figure
            .panel("outgoing against incoming weights", INCOMING, "outgoing weight a")
            .plane()
            .xRange(0, wide)
            .yRange(-high, high);
    if (alike) {
      panel.dashed(BALANCE, new double[] {wide, 0, wide}, new double[] {wide, 0, -wide});
    }
    units(panel, cloud, cloud::norm, cloud::outgoing);
    return this;
  }

  /** Draws the norms of outgoing against those of incoming weights, layer by layer. */
  public UnitPicture balance(UnitCloud... layers) {
    double most = 0;
    for (UnitCloud layer : layers) {
      most = Math.max(most, greatest(layer.units(), layer::norm));
      most = Math.max(most, greatest(layer.units(), unit -> Math.abs(layer.outgoing(unit))));
    }
    double reach = ROOM * most;
    Panel panel =
        figure
            .panel("balance of the layers", INCOMING, "norm of the outgoing weights, |a|")
            .plane()
            .xRange(0, reach)
            .yRange(0, reach)
            .dashed(BALANCE, new double[] {0, reach}, new double[] {0, reach});
    for (int number = 0; number < layers.length; number++) {
      UnitCloud layer = layers[number];
      some(
          panel,
          "hidden layer " + (number + 1),
          layer,
          unit -> true,
          layer::norm,
          layer::outgoing,
          SERIES[number]);
    }
    return this;
  }

  /** Draws the bias of the units against the norm of their weights, for two starts. */
  public UnitPicture bias(UnitCloud first, String firstName, UnitCloud second, String secondName) {
    double reach = 1.3 * radius(first);
    Panel panel =
        figure
            .panel("weights and biases", "norm of the weights, \u2016w\u2016", "bias b")
            .plane()
            .xRange(0, reach)
            .yRange(-0.04 * reach, reach);
    UnitCloud[] clouds = {first, second};
    String[] names = {firstName, secondName};
    for (int k = 0; k < clouds.length; k++) {
      UnitCloud cloud = clouds[k];
      IntToDoubleFunction norm =
          unit -> Math.hypot(cloud.incoming(unit)[0], cloud.incoming(unit)[1]);
      some(panel, names[k], cloud, unit -> true, norm, cloud::bias, SERIES[k]);
    }
    return this;
  }

  /** Draws how often which magnitude occurs. */
  public UnitPicture magnitudes(UnitCloud cloud) {
    double reach = ROOM * greatest(cloud.units(), cloud::norm);
    double[] counts = new double[BINS];
    for (int unit = 0; unit < cloud.units(); unit++) {
      counts[(int) (cloud.norm(unit) / reach * BINS)]++;
    }
    double[] edges = new double[BINS + 1];
    Arrays.setAll(edges, k -> k * reach / BINS);
    figure
        .panel("magnitudes", INCOMING, "number of units")
        .counts()
        .bars(edges, counts, 0.12, NEUTRAL);
    return this;
  }

  /** Draws the pre-activation of a unit on each sample. */
  public UnitPicture preActivations(double[][] samples, double[] weights) {
    double[] z = new double[samples.length];
    Arrays.setAll(z, i -> samples[i][0] * weights[0] + samples[i][1] * weights[1]);
    double[] edges = new double[z.length + 1];
    Arrays.setAll(edges, k -> k - 0.5);
    String[] names =
        IntStream.range(0, z.length).mapToObj(Integer::toString).toArray(String[]::new);
    figure
        .panel("pre-activation of every unit", "sample", "w \u00b7 x")
        .xNames(names)
        .bars(edges, z, 0.6, NEUTRAL);
    return this;
  }

  /** Returns the picture as a scalable vector graphic. */
  public String svg() {
    return figure.svg();
  }

  private static double radius(UnitCloud cloud) {
    return greatest(
        cloud.units(), unit -> Math.hypot(cloud.incoming(unit)[0], cloud.incoming(unit)[1]));
  }

  private static double greatest(int units, IntToDoubleFunction size) {
    return IntStream.range(0, units).mapToDouble(size).max().orElse(0);
  }
}
