package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openqa.selenium.Keys;
import org.openqa.selenium.interactions.Actions;

/**
 * The page for readers who do not see it, who use no mouse, who enlarge it, or who want it to keep
 * still: axe-core finds nothing on whatever the page shows, and what axe-core cannot know is tried.
 */
@ExtendWith(Browser.Installed.class)
class AccessibilityTest {

  private static final String WHAT_HAS_THE_FOCUS = Browser.script("what-has-the-focus");

  private static Browser browser;
  private static InMemoryStatsStorage storage;
  private ImplicitBiasUi ui;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    RealRuns.classes(storage, 60);
    RealRuns.margin(storage, 60);
    RealRuns.neuron(storage, 60);
    VisitedRun.trained(storage, Files.createTempDirectory("visits").resolve("a.ibrun"), 600, true);
    browser = new Browser(1280, 900);
  }

  @AfterAll
  static void closeBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void start() {
    browser.media(false, false);
    browser.size(1280, 900);
    ui = ImplicitBiasUi.start(0);
    browser.console().clear();
  }

  @AfterEach
  void stop() {
    browser.open("about:blank");
    ui.close();
  }

  private void show(String session) {
    ui.attach(storage);
    browser.open(ui.url() + "?session=" + session);
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
  }

  /** Everything that can be opened is open, and every chart has been in sight. */
  private static void unfold() throws Exception {
    browser.run("document.querySelectorAll('.ib details').forEach(d => d.open = true)");
    browser.run("document.querySelectorAll('.ib-unfold').forEach(b => b.click())");
    browser.run(
        "const n = document.getElementById('history-number'); n.value = 0;"
            + "n.dispatchEvent(new Event('change'))");
    browser.await("a history", "!document.getElementById('history-box').hidden");
    long height = browser.<Number>run("return document.documentElement.scrollHeight").longValue();
    for (long y = 0; y < height; y += 700) {
      browser.run("scrollTo(0, arguments[0])", y);
      browser.drawn();
    }
    browser.run("scrollTo(0, 0)");
    browser.await("all is drawn", "window.implicitBias.settled");
  }

  private static List<String> violations() {
    return browser.violations();
  }

  @Test
  void aRunWithAllPanels_hasNoViolation_lightAndDark() throws Exception {
    for (String session : List.of("classes", "margin", "neuron", VisitedRun.SESSION)) {
      show(session);
      unfold();
      for (boolean dark : new boolean[] {false, true}) {
        browser.media(dark, false);
        browser.drawn();
        assertEquals(
            List.of(), violations(), "on the run " + session + (dark ? ", dark" : ", light"));
      }
      browser.media(false, false);
    }
    assertEquals(List.of(), browser.console());
  }

  @Test
  void whatIsShownWithoutARun_hasNoViolation_lightAndDark() throws Exception {
    browser.open(ui.url());
    browser.await("empty", "window.implicitBias && window.implicitBias.state === 'empty'");
    checkLightAndDark("the empty page");
    show("classes");
    ui.close();
    browser.await("error", "window.implicitBias.state === 'error'");
    checkLightAndDark("the page without its server");
  }

  private static void checkLightAndDark(String what) throws Exception {
    for (boolean dark : new boolean[] {false, true}) {
      browser.media(dark, false);
      browser.drawn();
      assertEquals(List.of(), violations(), what + (dark ? ", dark" : ", light"));
    }
  }

  @Test
  void everyControl_isReachedByTab_inTheOrderOfThePage_andShowsIt() throws Exception {
    show("classes");
    browser.run(
        "document.querySelector('#languages > a').click();"
            + "scrollTo(0, 0); document.activeElement.blur()");
    List<String> path = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      new Actions(browser.driver).sendKeys(Keys.TAB).perform();
      String focused = browser.run(WHAT_HAS_THE_FOCUS);
      if (focused == null) {
        break;
      }
      browser.run("document.activeElement.dataset.reached = arguments[0]", i);
      path.add(focused);
    }
    assertTrue(path.size() < 150, "so many stops that nobody gets through: " + path.size());
    assertEquals("ib-skip", path.get(0), path.toString());
    assertEquals(
        List.of(), path.stream().filter(stop -> stop.contains("(")).collect(Collectors.toList()));
    assertEquals(
        List.of(),
        browser.<List<String>>run(Browser.script("controls-not-reached")),
        "controls that Tab does not reach");
    assertTrue(
        browser.<Boolean>run(Browser.script("reached-in-order")),
        "the order of the stops is that of the page: " + path);
  }

  @Test
  void theSkipLink_leadsPastTheMenu() {
    show("classes");
    new Actions(browser.driver).sendKeys(Keys.TAB).sendKeys(Keys.ENTER).perform();
    browser.await("the content", "document.activeElement.id === 'implicit-bias'");
    new Actions(browser.driver).sendKeys(Keys.TAB).perform();
    assertTrue(
        browser.<Boolean>run(
            "return document.getElementById('implicit-bias').contains(document.activeElement)"));
  }

  @Test
  void samplesAndEvents_areChosenByKeyboard() {
    show("classes");
    browser.run(
        "document.querySelector('.ib-notion[data-notion=margin] [tabindex=\"0\"]').focus()");
    String first = browser.run("return document.activeElement.dataset.sample");
    assertEquals(
        Long.valueOf(first),
        browser.<Number>run("return window.implicitBias.marked.sample").longValue(),
        "the focus points as the mouse does");
    new Actions(browser.driver).sendKeys(Keys.ARROW_DOWN).perform();
    String second = browser.run("return document.activeElement.dataset.sample");
    assertTrue(!second.equals(first), second);
    new Actions(browser.driver).sendKeys(Keys.ENTER).perform();
    assertEquals(
        Long.valueOf(second),
        browser.<Number>run("return window.implicitBias.marked.chosenSample").longValue());
    browser.await("its history", "!document.getElementById('history-box').hidden");
    assertEquals(
        second, browser.run("return document.activeElement.dataset.sample"), "the focus stays");
    browser.run("document.querySelector('#events tbody button').focus()");
    new Actions(browser.driver).sendKeys(Keys.ENTER).perform();
    browser.await(
        "the step of the event",
        "window.implicitBias.settled && window.implicitBias.step === Number("
            + "document.querySelector('#events tbody tr').dataset.step)");
  }

  @Test
  void aReaderWhoWantsNoMotion_canStillPlay_andNothingMovesByItself() {
    browser.media(false, true);
    show("classes");
    assertEquals(List.of(), browser.<List<String>>run(Browser.script("what-moves")));
    browser.run("window.implicitBias.go(0)");
    browser.await("the start", "window.implicitBias.settled && window.implicitBias.step === 0");
    browser.run(
        "document.getElementById('speed').value = '3'; document.getElementById('play').click()");
    browser.await("it plays", "window.implicitBias.step > 5");
  }

  @Test
  void enlargedTo400Percent_nothingIsLost() throws Exception {
    show("classes");
    browser.size(320, 640);
    browser.drawn();
    unfold();
    browser.drawn();
    assertEquals(
        320L,
        browser.<Number>run("return document.documentElement.scrollWidth").longValue(),
        browser.<List<String>>run(Browser.script("beyond-the-right")).toString());
    assertEquals(List.of(), browser.<List<String>>run(Browser.script("cut-off"), 320));
    browser.run(
        "scrollTo(0, 0); document.querySelectorAll('.ib-drop').forEach(d => d.open = false)");
    assertEquals(
        "play", browser.run(Browser.script("nothing-over-the-page")), "what lies over the page");
    assertEquals(List.of(), violations());
    browser.screenshot(Path.of("target", "screenshots", "page-320-light.png"));
  }

  @Test
  void whileATrainingRuns_onlyTheKindOfStatusIsSaid() {
    show("classes");
    String said = browser.run("return document.getElementById('status-news').textContent");
    browser.run(Browser.script("count-what-is-said"));
    browser.run("window.implicitBias.go(10)");
    browser.await("step 10", "window.implicitBias.settled && window.implicitBias.step === 10");
    browser.await("a poll", "performance.now() > 2500");
    assertTrue(!said.isEmpty());
    assertEquals(0L, browser.<Number>run("return window.said").longValue());
  }

  @Test
  void everyChart_isDescribedInWords() throws Exception {
    show("classes");
    unfold();
    assertEquals(List.of(), browser.<List<String>>run(Browser.script("charts-without-words")));
    assertTrue(
        browser.<String>run("return document.getElementById('raster').ariaLabel").contains("16"));
  }
}
