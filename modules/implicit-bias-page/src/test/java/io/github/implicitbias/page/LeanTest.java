package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeanTest {

  private static final Path ASSETS =
      Path.of("src/main/resources/io/github/implicitbias/page/assets");

  @Test
  void commentsAndIndentation_go_codeStays() {
    assertEquals(
        "const a = 1; // why\nif (a) {\nb();\n}\n",
        Lean.of("// what\n\n/** of\n * it */\nconst a = 1; // why\nif (a) {\n  b();\n}\n"));
    assertEquals(".a { b: c; }\n", Lean.of("/* one\n   two */\n.a { b: c; }\n"));
  }

  @Test
  void aTemplate_staysAsItIs() {
    String source = "const t = `a\n    // not a comment\n\n  b`;\nf();\n";
    assertEquals(source, Lean.of(source));
  }

  @Test
  void everyAsset_isSmaller_withAllItsStatements() throws Exception {
    Assets assets = new Assets();
    int checked = 0;
    try (Stream<Path> files = Files.list(ASSETS)) {
      for (Path file : files.toArray(Path[]::new)) {
        String source = Files.readString(file);
        Assets.Asset asset = assets.find(file.getFileName().toString());
        String served = new String(asset.plain, StandardCharsets.UTF_8);
        assertTrue(served.length() < source.length(), file.toString());
        assertEquals(statements(source), statements(served), file.toString());
        assertFalse(served.startsWith("//"), file.toString());
        checked++;
      }
    }
    assertTrue(checked > 50, checked + " assets");
  }

  private static long statements(String source) {
    return source
        .lines()
        .filter(line -> line.matches("\\s*(import|export|const|return|\\}).*"))
        .count();
  }
}
