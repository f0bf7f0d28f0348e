package io.github.implicitbias.core.finding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.format.EpochNumber;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongToDoubleFunction;
import org.junit.jupiter.api.Test;

/** Each rule on a course that brings it, and on one that does not. */
class FindingRulesTest {

  private static final Map<EpochNumber, Double> NOTHING = Map.of();

  private static FindingRule rule(String id) {
    return Findings.standard().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, LongToDoubleFunction> falling() {
    return Map.of("loss", step -> 2 * Math.pow(0.99, step));
  }

  private static void assertFound(Level level, String words, Told told) {
    assertEquals(level, told.found().level(), told.found().toString());
    assertTrue(told.found().text().contains(words), told.found().text());
  }

  @Test
  void updates_thatAreLarge_andThatAreLost() {
    Map<String, LongToDoubleFunction> large =
        Map.of("updateNorm", step -> 2, "parameterNorm", step -> 3);
    Map<String, LongToDoubleFunction> small =
        Map.of("updateNorm", step -> 1e-3, "parameterNorm", step -> 3);
    Map<String, LongToDoubleFunction> lost =
        Map.of("updateNorm", step -> 1e-8, "parameterNorm", step -> 3);
    String[] norms = {"updateNorm", "parameterNorm"};
    assertFound(
        Level.PROBLEM, "67 %", new Told(rule("largeUpdate"), true, norms).records(50, large));
    assertFound(
        Level.INFORMATION, "%", new Told(rule("largeUpdate"), true, norms).records(50, small));
    assertFound(
        Level.WAITING, "is said", new Told(rule("largeUpdate"), true, norms).records(1, small));
    assertFound(
        Level.PROBLEM, "FLOAT", new Told(rule("lostUpdate"), true, norms).records(50, lost));
    assertFound(Level.NOTHING, "", new Told(rule("lostUpdate"), false, norms).records(50, lost));
    assertFound(Level.NOTHING, "", new Told(rule("lostUpdate"), true, norms).records(50, small));
  }

  @Test
  void parametersThatRunAway_whileTheLossDoesNotFall() {
    Map<String, LongToDoubleFunction> away =
        Map.of("parameterNorm", step -> 1 + step, "loss", step -> 2);
    Map<String, LongToDoubleFunction> learning =
        Map.of("parameterNorm", step -> 1 + step, "loss", step -> 2.0 / (1 + step));
    assertFound(
        Level.PROBLEM,
        "from 1.00 to 49.0",
        new Told(rule("ranAway"), true, "parameterNorm").records(49, away));
    assertFound(
        Level.NOTHING, "", new Told(rule("ranAway"), true, "parameterNorm").records(49, learning));
  }

  @Test
  void lossThatDoesNotFall_orRises_orFalls() {
    FindingRule rule = rule("lossNotFalling");
    assertFound(
        Level.PROBLEM,
        "does not fall",
        new Told(rule, true).records(300, Map.of("loss", step -> 2.3)));
    assertFound(
        Level.PROBLEM,
        "has risen",
        new Told(rule, true).records(300, Map.of("loss", step -> 1 + 0.01 * step)));
    assertFound(Level.NOTHING, "", new Told(rule, true).records(300, falling()));
    assertFound(Level.GOOD, "from 1.93 to", new Told(rule("fit"), true).records(300, falling()));
    assertFound(
        Level.NOTHING, "", new Told(rule("fit"), true).records(300, Map.of("loss", step -> 2.3)));
  }

  @Test
  void lossThatGoesUpAndDown() {
    LongToDoubleFunction wave = step -> 1 + 0.5 * Math.sin(step);
    Told told = new Told(rule("oscillation"), true).records(60, Map.of("loss", wave));
    assertFound(Level.ATTENTION, "up and down", told);
    assertFound(Level.NOTHING, "", new Told(rule("oscillation"), true).records(60, falling()));
  }

  @Test
  void numbersThatAreNotFinite_areSaidAtOnce() {
    Told told = new Told(rule("notFinite"), true).records(200, falling());
    assertFound(Level.NOTHING, "", told);
    told.records(1, Map.of("loss", step -> Double.POSITIVE_INFINITY));
    told.event(EventKind.NOT_FINITE, Map.of());
    assertFound(Level.PROBLEM, "since step 200", told);
    assertEquals("199", told.found().evidence().get("last step with numbers"));
    told.event(EventKind.FINITE_AGAIN, falling());
    assertFound(Level.NOTHING, "", told);
  }

  @Test
  void scoreThatIsInfiniteOnce_isSaidAtOnce_andTakenBackWhenItIsFiniteAgain() {
    Told told = new Told(rule("notFinite"), true).records(500, falling());
    told.records(1, Map.of("score", step -> Double.POSITIVE_INFINITY));
    assertFound(Level.PROBLEM, "since step 500", told);
    told.records(1, Map.of("score", step -> 1.0));
    assertFound(Level.NOTHING, "", told);
  }

  @Test
  void unitsThatAreDead_thatDie_thatAreLinear() {
    Told dead = new Told(rule("deadUnits"), true).records(3, falling());
    assertFound(Level.WAITING, "epoch", dead);
    dead.epoch(3, 0, NOTHING).records(1, falling());
    assertFound(Level.INFORMATION, "3 of 100 units are dead", dead);
    dead.epoch(7, 0, NOTHING).records(1, falling());
    assertFound(Level.ATTENTION, "7 of 100", dead);
    dead.epoch(60, 0, NOTHING).records(1, falling());
    assertFound(Level.PROBLEM, "60 of 100", dead);
    assertEquals(4, dead.found().since(), "since it called for attention");
    Told dying =
        new Told(rule("dyingUnits"), true)
            .records(3, falling())
            .epoch(3, 0, NOTHING)
            .records(3, falling())
            .epoch(9, 0, NOTHING)
            .records(1, falling());
    assertFound(Level.ATTENTION, "9 were dead in the last epoch, 3", dying);
    dying.epoch(9, 0, NOTHING).records(1, falling());
    assertFound(Level.NOTHING, "", dying);
    Told linear = new Told(rule("linearUnits"), true).epoch(0, 55, NOTHING).records(1, falling());
    assertFound(Level.ATTENTION, "55 of 100", linear);
    linear.epoch(0, 0, NOTHING).records(1, falling());
    assertFound(Level.NOTHING, "", linear);
  }

  @Test
  void samplesThatAreForgotten_andThatCarryTheLoss() {
    Map<EpochNumber, Double> much =
        Map.of(
            EpochNumber.SAMPLES, 1000.0,
            EpochNumber.FORGOTTEN, 150.0,
            EpochNumber.PULL_OF_LARGEST_HUNDREDTH, 0.6,
            EpochNumber.PULL_OF_LARGEST_TENTH, 0.9,
            EpochNumber.NEVER_LEARNED, 3.0);
    Told told = new Told(rule("forgetting"), true).records(1, falling());
    assertFound(Level.WAITING, "two epochs", told);
    for (int epoch = 0; epoch < 5; epoch++) {
      told.epoch(0, 0, much).records(2, falling());
    }
    assertFound(Level.ATTENTION, "150 samples were forgotten", told);
    Told carried = new Told(rule("fewCarryTheLoss"), true).epoch(0, 0, much).records(1, falling());
    assertFound(Level.INFORMATION, "60 %", carried);
  }

  @Test
  void testSetThatStaysBehind_andOneThatGoesWith() {
    String[] columns = {"testLoss", "testAccuracy"};
    Told none = new Told(rule("testParts"), true, columns).records(5, falling());
    assertFound(Level.WAITING, ".test(testSet)", none);
    Map<String, LongToDoubleFunction> parts =
        Map.of("testLoss", step -> Math.abs(step - 8) + 1, "loss", step -> 2 * Math.pow(0.9, step));
    Told told = new Told(rule("testParts"), true, columns).records(30, parts);
    assertFound(Level.ATTENTION, "since step 8", told);
    assertEquals(8, told.found().since());
    Map<String, LongToDoubleFunction> with =
        Map.of("testLoss", step -> Math.pow(0.95, step), "loss", step -> Math.pow(0.9, step));
    assertFound(
        Level.GOOD, "goes with", new Told(rule("testParts"), true, columns).records(30, with));
  }

  @Test
  void plateausDistancesMarginsAndCost_areInformation() {
    Told plateau = new Told(rule("plateau"), true).records(5, falling());
    plateau.event(EventKind.PLATEAU_BEGAN, falling()).records(20, falling());
    assertFound(Level.INFORMATION, "is on a plateau", plateau);
    plateau.event(EventKind.PLATEAU_ENDED, falling()).records(20, falling());
    assertFound(Level.INFORMATION, "has left a plateau", plateau);
    String moved = "relativeDistanceFromInit";
    assertFound(
        Level.INFORMATION,
        "lazy",
        new Told(rule("lazyOrRich"), true, moved).records(30, Map.of(moved, step -> 0.05)));
    assertFound(
        Level.INFORMATION,
        "7.00 times",
        new Told(rule("lazyOrRich"), true, moved).records(30, Map.of(moved, step -> 7)));
    String[] margins = {"minMargin", "normalizedMargin"};
    Map<String, LongToDoubleFunction> rising =
        Map.of("minMargin", step -> step - 10, "normalizedMargin", step -> 0.1 * (step - 10));
    assertFound(
        Level.INFORMATION,
        "still rises",
        new Told(rule("marginsAfterFit"), true, margins).records(60, rising));
    Map<String, LongToDoubleFunction> level =
        Map.of("minMargin", step -> 1, "normalizedMargin", step -> 0.1);
    assertFound(
        Level.INFORMATION,
        "does not rise",
        new Told(rule("marginsAfterFit"), true, margins).records(60, level));
    String cost = "watchShare";
    assertFound(
        Level.INFORMATION,
        "30 %",
        new Told(rule("watchingCost"), true, cost).records(1200, Map.of(cost, step -> 0.3)));
    assertFound(
        Level.NOTHING,
        "",
        new Told(rule("watchingCost"), true, cost).records(1200, Map.of(cost, step -> 0.04)));
  }

  @Test
  void sentencesAreNotRepeated_andTheirNumberIsBounded() {
    Told told = new Told(rule("fit"), true).records(100_000, falling());
    assertTrue(told.said().size() < 60, told.said().size() + " events in 100,000 records");
    Told last = new Told(rule("lossNotFalling"), true).records(250, Map.of("loss", step -> 2.3));
    int before = last.said().size();
    last.records(1, Map.of("loss", step -> 2.3));
    assertEquals(before, last.said().size());
    last.last().records(1, Map.of("loss", step -> 2.3));
    assertEquals(before + 1, last.said().size(), "the last record has the last numbers");
  }

  @Test
  void ruleThatFails_isTold_andSwitchedOff_andTheOthersGoOn() {
    FindingRule failing =
        new FindingRule() {
          @Override
          public String id() {
            return "failing";
          }

          @Override
          public Set<String> reads() {
            return Set.of();
          }

          @Override
          public Finding judge(Course course) {
            throw new IllegalStateException("no");
          }
        };
    Told told = new Told(failing, true).records(500, falling());
    String said = assertThrows(AssertionError.class, told::found).getMessage();
    assertEquals(3, said.split("IllegalStateException", -1).length - 1, said);
  }

  @Test
  void rulesHaveTheirIds_andADocument_andGivenOnesTakeTheirPlaces() throws Exception {
    String document = Files.readString(Path.of("../../docs/findings.md"));
    Set<String> ids = new HashSet<>();
    for (FindingRule rule : Findings.standard()) {
      assertTrue(ids.add(rule.id()), rule.id());
      assertTrue(document.contains("| `" + rule.id() + "` |"), rule.id());
    }
    FindingRule mine = Findings.deadUnits(0.2, 0.8);
    List<FindingRule> all = Findings.with(Findings.standard(), List.of(mine));
    assertEquals(Findings.standard().size(), all.size());
    assertTrue(all.contains(mine));
    assertFalse(Findings.standard().contains(mine));
    assertThrows(IllegalArgumentException.class, () -> Findings.deadUnits(5, 50));
  }
}
