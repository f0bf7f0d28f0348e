package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.i18n.DefaultI18N;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The page, and our entry on the stock pages, in the six languages of the training UI. */
class LanguagesTest {

  private static final Path SCREENSHOTS = Path.of("target", "screenshots");
  private static final Map<String, String> ENTRY =
      Map.of(
          "en", "Implicit bias",
          "de", "Impliziter Bias",
          "ja", "暗黙的バイアス",
          "zh", "隐式偏差",
          "ko", "암묵적 편향",
          "ru", "Неявное смещение");

  @AfterEach
  void english() throws Exception {
    UIServer.stopInstance();
    System.clearProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY);
    DefaultI18N.getInstance().setDefaultLanguage("en");
  }

  @Test
  void dl4j_knowsOurWords_andKeepsItsOwn() {
    for (String language : ENTRY.keySet()) {
      DefaultI18N.getInstance().setDefaultLanguage(language);
      assertEquals(
          ENTRY.get(language), DefaultI18N.getInstance().getMessage("train.nav.implicitbias"));
      assertFalse(DefaultI18N.getInstance().getMessage("train.nav.overview").isEmpty());
      Dl4jSurroundings menu = new Dl4jSurroundings(new StatsStorageRuns());
      assertEquals(language, menu.language(null));
      assertEquals(language, menu.language("no such session"));
      assertEquals(
          DefaultI18N.getInstance().getMessage("train.nav.overview"),
          menu.word("train.nav.overview", language));
    }
  }

  @Test
  void aLanguageThatDoesNotExist_isEnglish() throws Exception {
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0)) {
      String origin = "http://127.0.0.1:" + ui.port();
      get(origin + "/setlang/%22%3E%3Cscript%3E");
      String html = get(origin + "/train/implicit-bias");
      assertTrue(html.contains("<html lang=\"en\">"), html);
      assertFalse(html.contains("\"><script>"), html);
    }
  }

  @Test
  void aLanguageIsKeptPerSession_whereDl4jKeepsItSo() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    new ReplayedRun("one", "worker-0", 10).store(storage, Integer.MAX_VALUE);
    new ReplayedRun("two", "worker-0", 10).store(storage, Integer.MAX_VALUE);
    System.setProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY, "0");
    UIServer server = UIServer.getInstance(true, null);
    server.attach(storage);
    String origin = "http://localhost:" + server.getPort();
    get(origin + "/setlang/one/de");
    Map<String, String> shown = new HashMap<>();
    for (String session : List.of("one", "two", "unknown")) {
      String html = get(origin + "/train/" + session + "/implicit-bias");
      shown.put(session, html.replaceAll("(?s).*<html lang=\"(\\w+)\".*", "$1"));
    }
    assertEquals(Map.of("one", "de", "two", "en", "unknown", "en"), shown);
  }

  private static String get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  @ExtendWith(Browser.Installed.class)
  void pageAndStockPages_speakTheLanguageChosenInTheMenu_andNothingIsCut() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    RealRuns.classes(storage, 60);
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0);
        Browser browser = new Browser(1280, 900)) {
      ui.attach(storage);
      browser.open(ui.url());
      browser.size(1280, 900);
      Map<String, List<String>> titles = new HashMap<>();
      for (String language : List.of("de", "ja", "zh", "ko", "ru", "en")) {
        browser.await("the run", "window.implicitBias && window.implicitBias.settled");
        browser.run("document.querySelector('#languages > a').click()");
        browser.run(
            "window.before = true;"
                + " document.querySelector('[data-language=' + arguments[0] + ']').click()",
            language);
        browser.await(
            "the page in " + language,
            "!window.before && document.documentElement.lang === arguments[0]"
                + " && window.implicitBias && window.implicitBias.settled",
            language);
        assertEquals(
            List.of(ENTRY.get(language), ENTRY.get(language), language),
            browser.<List<String>>run(
                "return [document.querySelector('.nav-link.active').textContent,"
                    + " document.querySelector('h1').textContent,"
                    + " document.querySelector('.sidebar [aria-current=true]').dataset.language]"));
        titles.put(
            language,
            browser.run(
                "return [...document.querySelectorAll('.ib-panel:not([hidden]) h3')]"
                    + ".map(h => h.textContent)"));
        assertEquals(
            List.of(),
            browser.<List<String>>run(Browser.script("cut-words")),
            "cut in " + language);
        assertEquals(
            1280L,
            browser.<Number>run("return document.documentElement.scrollWidth").longValue(),
            language);
        if (List.of("de", "ru").contains(language)) {
          browser.drawn();
          browser.screenshot(SCREENSHOTS.resolve("language-" + language + ".png"));
        }
        browser.open("http://127.0.0.1:" + ui.port() + "/train/overview");
        browser.await("the stock page", "document.querySelector('a[href=implicit-bias]')");
        assertEquals(
            ENTRY.get(language),
            browser.run("return document.querySelector('a[href=implicit-bias]').textContent"));
        browser.console().clear(); // not our page
        browser.open(ui.url());
      }
      for (String language : List.of("de", "ja", "zh", "ko", "ru")) {
        List<String> translated = titles.get(language);
        assertEquals(titles.get("en").size(), translated.size());
        for (int i = 0; i < translated.size(); i++) {
          assertNotEquals(titles.get("en").get(i), translated.get(i), language);
        }
      }
      assertEquals(List.of(), browser.console());
    }
  }
}
