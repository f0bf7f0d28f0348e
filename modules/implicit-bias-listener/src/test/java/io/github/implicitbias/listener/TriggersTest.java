package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.Statement;
import io.github.implicitbias.run.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;

/** Triggers on a real training: of every kind, and each at the step that it speaks of. */
class TriggersTest {

  private static final int STEPS = 240;
  private static final int STABLE = 6;

  private final DataSet data = IrisTraining.data();

  /** Stands behind our listener, and asks after each step what has triggered. */
  private static final class Behind extends BaseTrainingListener {
    private final ImplicitBiasListener bias;
    final List<String> late = new ArrayList<>();
    int known;
    int triggered;

    Behind(ImplicitBiasListener bias) {
      this.bias = bias;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      List<Event> all = bias.run().events();
      for (Event event : all.subList(known, all.size())) {
        if (event.kind() == EventKind.TRIGGERED) {
          triggered++;
          if (event.step() != iteration) {
            late.add("at " + iteration + ": " + event);
          }
        }
      }
      known = all.size();
    }
  }

  /** Trains in batches; units die and revive on the way, and at last a weight is not a number. */
  private Behind train(ImplicitBiasListener bias, int batch) {
    MultiLayerNetwork net = IrisTraining.network(new Sgd(0.05), 0);
    Behind behind = new Behind(bias);
    net.addListeners(bias, behind);
    List<DataSet> batches = data.batchBy(batch);
    INDArray shift = net.getLayer(0).getParam("b");
    for (int step = 0; step < STEPS; step++) {
      if (step % 31 == 8) {
        shift.putScalar(step / 31, -1e3);
      } else if (step % 31 == 20) {
        shift.putScalar(step / 31, 1e-3);
      } else if (step == STEPS - 4) {
        net.getLayer(1).getParam("b").putScalar(0, Double.NaN);
      }
      net.fit(batches.get(step % batches.size()));
    }
    bias.close();
    return behind;
  }

  private ListenerBuilder builder(int batch) {
    ListenerBuilder builder =
        ImplicitBiasListener.builder(data)
            .preset(Preset.STANDARD)
            .test(data)
            .visits(true)
            .lawsEvery(3);
    return batch < Iris.SAMPLES ? builder.schedule(Schedule.every(2)) : builder;
  }

  @ParameterizedTest
  @ValueSource(ints = {Iris.SAMPLES, 30})
  void everyTrigger_isJudgedAtTheStepItSpeaksOf(int batch) {
    Run before;
    try (ImplicitBiasListener first = builder(batch).build()) {
      train(first, batch);
      before = first.run();
    }
    ListenerBuilder builder = builder(batch);
    List<Trigger> triggers = new ArrayList<>();
    List<Function<Run, List<Long>>> expected = new ArrayList<>();
    for (Column column : before.header().columns()) {
      if (column.kind() != Column.Kind.METRIC && column.kind() != Column.Kind.BASIC
          || column.id().startsWith("watch")
          || column.name().contains("Share")) {
        continue;
      }
      double limit = middle(before.metric(column.name()));
      if (!Double.isNaN(limit)) {
        triggers.add(Trigger.above(column.name(), limit));
        expected.add(run -> crossings(run.metric(column.name()), limit, true));
        triggers.add(Trigger.below(column.name(), limit));
        expected.add(run -> crossings(run.metric(column.name()), limit, false));
      }
    }
    for (EventKind kind : EventKind.values()) {
      if (kind != EventKind.TRIGGERED) {
        triggers.add(Trigger.event(kind));
        expected.add(run -> steps(run, kind));
      }
    }
    for (Statement statement : before.header().predictions()) {
      String id = statement.id();
      triggers.add(Trigger.violated(id));
      expected.add(run -> entered(run.metric(id + ".verdict"), Verdict.State.VIOLATED));
      triggers.add(Trigger.reached(id));
      expected.add(run -> entered(run.metric(id + ".verdict"), Verdict.State.REACHED));
    }
    for (String rule : new String[] {"deadUnits", "notFinite", "lossNotFalling", "stillLayer"}) {
      triggers.add(Trigger.finding(rule));
      expected.add(run -> needingAttention(run, rule));
    }
    triggers.add(Trigger.notFinite());
    expected.add(run -> List.of((long) STEPS - 4));
    triggers.add(Trigger.stableFor("pattern", STABLE));
    expected.add(TriggersTest::stable);
    Trigger both = Trigger.event(EventKind.UNIT_DIED).and(Trigger.above("loss", -1)).times(2);
    triggers.add(both);
    List<Long> died = steps(before, EventKind.UNIT_DIED);
    expected.add(run -> died.subList(0, 2));
    triggers.forEach(trigger -> builder.when(trigger, Action.call(event -> {})));

    ImplicitBiasListener bias = builder.build();
    Behind behind = train(bias, batch);
    assertEquals(List.of(), behind.late, "0 steps late");
    int all = 0;
    int kinds = 0;
    for (int k = 0; k < triggers.size(); k++) {
      String words = triggers.get(k) + ": call";
      List<Long> seen =
          bias.run().events().stream()
              .filter(e -> e.kind() == EventKind.TRIGGERED && e.detail().startsWith(words))
              .map(Event::step)
              .collect(Collectors.toList());
      assertEquals(expected.get(k).apply(bias.run()), seen, words);
      all += seen.size();
      kinds += seen.isEmpty() ? 0 : 1;
    }
    assertTrue(died.size() >= 4 && kinds >= 30, kinds + " triggers, units died at " + died);
    assertTrue(behind.triggered >= all - 10, all + " times, seen at once " + behind.triggered);
    assertEquals(Map.of(), bias.failures());
  }

  /** Returns a number between the least and the greatest value, NaN if there are no two. */
  private static double middle(Series series) {
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < series.size(); k++) {
      double value = series.value(k);
      if (Double.isFinite(value)) {
        least = Math.min(least, value);
        greatest = Math.max(greatest, value);
      }
    }
    return least < greatest ? least + (greatest - least) / 3 : Double.NaN;
  }

  private static List<Long> crossings(Series series, double limit, boolean above) {
    List<Long> steps = new ArrayList<>();
    boolean held = false;
    for (int k = 0; k < series.size(); k++) {
      double value = series.value(k);
      if (!Absent.is(value)) {
        boolean now = above ? value > limit : value < limit;
        if (now && !held) {
          steps.add(series.step(k));
        }
        held = now;
      }
    }
    return steps;
  }

  private static List<Long> steps(Run run, EventKind kind) {
    return new ArrayList<>(
        run.events().stream()
            .filter(event -> event.kind() == kind)
            .map(Event::step)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static List<Long> entered(Series verdicts, Verdict.State state) {
    List<Long> steps = new ArrayList<>();
    boolean held = false;
    for (int k = 0; k < verdicts.size(); k++) {
      if (!Double.isNaN(verdicts.value(k))) {
        boolean now = verdicts.value(k) == state.ordinal();
        if (now && !held) {
          steps.add(verdicts.step(k));
        }
        held = now;
      }
    }
    return steps;
  }

  private static List<Long> needingAttention(Run run, String rule) {
    List<Long> steps = new ArrayList<>();
    boolean held = false;
    for (Event event : run.events()) {
      if (event.finding() != null && event.finding().rule().equals(rule)) {
        boolean now = event.finding().level().needsAttention();
        if (now && !held) {
          steps.add(event.step());
        }
        held = now;
      }
    }
    return steps;
  }

  /** Returns the observed steps at which the pattern has begun to be as it is so long before. */
  private static List<Long> stable(Run run) {
    List<Long> steps = new ArrayList<>();
    long since = -1;
    boolean held = false;
    long before = -1;
    for (long step = run.firstStep(); step >= 0; step = run.stepAfter(step)) {
      if (run.observedAtOrBefore(step) != step) {
        continue;
      }
      boolean same = before >= 0 && run.patternAt(step, 0).equals(run.patternAt(before, 0));
      since = same ? since : step;
      boolean now = step - since >= STABLE;
      if (now && !held) {
        steps.add(step);
      }
      held = now;
      before = step;
    }
    return steps;
  }

  @Test
  void aMisspeltName_failsAtBuild_withTheNearest() {
    assertEquals(
        "when(deadUnit above 3.0): there is no column 'deadUnit': did you mean 'deadUnits'?",
        refused(Trigger.above("deadUnit", 3)));
    assertTrue(refused(Trigger.below("batchLos", 1)).contains("'batchLoss'"));
    assertTrue(refused(Trigger.finding("notfinit")).contains("'notFinite'"));
    assertTrue(refused(Trigger.violated("stableRankColapse")).contains("no prediction"));
    assertTrue(refused(Trigger.stableFor("patern", 10)).contains("no column 'patern'"));
    assertTrue(refused(Trigger.above("testLoss", 1)).contains("testLoss"), "there is no test set");
    IllegalArgumentException score =
        assertThrows(
            IllegalArgumentException.class,
            () -> ImplicitBiasListener.builder(data).build().earlyStopping().smallest("los"));
    assertEquals("there is no column 'los': did you mean 'loss'?", score.getMessage());
  }

  private String refused(Trigger trigger) {
    ListenerBuilder builder = ImplicitBiasListener.builder(data).when(trigger, Action.log());
    return assertThrows(IllegalArgumentException.class, builder::build).getMessage();
  }

  @Test
  void aLayerThatTheNetworkHasNot_isSaidAtTheFirstStep_andCosts_onlyThatTrigger() {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .when(Trigger.above("deadUnits[layer7]", 1), Action.stop())
            .when(Trigger.above("loss", 0), Action.stop())
            .build();
    MultiLayerNetwork net = IrisTraining.network(new Adam(0.01), 0);
    net.addListeners(bias);
    net.fit(data);
    assertTrue(bias.stopRequested());
    bias.close();
    assertEquals(Map.of("trigger deadUnits[layer7] above 1.0", 1), bias.failures());
  }
}
