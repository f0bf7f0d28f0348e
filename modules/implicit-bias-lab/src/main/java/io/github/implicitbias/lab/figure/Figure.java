package io.github.implicitbias.lab.figure;

import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.figure.Words.Anchor;
import java.awt.Color;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/**
 * A figure for a slide or a page: a claim on top, panels below it, a caption at the foot.
 *
 * <p>Plots that lie above one another or side by side have common edges.
 */
public final class Figure {

  private static final int PIXELS_PER_POINT = 2;
  private static final double MARGIN = 24;
  private static final double CLAIM = 21;
  private static final double CLAIM_LINE = 28;
  private static final double BETWEEN = 26;

  private final String claim;
  private final String caption;
  private final int perRow;
  private final double cellWidth;
  private final double plotHeight;
  private final double side;
  private final List<Pane> panes = new ArrayList<>();
  private @Nullable Pictures pictures;
  private double boundary = Double.NaN;
  private String before = "";
  private String after = "";

  private Figure(
      String claim, String caption, int perRow, double cellWidth, double plotHeight, double side) {
    this.claim = claim;
    this.caption = caption;
    this.perRow = perRow;
    this.cellWidth = cellWidth;
    this.plotHeight = plotHeight;
    this.side = side;
  }

  /**
   * Returns an empty figure of panels on a grid.
   *
   * @param claim what the figure shows, one sentence
   * @param caption how it was made
   * @param perRow panels side by side
   */
  public static Figure grid(String claim, String caption, int perRow) {
    return new Figure(claim, caption, perRow, 516, 270, 0);
  }

  /** Returns an empty figure of two small panels side by side. */
  public static Figure pair(String claim, String caption) {
    return new Figure(claim, caption, 2, 360, 262, 0);
  }

  /**
   * Returns an empty figure of strips below one another, over one axis, with their texts at the
   * left.
   */
  public static Figure strips(String claim, String caption) {
    return new Figure(claim, caption, 1, 1032, 150, 236);
  }

  /**
   * Adds a panel, row by row.
   *
   * @param title what is shown
   * @param xTitle what the horizontal axis measures, with its unit
   * @param yTitle what the vertical axis measures, with its unit
   */
  public Panel panel(String title, String xTitle, String yTitle) {
    Panel panel = new Panel(title, xTitle, yTitle, side);
    panes.add(panel);
    return panel;
  }

  /**
   * Adds rows of cells over a logarithmic axis.
   *
   * @param edges of the cells, in rising order, one more than there are cells in a row
   * @param kinds names and colours of what a cell can hold, counted from 0 in this order
   * @param rows for each row by its name, and for each of its cells, how often each kind occurs
   */
  public void cells(
      String title,
      String xTitle,
      double[] edges,
      Map<String, Color> kinds,
      Map<String, int[][]> rows) {
    Cells cells = new Cells(title, xTitle, edges, side);
    kinds.forEach(cells::kind);
    rows.forEach(cells::row);
    panes.add(cells);
  }

  /**
   * Adds room for small pictures in rows; {@link #picture} fills it.
   *
   * @param explanation what is written below each picture
   * @param perRow pictures side by side
   */
  public Figure pictures(String title, String explanation, int perRow) {
    pictures = new Pictures(title, explanation, perRow);
    panes.add(pictures);
    return this;
  }

  /**
   * Adds a small picture to the last {@link #pictures}.
   *
   * @param pixels row by row; white at the smallest of them, black at the largest
   * @param width of a row, at most 64
   * @throws IllegalArgumentException if it has no pixels, rows are of different lengths, or it is
   *     larger than 64 in one direction
   */
  public Figure picture(double[] pixels, int width, String caption) {
    Objects.requireNonNull(pictures, "pictures(...) makes room first")
        .picture(pixels, width, caption);
    return this;
  }

  /** Marks a place on the common axis of strips, with words left and right of it. */
  public Figure boundary(double at, String left, String right) {
    boundary = at;
    before = left;
    after = right;
    return this;
  }

  /**
   * Writes {@code name.svg} and {@code name.png}.
   *
   * @throws InputException if this machine has no fonts to draw pixels with
   */
  public void write(Path folder, String name) throws IOException {
    Scene scene = scene();
    byte[] svg = scene.svg().getBytes(StandardCharsets.UTF_8);
    Files.write(folder.resolve(name + ".svg"), svg);
    System.setProperty("java.awt.headless", "true");
    try {
      Path file = folder.resolve(name + ".png");
      ImageIO.write(scene.image(PIXELS_PER_POINT), "png", file.toFile());
    } catch (LinkageError | NullPointerException e) {
      // What Java does without fontconfig depends on its version.
      throw new InputException(
          "Figures cannot be drawn: Java finds no fonts. Install fontconfig and a font, such as"
              + " fonts-dejavu.",
          e);
    }
  }

  /** Returns the figure as a scalable vector graphic; the same text on every machine. */
  public String svg() {
    return scene().svg();
  }

  /** Returns a number as figures write it: 0.25, 20,000, 10^{−6}. */
  public static String number(double value) {
    return Numerals.of(value);
  }

  /** Lays everything out. */
  Scene scene() {
    for (Pane pane : panes) {
      if (pane instanceof Panel) {
        ((Panel) pane).settle();
      }
    }
    Grid grid = new Grid(panes, perRow, cellWidth, plotHeight, side > 0 ? 20 : BETWEEN);
    double width = grid.width() + 2 * MARGIN;
    List<String> head = Text.evenlyWrapped(claim, CLAIM, true, grid.width());
    List<String> foot =
        caption.isEmpty() ? List.of() : Text.wrapped(caption, Pane.SMALL, false, grid.width());
    double top = MARGIN + head.size() * CLAIM_LINE + (Double.isNaN(boundary) ? 10 : 34);
    double height = top + grid.height() + foot.size() * Pane.LINE + MARGIN;
    Scene scene = new Scene((int) Math.ceil(width), (int) Math.ceil(height), claim);
    double base = MARGIN + 17;
    for (String line : head) {
      scene.add(new Words(line, MARGIN, base, CLAIM, Anchor.START, Palette.INK).bold());
      base += CLAIM_LINE;
    }
    grid.draw(scene, MARGIN, top);
    if (!Double.isNaN(boundary)) {
      boundary(scene, grid);
    }
    base = top + grid.height() + 16;
    for (String line : foot) {
      scene.add(new Words(line, MARGIN, base, Pane.SMALL, Anchor.START, Palette.MUTED));
      base += Pane.LINE;
    }
    return scene;
  }

  private void boundary(Scene scene, Grid grid) {
    Box box = grid.crossed();
    Panel first = (Panel) panes.get(0);
    double x = box.left + first.x.place(boundary) * box.width();
    scene.add(Line.from(x, box.top - 30, x, box.bottom, Palette.INK, 1.6, 7, 5));
    double base = box.top - 20;
    scene.add(new Words(before, x - 12, base, Pane.TITLE, Anchor.END, Palette.MUTED));
    scene.add(new Words(after, x + 12, base, Pane.TITLE, Anchor.START, Palette.MUTED));
  }
}
