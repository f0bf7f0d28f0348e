package io.github.implicitbias.extending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The training loop of docs/extending.md: without DL4J, recorded, stored and drawn. */
class PlainTrainingTest {

  private static final int STEPS = 300;
  private static final double RATE = 0.1;

  @Test
  void aLoopOnPlainArrays_isRecordedAtEveryStep_andDrawn(@TempDir Path folder) throws IOException {
    PlainTraining plain = new PlainTraining();
    Path file = folder.resolve("plain.ibrun");
    Path page = folder.resolve("plain.html");
    plain.train(STEPS, RATE, file, page);
    Run run = RunFile.open(file);
    assertEquals(STEPS + 1, run.size());
    assertTrue(run.gaps().isEmpty());
    assertEquals(RATE * STEPS, run.latest("time"), 1e-9);
    assertTrue(run.latest("loss") < run.value("loss", 0) / 2, "it learns");
    assertEquals(run.value("loss", 7), run.value("score", 7), 0, "the loss of the whole batch");
    ActivationPattern pattern = run.patternAt(STEPS, "hidden");
    for (int i = 0; i < PlainTraining.SAMPLES; i++) {
      for (int unit = 0; unit < PlainTraining.UNITS; unit++) {
        boolean on = plain.theta[2 * unit] * plain.x[i] + plain.theta[2 * unit + 1] > 0;
        assertEquals(on, pattern.isOn(unit, i), unit + " " + i);
      }
    }
    String html = Files.readString(page);
    assertTrue(html.contains("<title>Implicit bias - " + run.header().sessionId()), "its title");
  }

  /** What the page shows is what is tested, and it is short. */
  @Test
  void thePage_showsThisLoop_inSixtyLines() throws IOException {
    Path root = Paths.get("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/extending.md"))) {
      root = root.getParent();
    }
    String name = PlainTraining.class.getName().replace('.', '/') + ".java";
    String source =
        Files.readString(root.resolve("modules/implicit-bias-ui/src/test/java/").resolve(name));
    String body = source.substring(source.indexOf("public final class"));
    String page = Files.readString(root.resolve("docs/extending.md"));
    assertTrue(page.contains(body), "docs/extending.md does not show the loop as tested");
    long lines = body.lines().filter(line -> !line.isBlank()).count();
    assertTrue(lines <= 60, lines + " lines");
  }
}
