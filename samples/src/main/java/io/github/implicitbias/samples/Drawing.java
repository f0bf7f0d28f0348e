package io.github.implicitbias.samples;

import java.awt.Color;
import java.awt.Dimension;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.w3c.dom.Document;

/** Puts a drawing into files: SVG, and PNG at twice its size. */
final class Drawing {

  private static final int SCALE = 2;

  private Drawing() {}

  /**
   * Writes {@code name.svg} and {@code name.png}.
   *
   * @param size of the drawing, in points
   * @param painter draws on a white ground
   * @throws InputException if this machine has no fonts to draw with
   */
  static void write(Path folder, String name, Dimension size, Consumer<Graphics2D> painter)
      throws IOException {
    System.setProperty("java.awt.headless", "true");
    try {
      BufferedImage image =
          new BufferedImage(SCALE * size.width, SCALE * size.height, BufferedImage.TYPE_INT_RGB);
      Graphics2D pixels = image.createGraphics();
      pixels.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      pixels.setRenderingHint(
          RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
      pixels.scale(SCALE, SCALE);
      paint(pixels, size, painter);
      pixels.dispose();
      ImageIO.write(image, "png", folder.resolve(name + ".png").toFile());
      SVGGraphics2D vectors = new SVGGraphics2D(document());
      vectors.setSVGCanvasSize(size);
      paint(vectors, size, painter);
      try (Writer out = Files.newBufferedWriter(folder.resolve(name + ".svg"))) {
        vectors.stream(out, true);
      }
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    } catch (LinkageError | NullPointerException e) {
      // What Java does without fontconfig depends on its version.
      throw new InputException(
          "Figures cannot be drawn: Java finds no fonts. Install fontconfig and a font, such as"
              + " fonts-dejavu.",
          e);
    }
  }

  private static void paint(Graphics2D to, Dimension size, Consumer<Graphics2D> painter) {
    to.setColor(Color.WHITE);
    to.fillRect(0, 0, size.width, size.height);
    painter.accept(to);
  }

  private static Document document() throws ParserConfigurationException {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .getDOMImplementation()
        .createDocument("http://www.w3.org/2000/svg", "svg", null);
  }

  /** Returns the lines of a text that is no wider than {@code width} points. */
  static List<String> wrapped(String text, FontMetrics metrics, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      String longer = line.length() == 0 ? word : line + " " + word;
      if (metrics.stringWidth(longer) > width && line.length() > 0) {
        lines.add(line.toString());
        line = new StringBuilder(word);
      } else {
        line = new StringBuilder(longer);
      }
    }
    lines.add(line.toString());
    return lines;
  }
}
