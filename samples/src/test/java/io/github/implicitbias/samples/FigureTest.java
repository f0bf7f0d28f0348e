package io.github.implicitbias.samples;

import io.github.implicitbias.lab.figure.Figure;
import io.github.implicitbias.lab.figure.Panel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;

class FigureTest {

  @TempDir Path folder;

  @Test
  void bothFilesShowTheSame_andWhatAxesCannotShowIsLeftOut() throws Exception {
    Figure figure = new Figure("A claim", "A caption of a few words. ".repeat(20).strip(), 2);
    figure
        .panel("left", "step", "loss")
        .logX()
        .logY()
        .line("falls", new double[] {0, 1, 10, 100}, new double[] {3, 2, 0, 0.5})
        .bound("floor", 1, 100, 0.25);
    figure
        .panel("right", "x", "y")
        .points("data", new double[] {1, 2}, new double[] {Double.NaN, 3})
        .line("nothing to show", new double[] {1}, new double[] {Double.NaN});
    figure.write(folder, "a");
    BufferedImage image = ImageIO.read(folder.resolve("a.png").toFile());
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    Document svg = factory.newDocumentBuilder().parse(folder.resolve("a.svg").toFile());
    assertEquals(
        image.getWidth() / 2, Integer.parseInt(svg.getDocumentElement().getAttribute("width")));
    assertEquals(
        image.getHeight() / 2, Integer.parseInt(svg.getDocumentElement().getAttribute("height")));
    String text = Files.readString(folder.resolve("a.svg"));
    assertTrue(text.contains("A claim"), "the claim is text");
    int line = Panel.COLOURS[0].getRGB();
    boolean drawn = false;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        drawn |= image.getRGB(x, y) == line;
      }
    }
    assertTrue(drawn, "the line");
  }

  /** XChart would label points of the series, 13 of them, which run into one another. */
  @Test
  void equalSteps_haveFewRoundLabels() throws Exception {
    double[] steps = new double[51];
    double[] values = new double[51];
    Arrays.setAll(steps, t -> 10 * t);
    Figure figure = new Figure("A claim", "A caption.", 1);
    Panel panel = figure.panel("left", "step", "loss").line("flat", steps, values);
    List<Double> labels = new ArrayList<>();
    panel
        .chart()
        .getStyler()
        .setxAxisTickLabelsFormattingFunction(
            value -> {
              labels.add(value);
              return Long.toString(Math.round(value));
            });
    figure.write(folder, "equal");
    assertTrue(labels.contains(500.0), labels::toString);
    for (double label : labels) {
      assertEquals(0, Math.abs(label % 100), labels::toString);
    }
  }
}
