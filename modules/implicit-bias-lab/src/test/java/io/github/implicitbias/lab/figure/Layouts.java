package io.github.implicitbias.lab.figure;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;

/** What holds for every figure: nothing is cut off, and no two texts lie over one another. */
final class Layouts {

  private Layouts() {}

  static void check(Scene scene, String what) {
    Box paper = new Box(0, 0, scene.width, scene.height);
    List<Words> words = new ArrayList<>();
    for (Shape shape : scene.shapes()) {
      assertTrue(
          paper.contains(shape.bounds()),
          what + ": cut off: " + shape + shape.bounds() + " of " + paper);
      if (shape instanceof Words) {
        words.add((Words) shape);
      }
    }
    for (int i = 0; i < words.size(); i++) {
      for (int j = 0; j < i; j++) {
        boolean overlap = words.get(i).bounds().overlaps(words.get(j).bounds());
        assertTrue(!overlap, what + ": '" + words.get(i) + "' over '" + words.get(j) + "'");
      }
    }
  }
}
