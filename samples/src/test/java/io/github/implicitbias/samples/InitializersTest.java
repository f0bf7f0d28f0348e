package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The starts of networks, as numbers and as pictures. */
class InitializersTest {

  private static final Path PICTURES = Paths.get("../docs/images/initializers");

  @TempDir Path folder;

  @Test
  void table_hasALineForEveryInitializer() {
    String table = Cli.succeed("initializers", "--units", "16").out;
    for (Start start : Start.all(16, 7)) {
      assertTrue(table.contains(start.code), start.code + " in " + table);
    }
    String balanced =
        table
            .lines()
            .filter(line -> line.trim().startsWith("balanced(Weights"))
            .findFirst()
            .orElse("");
    assertTrue(balanced.contains("1.00 -      1.00"), balanced);
    String zero = table.lines().filter(line -> line.contains("zeroOutput")).findFirst().orElse("");
    assertTrue(zero.endsWith(" 0.00"), zero);
  }

  @Test
  void picturesOfTheDocumentation_areThoseThatTheSampleDraws() throws Exception {
    Path out = folder.resolve("pictures");
    Cli.succeed("initializers", "--units", "120", "--seed", "7", "--out", out.toString());
    List<String> names = names(out);
    assertFalse(names.isEmpty());
    assertEquals(names, names(PICTURES));
    String page = Files.readString(Paths.get("../docs/initializers.md"));
    for (String name : names) {
      assertEquals(Files.readString(PICTURES.resolve(name)), Files.readString(out.resolve(name)));
      assertTrue(page.contains("images/initializers/" + name), name);
    }
  }

  @Test
  void pictures_showEveryUnit() throws Exception {
    for (Start start : Start.all(10, 3)) {
      Element svg =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(start.picture().getBytes("UTF-8")))
              .getDocumentElement();
      NodeList circles = svg.getElementsByTagName("circle");
      long points =
          IntStream.range(0, circles.getLength())
              .mapToObj(i -> ((Element) circles.item(i)).getAttribute("fill"))
              .filter(fill -> !fill.equals("none"))
              .count();
      assertTrue(points >= start.units().units(), start.name + " has " + points + " points");
      assertEquals("svg", svg.getTagName());
    }
  }

  @Test
  void wrongOptions_areAnsweredWithOneSentence() {
    assertEquals(2, Cli.run("initializers", "--units", "0").code);
    assertTrue(Cli.run("initializers", "--units", "0").err.contains("from 1 to 10000"));
    assertEquals(2, Cli.run("initializers", "--out", ".").code);
  }

  private static List<String> names(Path directory) throws Exception {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().collect(Collectors.toList());
    }
  }
}
