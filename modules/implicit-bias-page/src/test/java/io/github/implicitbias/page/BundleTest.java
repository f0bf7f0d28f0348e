package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** All modules as one script. */
class BundleTest {

  private static final Path ASSETS =
      Path.of("src/main/resources/io/github/implicitbias/page/assets");

  private static String bundled(Map<String, String> modules) throws IOException {
    return Bundle.of("main.js", modules::get);
  }

  @Test
  void modulesComeAfterWhatTheyNeed_eachOnce_underTheNamesTheyAskFor() throws Exception {
    String all =
        bundled(
            Map.of(
                "main.js",
                "import {a,\n"
                    + "  b as c} from './one.js';\n"
                    + "import * as two from './two.js';\n"
                    + "go(a, c, two.d);\n",
                "one.js",
                "import {d} from './two.js';\nexport {d} from './two.js';\n"
                    + "export const a = 1;\nexport async function b() { return d; }\n",
                "two.js",
                "const hidden = 2;\nexport class d {}\n"));
    assertEquals(
        "const ib$0=(()=>{const hidden=2;class d{}\nreturn{d,};})();"
            + "const ib$1=(()=>{const{d}=ib$0;const a=1;async function b(){return d;}\n"
            + "return{d:ib$0.d,a,b,};})();"
            + "const ib$2=(()=>{const{a,b:c}=ib$1;const two=ib$0;go(a,c,two.d);return{};})();\n",
        Lean.script(all));
  }

  @Test
  void whatIsMissing_isSaid() {
    assertThrows(
        IOException.class, () -> bundled(Map.of("main.js", "import {a} from './gone.js';\n")));
  }

  @Test
  void nothingOfTheOriginalIsLeftOut_andNodeTakesIt() throws Exception {
    Assets.Asset all = Objects.requireNonNull(new Assets().find(Assets.SCRIPT));
    String text = new String(all.plain, StandardCharsets.UTF_8);
    long modules;
    try (var files = Files.list(ASSETS)) {
      modules = files.filter(file -> file.toString().endsWith(".js")).count();
    }
    assertEquals(modules, Pattern.compile("const ib\\$\\d+=").matcher(text).results().count());
    assertFalse(Pattern.compile("(^|[;\n])(import|export)\\b").matcher(text).find());
    assertTrue(text.length() > 100_000);
  }
}
