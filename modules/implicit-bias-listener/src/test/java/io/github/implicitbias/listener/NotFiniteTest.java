package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What is not a number is neither on nor off, and a run says when and where that began. */
@Timeout(120)
class NotFiniteTest {

  private static final int UNITS = 5;
  private static final int STEPS = 8;
  private static final String[] OF_PATTERNS = {
    "activeFraction",
    "deadUnits",
    "linearUnits",
    "activations",
    "reactivations",
    "deactivations",
    "hammingToInit",
    "distinctUnitPatterns"
  };

  private static MultiLayerNetwork network(DataType type, double rate) {
    return network(type, rate, Activation.RELU);
  }

  private static MultiLayerNetwork network(DataType type, double rate, Activation activation) {
    return Stacks.network(
        type,
        new Sgd(rate),
        new DenseLayer.Builder().nIn(3).nOut(UNITS).activation(activation).build(),
        new DenseLayer.Builder().nIn(UNITS).nOut(UNITS).activation(activation).build(),
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(UNITS)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
  }

  private static DataSet data(DataType type) {
    return Stacks.classes(type, 20, 3, 1, 4);
  }

  private static Run run(
      MultiLayerNetwork net, DataSet probe, DataSet batch, IntConsumer beforeStep) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(probe)
            .preset(Preset.STANDARD)
            .schedule(Schedule.everyStep())
            .build();
    net.setListeners(bias);
    for (int step = 0; step < STEPS; step++) {
      beforeStep.accept(step);
      net.fit(batch);
    }
    bias.close();
    assertTrue(bias.failures().isEmpty(), bias.failures().toString());
    return bias.run();
  }

  private static List<Event> events(Run run, EventKind kind) {
    return run.events().stream().filter(e -> e.kind() == kind).collect(Collectors.toList());
  }

  private static void assertAbsent(Run run, String layer, int from, int to) {
    for (String metric : OF_PATTERNS) {
      for (int record = 0; record < run.size(); record++) {
        double value = run.metric(metric + "[" + layer + "]").value(record);
        assertEquals(
            record >= from && record < to,
            Absent.is(value),
            metric + " of " + layer + " at " + record + ": " + value);
      }
    }
  }

  private static void assertNothingSucceeds(Run run) {
    for (RunVerdict verdict : run.verdicts()) {
      assertNotEquals(Verdict.State.HOLDS, verdict.state(), verdict::toString);
      assertNotEquals(Verdict.State.REACHED, verdict.state(), verdict::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void aTrainingThatDiverges_saysOnceWhereAndWhen_andNoUnitDiesOfIt(DataType type) {
    MultiLayerNetwork net = network(type, 1e3, Activation.LEAKYRELU);
    Run run = run(net, data(type), data(type), step -> {});
    List<Event> began = events(run, EventKind.NOT_FINITE);
    assertEquals(1, began.size(), began.toString());
    int first = 0;
    while (Double.isFinite(run.value("loss", first)) && run.value("loss", first) < 1e150) {
      first++;
    }
    assertEquals(first, began.get(0).step());
    assertTrue(began.get(0).detail().contains("since step " + first), began.get(0).detail());
    for (int record = 0; record < run.size(); record++) {
      boolean odd = run.metric("nanEntries[layer0]").value(record) > 0;
      assertEquals(odd, Absent.is(run.metric("deadUnits[layer0]").value(record)), "" + record);
      long step = record;
      if (odd) {
        assertFalse(
            run.events().stream()
                .anyMatch(
                    e -> e.step() == step && e.kind() == EventKind.UNIT_DIED && e.layer() == 0));
      }
    }
    assertTrue(run.metric("nanEntries[layer0]").value((int) run.size() - 1) > 0);
    assertNothingSucceeds(run);
  }

  @Test
  void weightsOfOneLayer_areFoundInThatLayer_andThoseSetBackAreJudgedNoMore() {
    MultiLayerNetwork net = network(DataType.DOUBLE, 0.01);
    INDArray[] kept = new INDArray[1];
    Run run =
        run(
            net,
            data(DataType.DOUBLE),
            data(DataType.DOUBLE),
            step -> {
              if (step == 3) {
                kept[0] = net.params().dup();
                net.getParam("1_W").putScalar(0, Double.NaN);
              } else if (step == 6) {
                net.setParams(kept[0]);
              }
            });
    Event began = events(run, EventKind.NOT_FINITE).get(0);
    assertEquals(3, began.step());
    assertEquals(1, began.layer());
    assertEquals("the loss is not finite since step 3, first in layer layer1", began.detail());
    assertEquals(6, events(run, EventKind.FINITE_AGAIN).get(0).step());
    assertAbsent(run, "layer1", 3, 6);
    assertAbsent(run, "layer0", 4, 6);
    assertTrue(events(run, EventKind.UNIT_DIED).stream().noneMatch(e -> e.step() < 6));
    assertEquals(
        run.patternAt(2, "layer1").hex(0),
        run.patternAt(5, "layer1").hex(0),
        "what is not a number keeps its bit");
    assertNothingSucceeds(run);
  }

  @Test
  void aSampleThatIsNotANumber_isNeitherOnNorOff_andTheOthersAre() {
    DataSet probe = data(DataType.DOUBLE);
    probe.getFeatures().putScalar(7, 0, Double.NaN);
    DataSet batch = Stacks.classes(DataType.DOUBLE, 6, 3, 1, 9);
    Run run = run(network(DataType.DOUBLE, 0.05), probe, batch, step -> {});
    Event began = events(run, EventKind.NOT_FINITE).get(0);
    assertEquals(0, began.step());
    assertEquals(0, began.layer());
    String why =
        run.header().provenance().entrySet().stream()
            .filter(fact -> fact.getKey().startsWith("absent activeFraction, deadUnits, "))
            .map(fact -> fact.getValue())
            .findFirst()
            .orElseThrow();
    assertTrue(
        why.contains("since step 0, first in layer layer0: absent at every such record"), why);
    assertTrue(events(run, EventKind.FINITE_AGAIN).isEmpty());
    for (int record = 0; record < run.size(); record++) {
      assertEquals(UNITS, run.metric("nanEntries[layer0]").value(record), "" + record);
      for (int unit = 0; unit < UNITS; unit++) {
        assertFalse(run.patternAt(record, "layer0").isOn(unit, 7));
      }
    }
    assertNothingSucceeds(run);
  }

  @Test
  void infinity_isOnOrOff_andSaid() {
    MultiLayerNetwork net = network(DataType.FLOAT, 0.01);
    Run run =
        run(
            net,
            data(DataType.FLOAT),
            data(DataType.FLOAT),
            step -> {
              if (step == 4) {
                net.getParam("0_b").assign(Float.POSITIVE_INFINITY);
              }
            });
    Event began = events(run, EventKind.NOT_FINITE).get(0);
    assertEquals(4, began.step());
    assertEquals(0, began.layer());
    assertEquals(UNITS, run.metric("linearUnits[layer0]").value(4), "infinity is above 0");
    assertNothingSucceeds(run);
  }
}
