package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.nd4j.common.resources.Resources;

class ImplicitBiasResolverTest {

  private static final List<String> PAGES =
      List.of(
          "templates/TrainingOverview.html.ftl",
          "templates/TrainingModel.html.ftl",
          "templates/TrainingSystem.html.ftl");

  private final ImplicitBiasResolver resolver = new ImplicitBiasResolver();

  @Test
  void nd4jFindsIt_andServesTheThreePagesWithTheEntry() throws Exception {
    for (String page : PAGES) {
      String html = Files.readString(Resources.asFile(page).toPath());
      assertEquals(2, html.split("href=\"implicit-bias\"", -1).length, page);
      assertFalse(html.contains("jquery/3.4.1") || html.contains("jquery/2.2.0"), page);
      assertTrue(html.contains("train\\.nav\\.language"), "the rest of the template is there");
    }
  }

  @Test
  void everythingElse_isLeftToNd4j() {
    assertFalse(resolver.exists("templates/SameDiffUI.html"));
    assertFalse(resolver.exists("iris.dat"));
    assertFalse(resolver.directoryExists("templates"));
  }

  @Test
  void aTemplateWithoutTheMenu_isLeftUnmodified() {
    assertEquals(Optional.empty(), ImplicitBiasResolver.withEntry("<html>other</html>", true));
  }

  @Test
  void theStockJquery_staysWhereNoNewerOneIsOnTheClassPath() {
    String template =
        "webjars/jquery/3.4.1/dist/jquery.min.js <li class=\"nav-item nav-dropdown\">";
    assertTrue(ImplicitBiasResolver.withEntry(template, false).orElseThrow().contains("3.4.1"));
    assertTrue(ImplicitBiasResolver.withEntry(template, true).orElseThrow().contains("3.7.1"));
  }

  @Test
  void aTemporaryFileThatWasSwept_isWrittenAgain() throws Exception {
    File file = resolver.asFile(PAGES.get(0));
    Files.delete(file.toPath());
    Files.delete(file.getParentFile().toPath());
    assertTrue(resolver.asFile(PAGES.get(0)).isFile());
  }
}
