package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Colours that mean different things look different, to colour-blind readers as well.
 *
 * <p>Colours are compared as seen with normal sight and with each of the three dichromacies, by the
 * distance in CIELAB (CIE76; a difference of 2.3 is just noticeable side by side). Protanopia and
 * deuteranopia are simulated by the matrices of Viénot, Brettel and Mollon (1999), tritanopia, for
 * which one matrix is not enough, by the two half planes of Brettel, Viénot and Mollon (1997), all
 * on linear RGB.
 */
class PaletteTest {

  /**
   * Cells of a raster may be a pixel in size, and small things need several times the difference
   * that large ones do: ten just noticeable differences.
   */
  private static final double CELLS = 25;

  /**
   * Strips, bars and lines are larger, and have a name in a legend or a tooltip beside the colour:
   * four just noticeable differences.
   */
  private static final double NAMED = 10;

  /** States have a shape and a word beside their colour. */
  private static final double STATES = 11;

  /** Ten classes, each with its label beside it. */
  private static final double CLASSES = 16;

  /** WCAG 2.1, 1.4.3: contrast of text; the page wants more than the 4.5 asked for. */
  private static final double TEXT_CONTRAST = 5;

  /** WCAG 2.1, 1.4.11: contrast of graphical objects with what is around them. */
  private static final double GRAPHICAL_CONTRAST = 3;

  private static final double[][] NORMAL = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  private static final double[][] PROTANOPIA = {
    {0.11238, 0.88762, 0}, {0.11238, 0.88762, 0}, {0.00401, -0.00401, 1}
  };
  private static final double[][] DEUTERANOPIA = {
    {0.29275, 0.70725, 0}, {0.29275, 0.70725, 0}, {-0.02234, 0.02234, 1}
  };
  private static final double[][] TRITANOPIA_ABOVE = {
    {1.01277, 0.13548, -0.14826}, {-0.01243, 0.86812, 0.14431}, {0.07589, 0.80500, 0.11911}
  };
  private static final double[][] TRITANOPIA_BELOW = {
    {0.93678, 0.18979, -0.12657}, {0.06154, 0.81526, 0.12320}, {-0.37562, 1.12767, 0.24796}
  };
  private static final double[] TRITANOPIA_PLANE = {0.03901, -0.02788, -0.01113};

  private static final List<String> SIGHTS =
      List.of("normal sight", "protanopia", "deuteranopia", "tritanopia");
  private static final Path ASSETS =
      Path.of("../implicit-bias-page/src/main/resources/io/github/implicitbias/page/assets");

  /** Per theme the colours by name. */
  private static final Map<String, Map<String, String>> THEMES = new LinkedHashMap<>();

  @BeforeAll
  static void read() throws Exception {
    String css = Files.readString(ASSETS.resolve("implicit-bias.css"));
    int dark = css.indexOf("@media (prefers-color-scheme: dark)");
    THEMES.put("light", colours(css.substring(0, dark)));
    Map<String, String> darker = new LinkedHashMap<>(THEMES.get("light"));
    darker.putAll(colours(css.substring(dark)));
    THEMES.put("dark", darker);
  }

  private static Map<String, String> colours(String css) {
    Map<String, String> found = new LinkedHashMap<>();
    Matcher matcher = Pattern.compile("--([a-z0-9-]+): (#[0-9A-Fa-f]{6});").matcher(css);
    while (matcher.find()) {
      found.put(matcher.group(1), matcher.group(2));
    }
    return found;
  }

  private static double[] linear(String hex) {
    double[] rgb = new double[3];
    for (int i = 0; i < 3; i++) {
      double c = Integer.parseInt(hex.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
      rgb[i] = c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
    }
    return rgb;
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }

  private static double[] seen(String hex, String sight) {
    double[] rgb = linear(hex);
    double[][] matrix;
    switch (sight) {
      case "protanopia":
        matrix = PROTANOPIA;
        break;
      case "deuteranopia":
        matrix = DEUTERANOPIA;
        break;
      case "tritanopia":
        matrix = dot(TRITANOPIA_PLANE, rgb) >= 0 ? TRITANOPIA_ABOVE : TRITANOPIA_BELOW;
        break;
      default:
        matrix = NORMAL;
    }
    double[] out = new double[3];
    for (int i = 0; i < 3; i++) {
      out[i] = Math.min(1, Math.max(0, dot(matrix[i], rgb)));
    }
    return out;
  }

  private static double[] lab(double[] rgb) {
    double[] sum = {
      dot(new double[] {0.4124564, 0.3575761, 0.1804375}, rgb) / 0.95047,
      dot(new double[] {0.2126729, 0.7151522, 0.0721750}, rgb),
      dot(new double[] {0.0193339, 0.1191920, 0.9503041}, rgb) / 1.08883
    };
    for (int i = 0; i < 3; i++) {
      sum[i] = sum[i] > 216.0 / 24389 ? Math.cbrt(sum[i]) : (24389.0 / 27 * sum[i] + 16) / 116;
    }
    return new double[] {116 * sum[1] - 16, 500 * (sum[0] - sum[1]), 200 * (sum[1] - sum[2])};
  }

  private static double distance(String a, String b, String sight) {
    double[] p = lab(seen(a, sight));
    double[] q = lab(seen(b, sight));
    return Math.sqrt(
        Math.pow(p[0] - q[0], 2) + Math.pow(p[1] - q[1], 2) + Math.pow(p[2] - q[2], 2));
  }

  private static void checkApart(String what, Map<String, String> colours, double least) {
    checkApart(what, colours, least, SIGHTS);
  }

  private static void checkApart(
      String what, Map<String, String> colours, double least, List<String> sights) {
    List<String> names = new ArrayList<>(colours.keySet());
    for (int i = 0; i < names.size(); i++) {
      for (int j = 0; j < i; j++) {
        for (String sight : sights) {
          double distance = distance(colours.get(names.get(i)), colours.get(names.get(j)), sight);
          assertTrue(
              distance >= least,
              String.format(
                  "%s: %s and %s are %.1f apart with %s",
                  what, names.get(i), names.get(j), distance, sight));
        }
      }
    }
  }

  private static Map<String, String> some(Map<String, String> colours, String... names) {
    Map<String, String> some = new LinkedHashMap<>();
    for (String name : names) {
      some.put(name, colours.get(name));
    }
    return some;
  }

  private static double contrast(String a, String b) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double one = dot(weights, linear(a)) + 0.05;
    double other = dot(weights, linear(b)) + 0.05;
    return Math.max(one, other) / Math.min(one, other);
  }

  @Test
  void theSimulation_doesWhatItIsKnownToDo() {
    for (String sight : SIGHTS) {
      assertEquals(0, distance("#ffffff", "#ffffff", sight));
      assertTrue(distance("#000000", "#ffffff", sight) > 99, "lightness is seen by all");
    }
    assertEquals(53.24, lab(linear("#ff0000"))[0], 0.01, "CIELAB of sRGB red");
    assertEquals(80.09, lab(linear("#ff0000"))[1], 0.01);
    assertEquals(67.20, lab(linear("#ff0000"))[2], 0.01);
    assertTrue(distance("#807000", "#a06000", "deuteranopia") < 10, "red and green are confused");
    assertTrue(distance("#807000", "#a06000", "normal sight") > 20);
    assertTrue(distance("#0080c0", "#009080", "tritanopia") < 12, "blue and green are confused");
    assertTrue(distance("#0080c0", "#009080", "normal sight") > 35);
  }

  @Test
  void statesOfTheRaster_areDistinguishable() {
    THEMES.forEach(
        (theme, colours) ->
            checkApart(theme, some(colours, "off", "on", "activation", "deactivation"), CELLS));
  }

  @Test
  void kindsOfFlips_areDistinguishable() {
    THEMES.forEach(
        (theme, colours) ->
            checkApart(theme, some(colours, "activation", "reactivation", "deactivation"), CELLS));
  }

  @Test
  void tenClasses_areDistinguishable_andNoneIsGreenOrOrange() {
    THEMES.forEach(
        (theme, colours) -> {
          Map<String, String> classes = some(colours, names("k", 0, 9));
          checkApart(theme, classes, CLASSES);
          for (String state : List.of("on", "off")) {
            Map<String, String> with = new LinkedHashMap<>(classes);
            with.put(state, colours.get(state));
            checkApart(theme, with, NAMED);
          }
          classes.forEach(
              (name, colour) -> {
                double[] seen = lab(linear(colour));
                double hue = Math.toDegrees(Math.atan2(seen[2], seen[1]));
                boolean isStrong = Math.hypot(seen[1], seen[2]) > 40;
                assertFalse(
                    isStrong && (hue > 110 && hue < 190 || hue > 45 && hue < 80),
                    theme + ": " + name + " " + colour + " has hue " + hue);
              });
        });
  }

  @Test
  void states_andWhatIsChosen_areDistinguishable_andReadable() {
    THEMES.forEach(
        (theme, colours) -> {
          Map<String, String> states = some(colours, "good", "attention", "problem", "information");
          checkApart(theme, states, STATES);
          // Blue and green are one colour without the short cones; a state has a shape and a word.
          states.put("accent", colours.get("accent"));
          checkApart(theme, states, STATES, SIGHTS.subList(0, 3));
          states.forEach(
              (name, colour) -> {
                double contrast = contrast(colour, colours.get("card"));
                assertTrue(contrast >= TEXT_CONTRAST, theme + ": " + name + " " + contrast);
              });
        });
  }

  @Test
  void aColour_hasOneMeaning() {
    List<String> meanings = new ArrayList<>();
    meanings.addAll(List.of("good", "attention", "problem", "accent"));
    meanings.addAll(List.of("on", "activation", "reactivation", "deactivation"));
    meanings.addAll(List.of(names("k", 0, 9)));
    THEMES.forEach(
        (theme, colours) -> {
          Map<String, String> by = new LinkedHashMap<>();
          for (String meaning : meanings) {
            assertEquals(null, by.put(colours.get(meaning), meaning), theme + ": " + meaning);
          }
        });
  }

  private static String[] names(String prefix, int first, int last) {
    return IntStream.rangeClosed(first, last).mapToObj(k -> prefix + k).toArray(String[]::new);
  }

  @Test
  void linesOfAChart_areDistinguishable_andVisible() {
    THEMES.forEach(
        (theme, colours) -> {
          Map<String, String> lines = some(colours, names("c", 1, 8));
          checkApart(theme, lines, NAMED);
          checkApart(theme, some(colours, "loss", "score"), STATES);
          checkApart(theme, some(colours, "measured", "bound"), STATES);
          lines.forEach(
              (name, colour) ->
                  assertTrue(
                      contrast(colour, colours.get("card")) >= GRAPHICAL_CONTRAST,
                      theme + ": " + name + " " + contrast(colour, colours.get("card"))));
        });
  }
}
