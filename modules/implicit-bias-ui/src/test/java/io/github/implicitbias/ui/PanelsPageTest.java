package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Series;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The panels show what the run says, for networks that DL4J has trained. */
class PanelsPageTest extends PageTest {

  private static final int STEPS = 150;
  private static final String LAYER = "layer0";

  /** Colour in the picture of a history, by bit and by number of the step. */
  static final String HISTORY = Browser.script("history");

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
  void cards_sayWhatTheVerdictsOfTheRunSay_theUrgentFirst() throws Exception {
    show("classes");
    Map<String, RunVerdict> verdicts =
        classes.verdicts().stream().collect(Collectors.toMap(RunVerdict::id, v -> v));
    assertEquals(
        List.of("normsOfUnitsGrowAtOneRate", "lossHalves", "lossStaysBelowItsStart"),
        browser
            .<List<String>>run(
                "return [...document.querySelectorAll('.ib-card')].map(c => c.dataset.id)")
            .subList(0, 3));
    for (String id : List.of("normsOfUnitsGrowAtOneRate", "lossHalves", "lossStaysBelowItsStart")) {
      RunVerdict verdict = verdicts.get(id);
      String card = "document.querySelector('.ib-card[data-id=" + id + "]')";
      browser.run(card + ".querySelector('details').open = true");
      String text = browser.run("return " + card + ".innerText.toLowerCase()");
      assertTrue(text.contains(verdict.state().words()), text);
      assertTrue(text.contains(verdict.statement().toLowerCase()), text);
      assertTrue(text.contains(verdict.detail().toLowerCase()), text);
      assertTrue(text.contains(verdict.tolerance().toLowerCase()), text);
      if (verdict.step() >= 0) {
        assertTrue(text.contains("step " + verdict.step()), text);
      }
      assertEquals(
          verdict.conditions().stream()
              .map(c -> c.isMet() + " " + c.text())
              .collect(Collectors.toList()),
          browser.<List<String>>run(
              "return ["
                  + "..."
                  + card
                  + ".querySelectorAll('.ib-conditions li')].map(l => l.classList.contains('met')"
                  + " + ' ' + l.lastChild.textContent)"));
      JsonNode shown = json("window.implicitBias.panels.predictions.verdicts").get(0);
      assertNotNull(shown);
      for (String number : List.of("measured", "bound")) {
        checkLine(
            json("window.implicitBias.panels.predictions.charts." + id),
            number.equals("measured") ? 1 : 2,
            classes.metric(id + "." + number));
      }
    }
    assertEquals(
        List.of("https://arxiv.org/abs/2202.05510", "https://arxiv.org/abs/2210.07082"),
        browser.<List<String>>run(
            "return [...document.querySelectorAll('.ib-card[data-id=lossHalves] a')].map(a =>"
                + " a.href)"));
    assertEquals(
        "noopener noreferrer", browser.run("return document.querySelector('.ib-card a').rel"));
    String none = browser.run("return document.querySelector('.ib-others').textContent");
    RunVerdict out = verdicts.get("saddlesInOrder");
    long others =
        verdicts.values().stream().filter(v -> !v.hasApplied() && v.state() != null).count();
    assertTrue(none.startsWith(others + " predictions do not apply"), none);
    assertTrue(none.contains(out.statement()) && none.contains(out.detail()), none);
    browser.run("document.querySelector('.ib-verdict.violated button').click()");
    long step = verdicts.get("normsOfUnitsGrowAtOneRate").step();
    browser.await("the step of the violation", "window.implicitBias.step === arguments[0]", step);
    checkNothingOdd();
  }

  @Test
  void predictionsThatDoNotApply_areGroupedByReason_andSayEachOnce() throws Exception {
    show("classes");
    Map<String, Set<String>> expected = new TreeMap<>();
    for (RunVerdict verdict : classes.verdicts()) {
      if (!verdict.hasApplied() && verdict.state() != null) {
        Set<String> reasons =
            verdict.conditions().stream()
                .filter(c -> !c.isMet())
                .map(c -> c.text())
                .collect(Collectors.toCollection(TreeSet::new));
        expected.put(verdict.id(), reasons.isEmpty() ? Set.of(verdict.detail()) : reasons);
      }
    }
    JsonNode groups =
        json(
            "[...document.querySelectorAll('.ib-group')].map(g => ({count:"
                + " Number(g.querySelector('summary b').textContent), reason:"
                + " g.querySelector('.ib-reason').textContent, members:"
                + " [...g.querySelectorAll(':scope > ul > li')].map(l => ({id: l.title, more:"
                + " [...l.querySelectorAll('.ib-conditions li')].map(c =>"
                + " c.lastChild.textContent)}))}))");
    Map<String, Set<String>> shown = new TreeMap<>();
    int last = Integer.MAX_VALUE;
    Set<String> headings = new TreeSet<>();
    for (JsonNode group : groups) {
      assertTrue(headings.add(group.get("reason").asText()), "one heading per reason");
      assertEquals(group.get("members").size(), group.get("count").asInt());
      assertTrue(group.get("count").asInt() <= last, "the largest first");
      last = group.get("count").asInt();
      for (JsonNode member : group.get("members")) {
        Set<String> reasons = new TreeSet<>(Set.of(group.get("reason").asText()));
        for (JsonNode more : member.get("more")) {
          assertTrue(reasons.add(more.asText()), "said twice: " + more);
        }
        assertEquals(null, shown.put(member.get("id").asText(), reasons));
      }
    }
    assertEquals(expected, shown);
    assertTrue(groups.size() < expected.size() / 2, groups.size() + " groups");
    checkNothingOdd();
  }

  /** Every point drawn is a recorded value. */
  private static void checkLine(JsonNode drawn, int series, Series recorded) {
    int points = 0;
    for (int i = 0; i < drawn.get(0).size(); i++) {
      JsonNode value = drawn.get(series).get(i);
      if (value != null && value.isNumber()) {
        int at = IntStream.range(0, recorded.size()).boxed().collect(Collectors.toList()).get(0);
        while (recorded.step(at) != drawn.get(0).get(i).asLong()) {
          at++;
        }
        assertEquals(recorded.value(at), value.asDouble(), "at step " + recorded.step(at));
        points++;
      }
    }
    assertTrue(points > 100, points + " points");
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
  void everyOrderOfTheRaster_isAPermutation_andKeepsThePixelsRight() throws Exception {
    show("classes");
    goTo(40);
    ActivationPattern pattern = classes.patternAt(40, LAYER);
    ActivationPattern before = classes.patternAt(39, LAYER);
    List<List<Long>> orders = new ArrayList<>();
    for (String samples : List.of("class", "data", "similar")) {
      for (String units : List.of("index", "support", "similar")) {
        pick("sample-order", samples);
        pick("unit-order", units);
        List<Long> columns = browser.run("return window.implicitBias.raster.columns");
        List<Long> rows = browser.run("return window.implicitBias.raster.rows");
        assertEquals(150, new TreeSet<>(columns).size());
        assertEquals(16, new TreeSet<>(rows).size());
        if (units.equals("index")) {
          orders.add(columns);
        }
        List<String> colours = browser.run("return window.implicitBias.colours");
        List<String> cells = browser.run(ImplicitBiasPageTest.CELLS);
        for (int unit = 0; unit < 16; unit++) {
          String[] row = cells.get(unit).split(" ");
          for (int sample = 0; sample < 150; sample++) {
            boolean on = pattern.isOn(unit, sample);
            int state = (on ? 1 : 0) + (on != before.isOn(unit, sample) ? 2 : 0);
            assertEquals(
                colours.get(state),
                row[sample],
                samples + ", " + units + ": unit " + unit + ", sample " + sample);
          }
        }
      }
    }
    assertFalse(orders.get(1).equals(orders.get(2)), "similarity changes the order");
    assertTrue(
        changes(pattern, orders.get(2)) < changes(pattern, orders.get(1)),
        "neighbours by similarity are more alike than in the data");
    checkNothingOdd();
  }

  private static long changes(ActivationPattern pattern, List<Long> order) {
    long changes = 0;
    for (int k = 1; k < order.size(); k++) {
      for (int unit = 0; unit < pattern.units(); unit++) {
        boolean here = pattern.isOn(unit, order.get(k).intValue());
        changes += here != pattern.isOn(unit, order.get(k - 1).intValue()) ? 1 : 0;
      }
    }
    return changes;
  }

  @Test
  void theHistoryOfAUnitAndOfASample_isThatOfThePatterns() throws Exception {
    show("classes");
    for (String what : List.of("unit", "sample")) {
      int number = what.equals("unit") ? 5 : 77;
      pick("history-kind", what);
      pick("history-number", String.valueOf(number));
      browser.await(
          "history",
          "window.implicitBias.history && window.implicitBias.history.what === arguments[0]",
          what);
      String title = browser.run("return document.getElementById('history-title').textContent");
      assertTrue(title.toLowerCase().startsWith(what + " " + number), title);
      JsonNode found =
          new ObjectMapper()
              .readTree(
                  browser.<String>run(
                      "const x = new XMLHttpRequest(); x.open('GET',"
                          + " '/train/implicit-bias/data/history?run=' + window.implicitBias.run.id"
                          + " + '&layer=0&points=512&' + arguments[0] + '=' + arguments[1], false);"
                          + " x.send(); return x.responseText",
                      what,
                      number));
      byte[] on = Base64.getDecoder().decode(found.get("on").textValue());
      byte[] flipped = Base64.getDecoder().decode(found.get("flipped").textValue());
      int stride = found.get("stride").asInt();
      assertEquals(STEPS + 1, found.get("steps").size());
      for (int step = 0; step <= STEPS; step++) {
        ActivationPattern pattern = classes.patternAt(step, LAYER);
        ActivationPattern before = classes.patternAt(Math.max(0, step - 1), LAYER);
        for (int bit = 0; bit < found.get("bits").asInt(); bit++) {
          int unit = what.equals("unit") ? number : bit;
          int sample = what.equals("unit") ? bit : number;
          boolean now = (on[step * stride + bit / 8] >> bit % 8 & 1) != 0;
          boolean changed = (flipped[step * stride + bit / 8] >> bit % 8 & 1) != 0;
          assertEquals(pattern.isOn(unit, sample), now, what + " step " + step + " bit " + bit);
          assertEquals(now != before.isOn(unit, sample), changed, what + " step " + step);
        }
      }
      List<List<String>> drawn = browser.run(HISTORY);
      List<String> colours = browser.run("return window.implicitBias.colours");
      assertEquals(found.get("bits").asInt(), drawn.size());
      for (int bit = 0; bit < drawn.size(); bit++) {
        for (int step = 0; step <= STEPS; step++) {
          int mask = 1 << bit % 8;
          int at = step * stride + bit / 8;
          int state = ((on[at] & mask) != 0 ? 1 : 0) + ((flipped[at] & mask) != 0 ? 2 : 0);
          String what2 = what + " " + number + ", bit " + bit + " at step " + step;
          assertEquals(colours.get(state), drawn.get(bit).get(step), what2);
        }
      }
    }
    browser.run("document.getElementById('history-close').click()");
    browser.await("closed", "document.getElementById('history-box').hidden");
    checkNothingOdd();
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

  @Test
  void metrics_areDrawnAsRecorded_alsoThoseThatAreRare() throws Exception {
    show("classes");
    JsonNode norms = json("window.implicitBias.panels.norms");
    JsonNode chart = norms.get("Norms of the weight matrix");
    String[] metrics = {"frobeniusNorm", "spectralNorm", "nuclearNorm"};
    for (int k = 0; k < metrics.length; k++) {
      Series recorded = classes.metric(metrics[k], LAYER);
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < recorded.size(); i++) {
        if (!Absent.is(recorded.value(i))) {
          expected.add(recorded.step(i) + " " + recorded.value(i));
        }
      }
      List<String> drawn = new ArrayList<>();
      for (int i = 0; i < chart.get("data").get(0).size(); i++) {
        JsonNode value = chart.get("data").get(k + 1).get(i);
        if (value != null && value.isNumber()) {
          drawn.add(chart.get("data").get(0).get(i).asLong() + " " + value.asDouble());
        }
      }
      assertEquals(expected, drawn, metrics[k]);
    }
    checkNothingOdd();
  }

  @Test
  void panelsWithoutTheirData_leaveThemselvesOut_andOneLineSaysWhatWouldBringThem()
      throws Exception {
    InMemoryStatsStorage bare = new InMemoryStatsStorage();
    ReplayedRun run = new ReplayedRun("bare", "worker", 60).store(bare);
    ui.attach(bare);
    browser.open(ui.url());
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
    JsonNode panels = json("window.implicitBias.panels");
    for (String id : List.of("predictions", "margin", "distance", "kernel", "other")) {
      assertTrue(panels.get(id).isNull(), id);
      assertEquals(
          true, browser.run("return document.getElementById('panel-' + arguments[0]).hidden", id));
    }
    for (String id : List.of("loss", "flips", "raster", "support", "norms", "units", "cost")) {
      assertFalse(panels.get(id).isNull(), id);
    }
    String line = browser.run(MISSING);
    assertTrue(line.contains("Predictions (needs preset STANDARD or FULL"), line);
    assertTrue(line.contains("Kernel and sharpness (needs preset FULL)"), line);
    assertFalse(line.contains("Other"), line);
    assertNotNull(run);
    // With a run that has the data the panels come, and the line goes or gets shorter.
    ui.attach(storage);
    browser.await("more runs", "document.getElementById('run').options.length > 1");
    pick("run", "classes");
    browser.await(
        "the other run",
        "window.implicitBias.settled && window.implicitBias.run.session === 'classes'");
    assertNotNull(browser.run("return window.implicitBias.panels.predictions"));
    assertNull(browser.run("return window.implicitBias.panels.other"));
    line = browser.run(MISSING);
    assertFalse(line.contains("Kernel"), line);
    checkNothingOdd();
  }

  @Test
  void numbersOfAnySize_areDrawn() {
    for (double scale : new double[] {1e-25, 1e20}) {
      InMemoryStatsStorage other = new InMemoryStatsStorage();
      RealRuns.neuron(other, "scale" + scale, scale, 60);
      ui.attach(other);
      browser.open(ui.url() + "?session=scale" + scale);
      browser.await("the run", "window.implicitBias && window.implicitBias.settled");
      for (String button : List.of("loss-linear", "loss-log")) {
        browser.run("document.getElementById(arguments[0]).click()", button);
        assertTrue(
            browser.<Boolean>run("return !!document.querySelector('#loss-chart canvas')"),
            "a chart of losses around " + scale * scale);
      }
      browser.run("window.scrollTo(0, document.body.scrollHeight)");
      browser.await("drawn", "document.querySelector('#panel-cost canvas')");
      checkNothingOdd();
    }
  }

  @Test
  void space_playsTheRun_andPauses() {
    show("neuron");
    goTo(0);
    browser.run("document.getElementById('speed').value = '1'");
    key(" ");
    browser.await("some steps later", "window.implicitBias.step > 3");
    assertTrue(browser.<Boolean>run("return window.implicitBias.playing"));
    key(" ");
    assertFalse(browser.<Boolean>run("return window.implicitBias.playing"));
    browser.await("settled", "window.implicitBias.settled");
    key("Home");
    browser.await("first", "window.implicitBias.settled && window.implicitBias.step === 0");
    checkNothingOdd();
  }

  private static void key(String key) {
    browser.run(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles:"
            + " true}))",
        key);
  }

  @Test
  void allThatIsFetchedToShowThePage_isSmall() {
    show("classes");
    List<List<Object>> sizes =
        browser.run(
            "return performance.getEntriesByType('resource').map(e => [e.name, e.transferSize,"
                + " e.encodedBodySize])");
    long ours = 0;
    for (List<Object> one : sizes) {
      String name = (String) one.get(0);
      long size = ((Number) one.get(2)).longValue();
      if (name.contains("/train/implicit-bias/assets/") && !name.contains("/uplot.")) {
        ours += size;
      }
      if (name.contains("/data/")) {
        assertTrue(size < 1_000_000, name + " has " + size + " bytes");
      }
    }
    assertTrue(ours > 20_000 && ours < 150_000, ours + " bytes of scripts and styles");
    checkNothingOdd();
  }

  @Test
  void chartsExplainTheirNumbers_andCardsTheirs() {
    show("classes");
    browser.await(
        "charts", "document.querySelectorAll('#panel-norms figure:not([hidden])').length > 1");
    String figure = "document.querySelector('#panel-norms figure:not([hidden])')";
    assertEquals(
        "none", browser.run("return getComputedStyle(" + figure + ".querySelector('dl')).display"));
    browser.run(figure + ".querySelector('.ib-explain').click()");
    String text = browser.run("return " + figure + ".querySelector('dl').innerText");
    assertTrue(text.contains(Metrics.named("parameterNorm").definition().formula()), text);
    assertTrue(text.contains(Metrics.named("parameterNorm").definition().expectation()), text);
    assertEquals(
        "true",
        browser.run(
            "return " + figure + ".querySelector('.ib-explain').getAttribute('aria-expanded')"));
    checkNothingOdd();
  }
}
