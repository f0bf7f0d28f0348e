package io.github.implicitbias.lab.figure;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Font;
import java.awt.GraphicsEnvironment;
import java.awt.font.FontRenderContext;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextTest {

  @Test
  void raisedAndLoweredParts_areSmaller_andTheRestStandsForItself() {
    Text text = Text.of("10^{−4} w_{0} a_b^c");
    assertEquals("10−4 w0 a_b^c", text.toString());
    assertEquals(5, text.parts.size());
    assertTrue(text.parts.get(1).shift > 0 && text.parts.get(3).shift < 0);
    assertTrue(text.width(10, false) < Text.width("10−4 w0 a_b^c", 10, false));
  }

  @Test
  void wrappedLines_areNoWiderThanAsked_andLoseNoWord() {
    String words = "a caption of a good many words that are wrapped at the foot of a figure";
    List<String> lines = Text.wrapped(words, 14, false, 150);
    assertTrue(lines.size() > 2);
    assertEquals(words, String.join(" ", lines));
    for (String line : lines) {
      assertTrue(Text.width(line, 14, false) <= 150, line);
    }
  }

  @Test
  void claimOfTwoLines_isBrokenInItsMiddle() {
    String claim = "The gap shrinks like the root of n over d, and the pattern freezes at once";
    double width = 0.97 * Text.width(claim, 20, true);
    List<String> lines = Text.evenlyWrapped(claim, 20, true, width);
    assertEquals(2, lines.size());
    assertEquals(claim, String.join(" ", lines));
    assertTrue(lines.get(1).length() > 0.6 * lines.get(0).length(), lines::toString);
    assertEquals(List.of("short"), Text.evenlyWrapped("short", 20, true, 500));
  }

  /** The widths are those of the font that figures name first; it is not on every machine. */
  @Test
  void knownWidths_areThoseOfTheFont() {
    System.setProperty("java.awt.headless", "true");
    String[] families =
        GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames();
    assumeTrue(Arrays.asList(families).contains("DejaVu Sans"));
    FontRenderContext context = new FontRenderContext(null, true, true);
    String words = "The norm of w, 0.25 at step 1000; (units) |a| ‖θ − θ₀‖ ← √ ·";
    for (int style : new int[] {Font.PLAIN, Font.BOLD}) {
      Font font = new Font("DejaVu Sans", style, 100);
      double measured = font.getStringBounds(words, context).getWidth();
      double known = Text.width(words, 100, style == Font.BOLD);
      assertTrue(known >= 0.995 * measured && known < 1.05 * measured, known + ", " + measured);
    }
  }
}
