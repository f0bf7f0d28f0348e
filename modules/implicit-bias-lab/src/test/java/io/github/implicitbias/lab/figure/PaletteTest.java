package io.github.implicitbias.lab.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A figure and the page show the same thing in the same colour. */
class PaletteTest {

  private static String asset(String name) throws IOException {
    try (InputStream in =
        PaletteTest.class.getResourceAsStream("/io/github/implicitbias/page/assets/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String hex(Color colour) {
    return String.format(Locale.ROOT, "#%06x", colour.getRGB() & 0xffffff);
  }

  @Test
  void series_haveTheColoursOfThePage() throws IOException {
    String css = asset("implicit-bias.css");
    for (int k = 0; k < 8; k++) {
      Matcher matcher = Pattern.compile("--c" + (k + 1) + ": (#[0-9a-f]{6})").matcher(css);
      assertTrue(matcher.find());
      assertEquals(matcher.group(1), hex(Palette.series(k)));
    }
    assertEquals(Palette.series(0), Palette.series(8));
  }

  @Test
  void classes_haveTheColoursOfThePage() throws IOException {
    String css = asset("implicit-bias.css");
    for (int k = 0; k < 10; k++) {
      Matcher matcher = Pattern.compile("--k" + k + ": (#[0-9a-f]{6})").matcher(css);
      assertTrue(matcher.find());
      assertEquals(matcher.group(1), hex(Palette.ofClass(k)));
    }
    assertEquals(Palette.ofClass(0), Palette.ofClass(10));
  }

  @Test
  void lettersInTheColourOfALine_areReadOnWhite() {
    for (int k = 0; k < 8; k++) {
      for (Color colour : new Color[] {Palette.series(k), Palette.ofClass(k)}) {
        double contrast = 1.05 / (Palette.luminance(Palette.legible(colour)) + 0.05);
        assertTrue(contrast >= 4.5, hex(colour) + ": " + contrast);
      }
    }
    assertEquals(Palette.INK, Palette.legible(Palette.INK));
  }
}
