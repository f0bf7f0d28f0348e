package io.github.implicitbias.lab.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Small pictures are drawn, pixel by pixel, in both forms of a figure. */
class PicturesTest {

  private static final double[] STAIRS = {
    0, 0, 0, 5,
    0, 0, 5, 5,
    0, 5, 5, 5,
  };

  private static Figure figure() {
    Figure figure = Figure.grid("Wrong labels", "Found by training.", 1);
    figure
        .pictures("suspects", "label and what the network says", 5)
        .picture(STAIRS, 4, "7 \u2192 1")
        .picture(new double[] {1, 1}, 2, "plain");
    return figure;
  }

  @Test
  void everyPixelIsWhereItBelongs() {
    Scene scene = figure().scene();
    List<Raster> rasters =
        scene.shapes().stream()
            .filter(shape -> shape instanceof Raster)
            .map(shape -> (Raster) shape)
            .collect(Collectors.toList());
    assertEquals(2, rasters.size());
    Box box = rasters.get(0).bounds();
    assertEquals(4.0 / 3, box.width() / box.height(), 1e-12, "pixels are squares");
    BufferedImage drawn = scene.image(2);
    for (int k = 0; k < STAIRS.length; k++) {
      double x = box.left + (k % 4 + 0.5) * box.width() / 4;
      double y = box.top + (k / 4 + 0.5) * box.height() / 3;
      Color expected = STAIRS[k] > 0 ? Color.BLACK : Color.WHITE;
      Color seen = new Color(drawn.getRGB((int) (2 * x), (int) (2 * y)));
      assertEquals(expected, seen, "pixel " + k);
    }
    assertTrue(
        scene.shapes().stream().anyMatch(shape -> shape.toString().contains("7 \u2192 1")),
        "the caption is there");
  }

  @Test
  void theVectorGraphic_holdsTheSamePixels() throws Exception {
    Matcher data = Pattern.compile("base64,([^\"]+)").matcher(figure().svg());
    assertTrue(data.find());
    byte[] png = Base64.getDecoder().decode(data.group(1));
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertEquals(4, image.getWidth());
    assertEquals(3, image.getHeight());
    for (int k = 0; k < STAIRS.length; k++) {
      assertEquals(
          STAIRS[k] > 0 ? 0 : 255, image.getRaster().getSample(k % 4, k / 4, 0), "pixel " + k);
    }
  }

  @Test
  void whatIsNoSmallPicture_isRefused() {
    Figure pictures = Figure.grid("a", "b", 1);
    assertThrows(NullPointerException.class, () -> pictures.picture(new double[4], 2, ""));
    pictures.pictures("t", "e", 5);
    assertThrows(IllegalArgumentException.class, () -> pictures.picture(new double[5], 2, ""));
    assertThrows(IllegalArgumentException.class, () -> pictures.picture(new double[0], 0, ""));
    assertThrows(
        IllegalArgumentException.class, () -> pictures.picture(new double[65 * 2], 65, ""));
  }
}
