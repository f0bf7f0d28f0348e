package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What a run says of now, asked by a listener behind ours at every step of training. */
class CurrentRunTest {

  private static final int STEPS = 200;
  private static final int UNITS = 12;

  /** Kills a unit at every seventh step, and writes down what the run says of each step. */
  private static final class Asking extends BaseTrainingListener {
    private final ImplicitBiasListener bias;
    final List<Double> scores = new ArrayList<>();
    final List<Double> latest = new ArrayList<>();
    final List<Long> seenLate = new ArrayList<>();
    final List<List<String>> events = new ArrayList<>();
    int known;

    Asking(ImplicitBiasListener bias) {
      this.bias = bias;
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      Run run = bias.run();
      scores.add(model.score());
      latest.add(run.latest("score"));
      List<Event> all = run.events();
      assertEquals(all.size(), run.eventCount());
      List<String> fresh = new ArrayList<>();
      for (Event event : all.subList(known, all.size())) {
        fresh.add(event.toString() + event.unit());
        if (event.kind() == EventKind.UNIT_DIED && event.step() != iteration) {
          seenLate.add(event.step());
        }
      }
      known = all.size();
      events.add(fresh);
    }
  }

  @Test
  void everyRecordIsKnown_whenTheStepHasEnded_andNoEventIsLostOrTwice() {
    DataSet data = Stacks.classes(DataType.DOUBLE, 40, 3, 1, 3);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.01),
            new DenseLayer.Builder().nIn(3).nOut(UNITS).activation(Activation.RELU).build(),
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(UNITS)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .preset(Preset.STANDARD)
            .schedule(Schedule.everyStep())
            .build();
    Asking asking = new Asking(bias);
    net.addListeners(bias, asking);
    INDArray shift = net.getLayer(0).getParam("b");
    for (int step = 0; step < STEPS; step++) {
      if (step % 7 == 3) {
        shift.putScalar(step / 7 % UNITS, step % 2 == 0 ? 100 : -1e6);
      }
      net.fit(data);
      if (step == STEPS / 2) {
        List<RunVerdict> verdicts = bias.run().verdicts();
        assertTrue(verdicts.stream().anyMatch(one -> one.state() != null), "" + verdicts);
        assertFalse(bias.run().summary().isEmpty());
      }
    }
    assertEquals(asking.scores, asking.latest, "0 steps behind");
    assertEquals(List.of(), asking.seenLate);
    List<String> told = asking.events.stream().flatMap(List::stream).collect(Collectors.toList());
    assertTrue(told.stream().filter(one -> one.startsWith("unitDied")).count() >= 5, "" + told);
    bias.close();
    List<String> all =
        bias.run().events().stream()
            .map(event -> event.toString() + event.unit())
            .collect(Collectors.toList());
    assertEquals(all.subList(0, told.size()), told);
    for (String behind : all.subList(told.size(), all.size())) {
      assertTrue(behind.contains("at step " + STEPS), behind);
    }
  }
}
