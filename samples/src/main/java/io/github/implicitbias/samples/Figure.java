package io.github.implicitbias.samples;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.knowm.xchart.XYChart;

/**
 * A figure for a slide: a claim on top, panels below it, a caption at the foot; as SVG and as PNG
 * at twice its size.
 */
final class Figure {

  static final Color INK = new Color(0x1d2329);
  static final Color MUTED = new Color(0x55606b);
  static final String FONT = Font.SANS_SERIF;

  private static final int PANEL_WIDTH = 520;
  private static final int PANEL_HEIGHT = 400;
  private static final int MARGIN = 24;
  private static final int HEAD = 64;
  private static final int LINE = 22;

  private final String claim;
  private final String caption;
  private final int perRow;
  private final List<Panel> panels = new ArrayList<>();

  /**
   * Makes an empty figure.
   *
   * @param claim what the figure shows, one sentence
   * @param caption how it was made; wrapped
   * @param perRow panels side by side
   */
  Figure(String claim, String caption, int perRow) {
    this.claim = claim;
    this.caption = caption;
    this.perRow = perRow;
  }

  /** Adds a panel, row by row. */
  Panel panel(String title, String xTitle, String yTitle) {
    Panel panel = new Panel(title, xTitle, yTitle, PANEL_WIDTH, PANEL_HEIGHT);
    panels.add(panel);
    return panel;
  }

  /**
   * Writes {@code name.svg} and {@code name.png}.
   *
   * @throws InputException if this machine has no fonts to draw with
   */
  void write(Path folder, String name) throws IOException {
    Dimension size = size();
    Drawing.write(folder, name, size, to -> draw(to, size));
  }

  private int columns() {
    return Math.min(perRow, panels.size());
  }

  private int width() {
    return columns() * PANEL_WIDTH + 2 * MARGIN;
  }

  private Dimension size() {
    BufferedImage probe = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = probe.createGraphics();
    int lines = wrapped(graphics.getFontMetrics(captionFont())).size();
    graphics.dispose();
    int rows = (panels.size() + perRow - 1) / perRow;
    return new Dimension(width(), HEAD + rows * PANEL_HEIGHT + lines * LINE + MARGIN);
  }

  private static Font captionFont() {
    return new Font(FONT, Font.PLAIN, 15);
  }

  private List<String> wrapped(FontMetrics metrics) {
    return Drawing.wrapped(caption, metrics, width() - 2 * MARGIN);
  }

  private void draw(Graphics2D to, Dimension size) {
    to.setColor(INK);
    int points = 22;
    to.setFont(new Font(FONT, Font.BOLD, points));
    while (to.getFontMetrics().stringWidth(claim) > size.width - 2 * MARGIN && points > 14) {
      to.setFont(new Font(FONT, Font.BOLD, --points));
    }
    to.drawString(claim, MARGIN, 40);
    for (int k = 0; k < panels.size(); k++) {
      int x = MARGIN + k % perRow * PANEL_WIDTH;
      int y = HEAD + k / perRow * PANEL_HEIGHT;
      XYChart chart = panels.get(k).chart();
      Graphics2D part = (Graphics2D) to.create();
      part.translate(x, y);
      part.setStroke(new BasicStroke(1));
      chart.paint(part, PANEL_WIDTH, PANEL_HEIGHT);
      part.dispose();
    }
    to.setColor(MUTED);
    to.setFont(captionFont());
    int y = size.height - MARGIN;
    List<String> lines = wrapped(to.getFontMetrics());
    for (int k = lines.size() - 1; k >= 0; k--, y -= LINE) {
      to.drawString(lines.get(k), MARGIN, y);
    }
  }
}
