package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The notions of support vector have the values of the run, and mark their samples elsewhere. */
class SupportPageTest extends PageTest {

  private static final int STEPS = 150;

  private static InMemoryStatsStorage storage;

  private static Run classes;

  private static Run neuron;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    classes = RealRuns.classes(storage, STEPS);
    neuron = RealRuns.neuron(storage, STEPS);
  }

  private void show(String session) {
    show(storage, "?session=" + session);
  }

  private static Set<Integer> someSteps(int count) {
    Set<Integer> steps = new TreeSet<>(List.of(0, STEPS));
    Random random = new Random(8);
    while (steps.size() < count) {
      steps.add(random.nextInt(STEPS));
    }
    return steps;
  }

  @Test
  void bars_areTheValuesOfTheRun_atRandomSteps() throws Exception {
    for (Run run : List.of(classes, neuron)) {
      show(run.header().sessionId());
      for (int step : someSteps(6)) {
        goTo(step);
        JsonNode shown = json("window.implicitBias.panels.support");
        checkBars(run, "spanCoefficients", step, shown.get("span"));
        checkBars(run, "marginSupport", step, shown.get("margin"));
        checkCone(run, shown.get("cone"));
        ActivationPattern pattern = run.patternAt(step, run.header().layers().get(0).name());
        for (JsonNode row : shown.get("active")) {
          int sample = row.get(0).asInt();
          long units =
              IntStream.range(0, pattern.units()).filter(u -> pattern.isOn(u, sample)).count();
          assertEquals(units, row.get(1).asLong(), "units on for sample " + sample);
        }
      }
    }
    checkNothingOdd();
  }

  private static double[] lastBefore(Run run, String column, int step) {
    for (int at = step; at >= 0; at--) {
      double[] values = run.sampleValues(column, at);
      if (values != null) {
        return values;
      }
    }
    return null;
  }

  private static void checkBars(Run run, String column, int step, JsonNode rows) {
    double[] values = lastBefore(run, column, step);
    if (values == null) {
      assertEquals(0, rows.size(), column);
      return;
    }
    List<Integer> expected =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(
                Comparator.comparingDouble((Integer i) -> -Math.abs(values[i]))
                    .thenComparing(i -> i))
            .limit(12)
            .collect(Collectors.toList());
    List<Integer> drawn = new ArrayList<>();
    for (JsonNode row : rows) {
      drawn.add(row.get(0).asInt());
      assertEquals(values[row.get(0).asInt()], row.get(1).asDouble(), column + " at step " + step);
    }
    assertEquals(expected, drawn, column + " at step " + step);
  }

  private static void checkCone(Run run, JsonNode rows) {
    double[] values = run.sampleValues("coneSupport", 0);
    List<Integer> drawn = new ArrayList<>();
    rows.forEach(row -> drawn.add(row.get(0).asInt()));
    List<Integer> expected =
        values == null
            ? List.of()
            : IntStream.range(0, values.length)
                .filter(i -> values[i] == 1)
                .boxed()
                .collect(Collectors.toList());
    assertEquals(expected, drawn);
  }

  @Test
  void aSamplePointedAt_isMarkedInTheBarsAndInTheRaster() {
    show("classes");
    goTo(STEPS);
    String marked =
        "const c = document.getElementById('raster-marks'); const d = new OffscreenCanvas(c.width,"
            + " c.height), g = d.getContext('2d', {willReadFrequently: true}); g.drawImage(c, 0,"
            + " 0); return g.getImageData(0, 0, c.width, c.height).data.some(v => v > 0)";
    assertFalse(browser.<Boolean>run(marked));
    Long sample =
        browser.run(
            "const r = document.querySelector('.ib-notion[data-notion=span] .ib-barrow');"
                + "r.dispatchEvent(new MouseEvent('mouseenter')); return Number(r.dataset.sample)");
    assertEquals(sample, browser.<Long>run("return window.implicitBias.marked.sample"));
    assertTrue(browser.<Boolean>run(marked), "the raster has a mark");
    browser.run(
        "document.querySelector('.ib-notion[data-notion=span] .ib-barrow').dispatchEvent("
            + "new MouseEvent('mouseleave'))");
    assertFalse(browser.<Boolean>run(marked));
    // The other way round.
    browser.run(
        "const g = window.implicitBias.raster, c = document.getElementById('raster'), b ="
            + " c.getBoundingClientRect();c.dispatchEvent(new MouseEvent('mousemove', {bubbles:"
            + " true,  clientX: b.left + g.x(g.columns.indexOf(arguments[0])) / g.dpr + 1, clientY:"
            + " b.top + (g.top + 2) / g.dpr}))",
        sample);
    assertEquals(sample, browser.<Long>run("return window.implicitBias.marked.sample"));
    assertTrue(
        browser.<Boolean>run(
            "return document.querySelector('.ib-barrow.marked').dataset.sample =="
                + " arguments[0]",
            sample));
    checkNothingOdd();
  }
}
