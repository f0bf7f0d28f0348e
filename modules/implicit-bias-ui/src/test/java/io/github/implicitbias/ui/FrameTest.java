package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The frame of the page: a bar that stays where it is, and sections that it leads to. */
class FrameTest extends PageTest {

  private static final int STEPS = 120;
  private static final String PLACES = Browser.script("places-in-the-bar");

  private static InMemoryStatsStorage storage;
  private static String worker;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    worker = RealRuns.classes(storage, STEPS).header().workerId();
    RealRuns.neuron(storage, 60);
  }

  @Test
  void theBar_staysAtTheTop_andNothingInItMoves(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("run.html");
    ImplicitBiasUi.writePage(storage, "classes", worker, file);
    ui.attach(storage);
    try {
      for (String address : List.of(ui.url() + "?session=classes", file.toUri().toString())) {
        for (int width : new int[] {1280, 420}) {
          browser.size(width, 800);
          browser.open(address);
          browser.await("the run", "window.implicitBias && window.implicitBias.settled");
          checkBar(address + " at " + width, width < 900 ? 118 : 88);
        }
      }
    } finally {
      browser.size(1500, 1100);
    }
  }

  private static void checkBar(String where, int height) {
    String top = "document.getElementById('bar').getBoundingClientRect().top";
    browser.run("scrollTo(0, 2500)");
    browser.await("it is scrolled, " + where, "scrollY > 1500");
    assertEquals(0L, browser.<Number>run("return " + top).longValue(), where);
    List<String> before = browser.run(PLACES);
    assertTrue(before.size() > 12, before.toString());
    assertEquals("bar 0 " + height, before.get(0), where);
    Random random = new Random(4);
    List<Integer> steps =
        IntStream.range(0, 20).mapToObj(k -> random.nextInt(STEPS)).collect(Collectors.toList());
    for (int step : steps) {
      goTo(step);
      assertEquals(before, browser.<List<String>>run(PLACES), where + ", step " + step);
    }
  }

  @Test
  void anchors_leadToTheirSections_inTheOrderOfThePage() {
    show(storage, "?session=classes");
    List<String> anchors =
        browser.run(
            "return [...document.querySelectorAll('#parts a')].filter(a => !a.hidden)"
                + ".map(a => a.hash.slice(1))");
    assertEquals(
        anchors,
        browser.<List<String>>run(
            "return [...document.querySelectorAll('.ib-part')].filter(p => !p.hidden)"
                + ".map(p => p.id)"));
    List<String> now = new ArrayList<>();
    for (String id : anchors) {
      browser.run("document.querySelector('#parts a[href=\"#' + arguments[0] + '\"]').click()", id);
      browser.await(id, "document.activeElement.id === arguments[0]", id);
      browser.await(
          "the section is in sight below the bar",
          "(box => box.top >= 80 && box.top < innerHeight)"
              + "(document.getElementById(arguments[0]).getBoundingClientRect())",
          id);
      now.add(browser.run("return document.querySelector('#parts [aria-current]').hash.slice(1)"));
    }
    assertEquals(anchors.get(0), now.get(0));
    assertTrue(anchors.containsAll(List.of("summary", "units", "geometry", "theory", "numbers")));
    assertEquals(List.of(), browser.console());
  }

  @Test
  void withOneOrTwoInputs_geometryComesBeforeSamples() {
    show(storage, "?session=neuron");
    List<String> order =
        browser.run("return [...document.querySelectorAll('.ib-part')].map(p => p.id)");
    assertTrue(order.indexOf("geometry") < order.indexOf("samples"), order.toString());
    show(storage, "?session=classes");
    order = browser.run("return [...document.querySelectorAll('.ib-part')].map(p => p.id)");
    assertTrue(order.indexOf("samples") < order.indexOf("geometry"), order.toString());
  }

  @Test
  void scrubbedBack_theWayToTheEndTakesThePlaceOfTheLiveState() {
    show(storage, "?session=classes");
    String hidden = "return document.getElementById(arguments[0]).hidden";
    assertFalse(browser.<Boolean>run(hidden, "status"));
    assertTrue(browser.<Boolean>run(hidden, "last"));
    goTo(17);
    assertTrue(browser.<Boolean>run(hidden, "status"));
    assertFalse(browser.<Boolean>run(hidden, "last"));
    browser.run("document.getElementById('last').click()");
    awaitStep(STEPS);
    assertFalse(browser.<Boolean>run(hidden, "status"));
    checkNothingOdd();
  }

  @Test
  void theClassesOfThePattern_haveALegend() {
    show(storage, "?session=classes");
    assertEquals(
        List.of("class 0", "class 1", "class 2"),
        browser.<List<String>>run(
            "return [...document.querySelectorAll('#raster-legend .ib-class')]"
                + ".map(e => e.textContent)"));
    assertEquals(
        3L,
        browser
            .<Number>run(
                "return new Set([...document.querySelectorAll('#raster-legend .ib-swatch')]"
                    + ".map(e => getComputedStyle(e).backgroundColor)).size")
            .longValue());
  }
}
