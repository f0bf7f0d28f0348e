package io.github.implicitbias.lab.figure;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class FigureTest {

  private static final double[] X = {0, 1, 10, 100};
  private static final double[] Y = {3, 2, 0, 0.5};

  @TempDir Path folder;

  private static Figure example() {
    Figure figure = Figure.grid("A claim <of> one & all", "A caption. ".repeat(30).strip(), 2);
    figure
        .panel("left", "step", "loss")
        .logX()
        .logY()
        .line("falls", X, Y)
        .level("floor", 0.25)
        .event("here", 10)
        .event("and there", 12);
    figure
        .panel("right", "x", "y")
        .points("data", new double[] {1, 2}, new double[] {Double.NaN, 3}, Palette.ofClass(1))
        .line("nothing to show", new double[] {1}, new double[] {Double.NaN});
    return figure;
  }

  private static List<String> words(Scene scene) {
    return scene.shapes().stream()
        .filter(shape -> shape instanceof Words)
        .map(Object::toString)
        .collect(Collectors.toList());
  }

  private static Element parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
        .getDocumentElement();
  }

  @Test
  void bothFiles_showTheSame() throws Exception {
    example().write(folder, "a");
    BufferedImage image = ImageIO.read(folder.resolve("a.png").toFile());
    Element svg = parsed(Files.readString(folder.resolve("a.svg")));
    assertEquals(image.getWidth() / 2, Integer.parseInt(svg.getAttribute("width")));
    assertEquals(image.getHeight() / 2, Integer.parseInt(svg.getAttribute("height")));
    assertTrue(svg.getTextContent().contains("A claim <of> one & all"));
    boolean drawn = false;
    for (int x = 0; x < image.getWidth(); x++) {
      for (int y = 0; y < image.getHeight(); y++) {
        drawn |= image.getRGB(x, y) == Palette.series(0).getRGB();
      }
    }
    assertTrue(drawn, "the line");
  }

  @Test
  void sameFigure_hasTheSameBytes() throws IOException {
    example().write(folder, "a");
    example().write(folder, "b");
    for (String ending : List.of(".svg", ".png")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("a" + ending)),
          Files.readAllBytes(folder.resolve("b" + ending)));
    }
  }

  @Test
  void nothingCollides_andNothingIsCutOff() {
    Layouts.check(example().scene(), "example");
  }

  @Test
  void everyAxis_hasItsTitleAndTwoLabels() {
    List<String> words = words(example().scene());
    assertTrue(words.containsAll(List.of("step", "loss", "x", "y", "here", "floor")), "" + words);
    assertTrue(words.containsAll(List.of("0", "1", "10", "100")), "0 has a place: " + words);
  }

  @Test
  void linesThatEndTogether_areNamedApart_atTheirEnds() {
    Figure figure = Figure.grid("claim", "", 1);
    Panel panel = figure.panel("losses", "step", "loss");
    for (int k = 0; k < 5; k++) {
      panel.line("line " + k, new double[] {0, 1}, new double[] {k, 1e-3 * k});
    }
    Scene scene = figure.scene();
    Layouts.check(scene, "five lines");
    assertTrue(words(scene).contains("line 4"));
  }

  @Test
  void linesThatEndEarly_areNamedInALegend() {
    Figure figure = Figure.grid("claim", "", 1);
    figure
        .panel("paths", "x", "y")
        .line("short", new double[] {0, 0.2}, new double[] {0, 1})
        .line("long", new double[] {0, 1}, new double[] {0, 1});
    List<Shape> shapes = figure.scene().shapes();
    double plotTop =
        shapes.stream()
            .filter(shape -> shape instanceof Line)
            .map(Shape::bounds)
            .filter(box -> box.height() > 50)
            .mapToDouble(box -> box.top)
            .min()
            .orElseThrow();
    Shape name =
        shapes.stream().filter(s -> s.toString().equals("short")).findFirst().orElseThrow();
    assertTrue(name.bounds().bottom < plotTop);
  }

  @Test
  void plotsOfAColumn_haveOneLeftEdge_whateverTheirLabels() {
    Figure figure = Figure.grid("claim", "", 1);
    figure.panel("small", "x", "y").line("a", X, new double[] {1, 2, 3, 4});
    figure.panel("great", "x", "y").line("a", X, new double[] {10_000, 20_000, 3, 4});
    List<Double> edges =
        figure.scene().shapes().stream()
            .filter(shape -> shape instanceof Line)
            .map(Shape::bounds)
            .filter(box -> box.width() > 300 && box.height() <= 1)
            .map(box -> box.left)
            .distinct()
            .collect(Collectors.toList());
    assertEquals(1, edges.size(), edges::toString);
  }

  @Test
  void cells_tellTheCountsWhereKindsDiffer() {
    Figure figure = Figure.strips("claim", "caption");
    double[] edges = {0.1, 1, 10};
    figure.panel("above", "scale", "y").logX().xRange(0.1, 10).heavyLine(X, Y, Palette.INK);
    Map<String, Color> kinds = new LinkedHashMap<>();
    kinds.put("holds", Palette.series(0));
    kinds.put("violated", Palette.series(1));
    figure.cells("predictions", "scale", edges, kinds, Map.of("one", new int[][] {{4, 0}, {1, 3}}));
    figure.boundary(2, "rich", "lazy");
    Scene scene = figure.scene();
    Layouts.check(scene, "cells");
    List<String> words = words(scene);
    assertTrue(words.containsAll(List.of("3", "rich", "lazy", "holds", "violated", "one")));
    assertFalse(words.contains("4"), "all of one kind need no number");
  }

  /** Figures of random numbers and names: whatever is put in, the layout holds. */
  @Test
  void anyFigure_isReadable() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      int perRow = 1 + random.nextInt(3);
      Figure figure =
          random.nextInt(6) == 0
              ? Figure.strips("claim " + seed, "caption")
              : Figure.grid("claim ".repeat(1 + random.nextInt(20)), "caption", perRow);
      for (int k = 1 + random.nextInt(5); k > 0; k--) {
        panel(figure, random);
      }
      Layouts.check(figure.scene(), "figure " + seed);
    }
  }

  private static void panel(Figure figure, Random random) {
    Panel panel =
        figure.panel(
            "title ".repeat(1 + random.nextInt(12)), "the horizontal axis", "the vertical axis");
    if (random.nextBoolean()) {
      panel.logX();
    }
    if (random.nextBoolean()) {
      panel.logY();
    }
    double sizeX = Math.pow(10, random.nextInt(12) - 6);
    double sizeY = Math.pow(10, random.nextInt(20) - 10);
    for (int k = random.nextInt(8); k >= 0; k--) {
      double[] x = new double[1 + random.nextInt(50)];
      double[] y = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        x[i] = i * sizeX;
        y[i] = random.nextInt(9) == 0 ? 0 : random.nextGaussian() * sizeY;
      }
      String name = "name ".repeat(1 + random.nextInt(4)).strip() + k;
      if (random.nextInt(4) == 0) {
        panel.points(name, x, y, Palette.ofClass(k));
      } else if (random.nextInt(4) == 0) {
        panel.level(name, y[0]);
      } else {
        panel.line(name, x, y);
      }
    }
    for (int k = random.nextInt(4); k > 0; k--) {
      panel.event("event " + k, sizeX * (1 + random.nextInt(20)));
    }
  }
}
