package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Series;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Predictions in rows: what they say is what the run says, and their formulas are typeset. */
class TheoryPageTest extends PageTest {

  private static final int STEPS = 150;

  private static InMemoryStatsStorage storage;

  private static Run classes;

  @BeforeAll
  static void train() throws Exception {
    storage = new InMemoryStatsStorage();
    classes = RealRuns.classes(storage, STEPS);
  }

  private void show(String session) {
    show(storage, "?session=" + session);
  }

  /** The text of an element as the run has it, with formulas as they are written. */
  private static final String SAID = Browser.script("said");

  private static String said(String element) {
    return browser.run(SAID.replace("arguments[0]", "document.querySelector('" + element + "')"));
  }

  @Test
  void rows_sayWhatTheVerdictsOfTheRunSay_theUrgentFirst() throws Exception {
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
      String row = ".ib-card[data-id=" + id + "]";
      String text = said(row);
      for (String part :
          List.of(
              verdict.state().words(),
              verdict.statement(),
              verdict.detail(),
              verdict.tolerance(),
              verdict.step() < 0 ? "" : "step " + verdict.step())) {
        assertTrue(text.contains(part), part + " in " + text);
      }
      List<String> conditions = new ArrayList<>();
      for (int k = 1; k <= verdict.conditions().size(); k++) {
        String item = row + " .ib-conditions li:nth-child(" + k + ")";
        conditions.add(said(item + ".met > :last-child"));
      }
      assertEquals(
          verdict.conditions().stream().map(Condition::text).collect(Collectors.toList()),
          conditions);
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
    browser.run("document.querySelector('.ib-verdict.violated button').click()");
    long step = verdicts.get("normsOfUnitsGrowAtOneRate").step();
    browser.await("the step of the violation", "window.implicitBias.step === arguments[0]", step);
    checkNothingOdd();
  }

  @Test
  void aRowOpensToItsChart_byTheKeyboardToo_andAgainWhenTheRunIsAskedAnew() {
    show("classes");
    String row = "document.querySelector('.ib-card[data-id=lossHalves]')";
    String toggle = row + ".querySelector('.ib-unfold')";
    assertEquals("false", browser.run("return " + toggle + ".getAttribute('aria-expanded')"));
    assertEquals(0L, browser.<Long>run("return " + row + ".querySelectorAll('canvas').length"));
    assertTrue(
        browser.<Boolean>run("return " + row + ".querySelector('.ib-claim-spark') !== null"));
    browser.run(row + ".scrollIntoView({block: 'center'}); " + toggle + ".focus()");
    browser.driver.switchTo().activeElement().sendKeys(Keys.ENTER);
    browser.await("the chart", row + ".querySelector('canvas')");
    assertEquals("true", browser.run("return " + toggle + ".getAttribute('aria-expanded')"));
    assertEquals(
        classes.verdicts().stream()
            .filter(verdict -> verdict.id().equals("lossHalves"))
            .map(RunVerdict::statement)
            .collect(Collectors.joining()),
        browser.<String>run(
            "return document.getElementById("
                + toggle
                + ".getAttribute('aria-describedby')).dataset.said"));
    browser.driver.switchTo().activeElement().sendKeys(Keys.SPACE);
    browser.await("closed", row + ".querySelector('.ib-claim-more').hidden");
    browser.run(row + ".querySelector('.ib-statement').click()");
    browser.await("open again", "!" + row + ".querySelector('.ib-claim-more').hidden");
    checkNothingOdd();
  }

  @Test
  void nearestAreThePredictionsThatLackTheFewestConditions_withThese() {
    show("classes");
    List<RunVerdict> near =
        classes.verdicts().stream()
            .filter(v -> !v.hasApplied() && v.state() != null)
            .filter(v -> unmet(v).size() > 0 && unmet(v).size() < 3)
            .filter(v -> unmet(v).size() < v.conditions().size())
            .sorted(
                Comparator.comparingInt((RunVerdict v) -> unmet(v).size())
                    .thenComparingInt(v -> -v.conditions().size()))
            .limit(5)
            .collect(Collectors.toList());
    assertTrue(near.size() > 1, near.size() + " nearly apply");
    List<String> shown =
        browser.run("return [...document.querySelectorAll('.ib-miss')].map(m => m.dataset.id)");
    assertEquals(near.stream().map(RunVerdict::id).collect(Collectors.toList()), shown);
    for (RunVerdict verdict : near) {
      String row = ".ib-miss[data-id=" + verdict.id() + "]";
      List<String> missing = new ArrayList<>();
      for (int k = 1; k <= unmet(verdict).size(); k++) {
        missing.add(said(row + " .ib-conditions li:nth-child(" + k + ").unmet > :last-child"));
      }
      assertEquals(unmet(verdict), missing);
      assertTrue(said(row).contains(verdict.statement()), said(row));
    }
    checkNothingOdd();
  }

  private static List<String> unmet(RunVerdict verdict) {
    return verdict.conditions().stream()
        .filter(condition -> !condition.isMet())
        .map(condition -> shortened(condition.text()))
        .collect(Collectors.toList());
  }

  /** A text in which numbers of very many digits have four, as the page says them. */
  private static String shortened(String text) {
    return Pattern.compile("\\d+\\.\\d{6,}")
        .matcher(text)
        .replaceAll(
            found ->
                new BigDecimal(found.group())
                    .round(new MathContext(4))
                    .stripTrailingZeros()
                    .toPlainString());
  }

  @Test
  void formulasAreTypeset_inAllThatIsSaid_andFitTheirColumn() {
    show("classes");
    for (int width : new int[] {420, 1280}) {
      browser.size(width, 900);
      browser.run(
          "document.querySelectorAll('#theory details').forEach(d => d.open = true);"
              + "document.querySelectorAll('.ib-unfold[aria-expanded=false]').forEach(b =>"
              + " b.click())");
      browser.drawn();
      assertTrue(browser.<Long>run("return document.querySelectorAll('#theory math').length") > 40);
      assertEquals(
          List.of(),
          browser.run(
              "return [...document.querySelectorAll('#theory math')].filter(m =>"
                  + " !m.getAttribute('alttext') || m.getBoundingClientRect().right >"
                  + " document.getElementById('panel-predictions').getBoundingClientRect().right"
                  + " - 8).map(m => m.outerHTML)"));
      assertEquals(
          List.of(),
          browser.run(
              "const copy = document.getElementById('theory').cloneNode(true);"
                  + "copy.querySelectorAll('math').forEach(m => m.remove());"
                  + "return copy.textContent.match(/\\S*(?:\\w[_^]\\w|\\bnorm\\(|\\bsqrt\\(|"
                  + "\\blambda\\b|<=|>=)\\S*/g) ?? []"));
    }
    browser.size(1500, 1100);
    checkNothingOdd();
  }

  @Test
  void predictionsThatDoNotApply_areGroupedByReason_andSayEachOnce() throws Exception {
    show("classes");
    Map<String, Set<String>> expected = new TreeMap<>();
    List<String> near =
        browser.run("return [...document.querySelectorAll('.ib-miss')].map(m => m.dataset.id)");
    for (RunVerdict verdict : classes.verdicts()) {
      if (!verdict.hasApplied() && verdict.state() != null && !near.contains(verdict.id())) {
        Set<String> reasons =
            verdict.conditions().stream()
                .filter(c -> !c.isMet())
                .map(c -> c.text())
                .collect(Collectors.toCollection(TreeSet::new));
        expected.put(verdict.id(), reasons.isEmpty() ? Set.of(verdict.detail()) : reasons);
      }
    }
    String none = browser.run("return document.querySelector('.ib-others').textContent");
    assertTrue(none.startsWith(expected.size() + " predictions do not apply"), none);
    browser.run("window.said = (element) => { " + SAID.replace("arguments[0]", "element") + " }");
    JsonNode groups =
        json(
            "[...document.querySelectorAll('.ib-group')].map(g => ({count:"
                + " Number(g.querySelector('summary b').textContent), reason:"
                + " said(g.querySelector('.ib-reason')), members:"
                + " [...g.querySelectorAll(':scope > ul > li')].map(l => ({id: l.title, more:"
                + " [...l.querySelectorAll('.ib-conditions li')].map(c =>"
                + " said(c.lastChild))}))}))");
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
}
