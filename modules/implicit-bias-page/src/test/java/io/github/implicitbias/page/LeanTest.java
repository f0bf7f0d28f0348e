package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LeanTest {

  private static final Path ASSETS =
      Path.of("src/main/resources/io/github/implicitbias/page/assets");

  @Test
  void commentsAndSpaces_go_codeStays() {
    assertEquals(
        "const a=1;if(a){b();}\n",
        Lean.script("// what\n\n/** of\n * it */\nconst a = 1; // why\nif (a) {\n  b();\n}\n"));
    assertEquals(
        ".a b{c:d 1px;e:calc(1px + 2px);}.f :hover>i,u{}\n",
        Lean.style(
            "/* one\n   two */\n.a b {\n  c: d  1px;\n  e: calc(1px + 2px);\n}\n"
                + ".f :hover > i,\nu {\n}\n"));
  }

  @Test
  void aLineThatMayEndAStatement_staysOne() {
    assertEquals("a\nb=c+ +d- -e\n(f)\n", Lean.script("a\nb = c + +d - -e\n(f)\n"));
    assertEquals("let x=y;return x in z\n", Lean.script("let x = y;\n  return x in z"));
  }

  @Test
  void stringsTemplatesAndRegularExpressions_stayAsTheyAre() {
    for (String source :
        List.of(
            "const t=`a\n    // not a comment\n\n  b ${c({d:`e  f`})} // g`;f();\n",
            "a('b  // c','d\\'  /* e */',\"f  g\");\n",
            "a.replace(/ [/'] \\/  \"/g,b)/c/d;return/ e /.test(f);\n")) {
      assertEquals(source, Lean.script(source));
    }
  }

  /** An engine reads what is sent: its syntax is right. */
  @Test
  void everyScript_canBeRead() throws Exception {
    Node node = Node.installed();
    boolean required =
        Boolean.parseBoolean(System.getProperty(Node.REQUIRE, System.getenv(Node.REQUIRE)));
    assumeFalse(Node.isMissing(node != null, required, new AtomicBoolean(), System.out));
    Path folder = Files.createTempDirectory("lean");
    Assets assets = new Assets();
    try (Stream<Path> files = Files.list(ASSETS)) {
      for (Path file : files.toArray(Path[]::new)) {
        String name = file.getFileName().toString();
        if (name.endsWith(".js")) {
          Files.write(folder.resolve(name), assets.find(name).plain);
        }
      }
    }
    List<String> said =
        node.start(
            "--no-warnings",
            "--experimental-vm-modules",
            "-e",
            "const fs = require('fs'), vm = require('vm'); let n = 0; for (const f of"
                + " fs.readdirSync(process.argv[1])) { new vm.SourceTextModule(fs.readFileSync("
                + "process.argv[1] + '/' + f, 'utf8'), {identifier: f}); n++; } console.log(n)",
            folder.toString());
    assertEquals(1, said.size(), said.toString());
    assertTrue(Integer.parseInt(said.get(0)) > 50, said.toString());
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
        assertEquals(words(source), words(served), file.toString());
        assertFalse(served.startsWith("//"), file.toString());
        checked++;
      }
    }
    assertTrue(checked > 50, checked + " assets");
  }

  /** How many words there are that no comment has. */
  private static long words(String source) {
    return Pattern.compile("\\b(import|export|const|return|if|function|class|await)\\b")
        .matcher(source.replaceAll("(?s:/\\*.*?\\*/)|(?<=\\s)//[^\n]*|^//[^\n]*", ""))
        .results()
        .count();
  }
}
