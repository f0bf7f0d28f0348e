package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class BrowserTest {

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
  private final AtomicBoolean said = new AtomicBoolean();

  private boolean isDisabled(boolean installed, boolean required) {
    return Browser.Installed.decide(installed, required, said, out).isDisabled();
  }

  @Test
  void withoutABrowser_testsAreSkipped_andOneLineSaysSo() {
    assertTrue(isDisabled(false, false));
    assertTrue(isDisabled(false, false));
    assertEquals(1, printed.toString(StandardCharsets.UTF_8).lines().count());
  }

  @Test
  void aBrowserThatIsRequiredButMissing_isAFailure() {
    assertThrows(IllegalStateException.class, () -> isDisabled(false, true));
  }

  @Test
  void withABrowser_nothingIsSaid() {
    assertFalse(isDisabled(true, true));
    assertFalse(isDisabled(true, false));
    assertEquals(0, printed.size());
  }
}
