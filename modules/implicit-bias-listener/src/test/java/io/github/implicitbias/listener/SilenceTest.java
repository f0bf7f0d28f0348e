package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Run;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.TransferLearningHelper;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.listeners.CollectScoresListener;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;

/** Where nothing is recorded, one sentence says why, and what to do. */
class SilenceTest {

  private static final DataSet ROWS = Stacks.classes(DataType.DOUBLE, 12, 4, 3, 1);

  private static MultiLayerNetwork net() {
    return PlainModels.stack(PlainModels.dense(4, 6, Activation.RELU), PlainModels.classes(6, 3));
  }

  /** Closes a listener and returns what it says of that in the log. */
  private static String closed(ImplicitBiasListener bias) {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      bias.close();
      bias.close();
    } finally {
      System.setErr(before);
    }
    return said.toString(StandardCharsets.UTF_8);
  }

  private static void says(ImplicitBiasListener bias, String... words) {
    closed(bias);
    for (String word : words) {
      assertTrue(bias.status().contains(word), bias.status());
    }
    assertEquals(0, bias.run().size());
    assertTrue(bias.runs().isEmpty());
  }

  @Test
  void replacedBySetListeners_beforeTraining() {
    MultiLayerNetwork net = net();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(ROWS).build();
    net.addListeners(bias);
    net.setListeners(new CollectScoresListener(1));
    net.fit(ROWS);
    says(bias, "no training was heard", "setListeners(...) after addListeners(...)");
  }

  @Test
  void aTransferLearningHelper_trainsAnotherNetwork() {
    MultiLayerNetwork net =
        PlainModels.stack(
            PlainModels.dense(4, 6, Activation.RELU),
            PlainModels.dense(6, 6, Activation.RELU),
            PlainModels.classes(6, 3));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(ROWS).build();
    net.addListeners(bias);
    TransferLearningHelper helper = new TransferLearningHelper(net, 0);
    helper.fitFeaturized(helper.featurize(ROWS));
    says(bias, "unfrozenMLN()");
  }

  @Test
  void pretraining_isHeardOfItsLayersOnly_untilTheNetworkIsKnown() {
    MultiLayerNetwork net =
        PlainModels.stack(
            new AutoEncoder.Builder().nIn(4).nOut(5).activation(Activation.RELU).build(),
            PlainModels.classes(5, 3));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(ROWS).build();
    net.addListeners(bias);
    net.pretrain(PlainModels.batches(), 2);
    says(bias, "8 updates of a layer (AutoEncoder)", "observe(net) before net.pretrain(...)");
  }

  @Test
  void pretraining_isRecordedUpdateByUpdate_ofANetworkThatIsKnown_andFitGoesOn() {
    MultiLayerNetwork net =
        PlainModels.stack(
            new AutoEncoder.Builder().nIn(4).nOut(5).activation(Activation.RELU).build(),
            PlainModels.classes(5, 3));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(ROWS).schedule(Schedule.everyStep()).build();
    net.addListeners(bias);
    bias.observe(net);
    net.pretrain(PlainModels.batches(), 2);
    double norm = net.params().norm2Number().doubleValue();
    for (int i = 0; i < 3; i++) {
      net.fit(ROWS);
    }
    bias.close();
    Run run = bias.run();
    assertEquals(12, run.size());
    assertEquals(11, run.lastStep());
    assertEquals(norm, run.value("parameterNorm", 8), 1e-12);
    assertEquals(net.params().norm2Number().doubleValue(), run.value("parameterNorm", 11), 1e-12);
    assertEquals(run.value("score", 9), run.value("loss", 9), 1e-12);
  }

  @Test
  void externalErrors_areSaidToNeedAnObservationByHand() {
    MultiLayerNetwork net =
        PlainModels.stack(
            PlainModels.dense(4, 6, Activation.RELU), PlainModels.dense(6, 3, Activation.IDENTITY));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(ROWS).build();
    net.addListeners(bias);
    for (int i = 0; i < 5; i++) {
      PlainModels.externalStep(net, i);
      for (TrainingListener listener : net.getListeners()) {
        listener.iterationDone(net, i, 0);
      }
    }
    says(bias, "5 updates were heard, but no forward pass of fit", "observe(net)");
  }

  @Test
  void aLoopOfOnesOwn_isRecordedByHand_withTheStepsOfTheNetworkOrOurs() {
    for (boolean counts : new boolean[] {false, true}) {
      MultiLayerNetwork net =
          PlainModels.stack(
              PlainModels.dense(4, 6, Activation.RELU),
              PlainModels.dense(6, 3, Activation.IDENTITY));
      ImplicitBiasListener bias = ImplicitBiasListener.builder(ROWS).build();
      double[] norms = new double[4];
      for (int i = 0; i < 4; i++) {
        norms[i] = net.params().norm2Number().doubleValue();
        bias.observe(net);
        PlainModels.externalStep(net, i);
        net.setIterationCount(counts ? i + 1 : 0);
      }
      bias.close();
      Run run = bias.run();
      assertEquals(counts ? 5 : 4, run.size());
      for (int i = 0; i < 4; i++) {
        assertEquals(norms[i], run.value("parameterNorm", i), 1e-12);
      }
    }
  }

  @Test
  void aListenerThatIsTakenOffInTheMidstOfTraining_isMissed() {
    MultiLayerNetwork net = net();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(ROWS).build();
    net.addListeners(bias);
    net.fit(ROWS);
    net.setListeners(new CollectScoresListener(1));
    for (int i = 0; i < 7; i++) {
      net.fit(ROWS);
    }
    String said = closed(bias);
    assertEquals(
        said.indexOf("made 7 updates without this listener"),
        said.lastIndexOf("made 7 updates without this listener"));
    assertTrue(said.contains("made 7 updates without this listener"), said);
  }
}
