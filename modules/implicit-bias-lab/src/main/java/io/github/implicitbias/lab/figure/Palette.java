package io.github.implicitbias.lab.figure;

import java.awt.Color;

/**
 * The colours of figures: those of the page on a light ground, which colour-blind people tell
 * apart.
 */
public final class Palette {

  /** Text that is read first. */
  public static final Color INK = new Color(0x1d2329);

  /** Text that explains, and lines that compare. */
  public static final Color MUTED = new Color(0x55606b);

  static final Color GRID = new Color(0xe3e7eb);
  static final Color EDGE = new Color(0xa9b2bb);

  /** What does not matter. */
  public static final Color PALE = new Color(0xe9ecef);

  private static final int[] SERIES = {
    0x1b212c, 0xc3355e, 0x2d77bb, 0x403399, 0x83828a, 0x473c18, 0x8b0f55, 0x5439df
  };

  private static final int[] CLASSES = {
    0x464bdc, 0xbc426a, 0x86b5be, 0x3e161f, 0xe171de, 0x8e884a, 0x190e49, 0xd0cc4b, 0x8a2f9d,
    0x434623
  };

  private Palette() {}

  /** Returns the colour of a series, counted from 0; after eight they begin again. */
  public static Color series(int number) {
    return new Color(SERIES[Math.floorMod(number, SERIES.length)]);
  }

  /** Returns the colour of a class of samples, counted from 0; after ten they begin again. */
  public static Color ofClass(int number) {
    return new Color(CLASSES[Math.floorMod(number, CLASSES.length)]);
  }

  /** Returns a colour mixed with white; a weight of 1 leaves it as it is. */
  static Color pale(Color colour, double weight) {
    return new Color(
        mixed(colour.getRed(), weight),
        mixed(colour.getGreen(), weight),
        mixed(colour.getBlue(), weight));
  }

  /** Returns a colour darkened until letters in it are read on white: a contrast of 4.5 to 1. */
  static Color legible(Color colour) {
    Color dark = colour;
    while (luminance(dark) > 1.05 / 4.5 - 0.05) {
      dark =
          new Color(
              (int) (0.96 * dark.getRed()),
              (int) (0.96 * dark.getGreen()),
              (int) (0.96 * dark.getBlue()));
    }
    return dark;
  }

  /** Returns the relative luminance as WCAG 2 defines it. */
  static double luminance(Color colour) {
    return 0.2126 * linear(colour.getRed())
        + 0.7152 * linear(colour.getGreen())
        + 0.0722 * linear(colour.getBlue());
  }

  private static double linear(int part) {
    double share = part / 255.0;
    return share <= 0.04045 ? share / 12.92 : Math.pow((share + 0.055) / 1.055, 2.4);
  }

  private static int mixed(int part, double weight) {
    return (int) Math.round(255 - weight * (255 - part));
  }
}
