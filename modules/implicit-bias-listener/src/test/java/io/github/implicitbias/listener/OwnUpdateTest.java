package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Laws of the network's own update are not applied where something else moves the parameters. */
@Timeout(120)
class OwnUpdateTest {

  private static final String LAW = "balanceDriftLaw";

  private static MultiLayerNetwork network(DataType type, int units) {
    return Stacks.network(
        type,
        new Sgd(0.05),
        new DenseLayer.Builder().nIn(3).nOut(units).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(units)
            .nOut(1)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build());
  }

  private static DataSet data(DataType type) {
    return Stacks.classes(type, 12, 3, 1, 4);
  }

  private static ImplicitBiasListener listener(DataType type) {
    return ImplicitBiasListener.builder(data(type))
        .preset(Preset.STANDARD)
        .schedule(Schedule.everyStep())
        .build();
  }

  private static RunVerdict law(Run run) {
    return run.verdicts().stream().filter(v -> v.id().equals(LAW)).findAny().orElseThrow();
  }

  private static RunVerdict trained(MultiLayerNetwork net, DataType type, IntConsumer before) {
    ImplicitBiasListener bias = listener(type);
    net.setListeners(bias);
    for (int step = 0; step < 8; step++) {
      before.accept(step);
      net.fit(data(type));
    }
    bias.close();
    return law(bias.run());
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void undisturbedTraining_isJudgedToItsEnd(DataType type) {
    RunVerdict verdict = trained(network(type, 6), type, step -> {});
    assertEquals(Verdict.State.HOLDS, verdict.state(), verdict::toString);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLOAT", "DOUBLE"})
  void aParameterThatIsChangedBetweenTwoSteps_endsTheJudging(DataType type) {
    MultiLayerNetwork net = network(type, 6);
    RunVerdict verdict =
        trained(
            net,
            type,
            step -> {
              if (step == 5) {
                net.getParam("0_W").putScalar(1, 2, 0.25);
              }
            });
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state(), verdict::toString);
    assertEquals("the parameters were changed between two steps, before step 5", verdict.detail());
    assertEquals(5, verdict.step());
  }

  @Test
  void parametersThatAreReplaced_endTheJudging_alsoInLargeNetworks() {
    MultiLayerNetwork net = network(DataType.DOUBLE, 60);
    MultiLayerNetwork large = network(DataType.FLOAT, 3000);
    NativeReader reader = new NativeReader();
    OwnUpdate own = new OwnUpdate(Network.of(large), reader);
    own.compareIf(true);
    own.updated();
    own.begun(1);
    assertEquals(null, own.otherMover());
    own.updated();
    large.setParams(large.params().mul(1.001));
    own.begun(2);
    assertEquals("the parameters were changed between two steps, before step 2", own.otherMover());
    RunVerdict verdict =
        trained(
            net,
            DataType.DOUBLE,
            step -> {
              if (step == 4) {
                net.setParams(net.params().mul(1.01));
              }
            });
    assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state(), verdict::toString);
    assertEquals(4, verdict.step());
  }

  @ParameterizedTest
  @EnumSource(
      value = TrainingMode.class,
      names = {"AVERAGING", "SHARED_GRADIENTS"})
  void workers_areNotJudgedByLawsOfTheirOwnUpdate(TrainingMode mode) {
    ImplicitBiasListener bias = listener(DataType.DOUBLE);
    MultiLayerNetwork net = network(DataType.DOUBLE, 6);
    net.setListeners(bias);
    List<DataSet> batches = new ArrayList<>();
    for (int k = 0; k < 8; k++) {
      batches.add(data(DataType.DOUBLE));
    }
    new ParallelWrapper.Builder<>(net)
        .workers(2)
        .trainingMode(mode)
        .averagingFrequency(1)
        .prefetchBuffer(0)
        .build()
        .fit(new ExistingDataSetIterator(batches));
    bias.close();
    assertTrue(!bias.runs().isEmpty());
    for (Run run : bias.runs()) {
      RunVerdict verdict = law(run);
      assertEquals(Verdict.State.NOT_APPLICABLE, verdict.state(), verdict::toString);
      assertTrue(verdict.detail().contains("one of several workers"), verdict.detail());
    }
  }

  @Test
  void aCopyThatWasSentElsewhere_isTakenForAWorker() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(listener(DataType.DOUBLE));
    }
    ImplicitBiasListener copy;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      copy = (ImplicitBiasListener) in.readObject();
    }
    MultiLayerNetwork net = network(DataType.DOUBLE, 6);
    net.setListeners(copy);
    net.fit(data(DataType.DOUBLE));
    net.fit(data(DataType.DOUBLE));
    copy.close();
    assertTrue(law(copy.run()).detail().contains("one of several workers"));
  }
}
