package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.nn.activation.ExactLeakyReLU;
import io.github.implicitbias.nn.init.NetworkInitializer;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.DoubledDenseLayer;
import io.github.implicitbias.nn.layer.DoubledOutputLayer;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Which layers are tracked, how their signs are read, and what loss is computed. */
class LayerKindsTest {

  private static final int SAMPLES = 40;

  private static DataSet data(int outputs) {
    return Stacks.classes(DataType.DOUBLE, SAMPLES, 4, outputs, 11);
  }

  private static DenseLayer dense(int in, int out, IActivation activation) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(activation).build();
  }

  private static OutputLayer output(int in, int out, ILossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).nIn(in).nOut(out).activation(activation).build();
  }

  private static Run watch(DataSet data, int steps, String[] layers, Layer... stack) {
    MultiLayerNetwork net = Stacks.network(DataType.DOUBLE, new Sgd(0.1), stack);
    ListenerBuilder builder = ImplicitBiasListener.builder(data).schedule(Schedule.everyStep());
    ImplicitBiasListener bias = (layers.length == 0 ? builder : builder.layers(layers)).build();
    net.setListeners(bias);
    for (int i = 0; i < steps; i++) {
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  private static List<String> tracked(Run run) {
    return run.header().layers().stream().map(l -> l.name()).collect(Collectors.toList());
  }

  @Test
  void byDefault_layersWithAKinkAreTracked_activationLayersAndOutputLayersIncluded() {
    Run run =
        watch(
            data(3),
            3,
            new String[0],
            dense(4, 8, new ActivationIdentity()),
            new ActivationLayer.Builder().activation(Activation.RELU).build(),
            dense(8, 7, new ActivationLReLU(0.2)),
            dense(7, 6, new ExactLeakyReLU(0.3)),
            dense(6, 5, Activation.TANH.getActivationFunction()),
            output(5, 3, new LossMSE(), Activation.RELU));
    assertEquals(List.of("layer1", "layer2", "layer3", "layer5"), tracked(run));
    assertEquals(8, run.header().layers().get(0).units());
    assertEquals(3, run.header().layers().get(3).units());
  }

  @Test
  void aNamedLayer_isTrackedByTheSignOfItsPreActivation_whateverItsActivation() {
    for (Activation activation :
        new Activation[] {
          Activation.SIGMOID,
          Activation.TANH,
          Activation.SOFTPLUS,
          Activation.IDENTITY,
          Activation.CUBE,
          Activation.ELU,
          Activation.GELU,
          Activation.SWISH
        }) {
      DataSet data = data(1);
      MultiLayerNetwork net =
          Stacks.network(
              DataType.DOUBLE,
              new Sgd(0.01),
              dense(4, 6, new ActivationReLU()),
              dense(6, 5, activation.getActivationFunction()),
              output(5, 1, new LossMSE(), Activation.IDENTITY));
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data)
              .schedule(Schedule.everyStep())
              .layers("layer1")
              .build();
      net.setListeners(bias);
      net.fit(data);
      INDArray hidden = net.feedForward(data.getFeatures(), false).get(1);
      INDArray z = hidden.mmul(net.getParam("1_W")).addRowVector(net.getParam("1_b"));
      bias.close();
      ActivationPattern pattern = bias.run().patternAt(1, "layer1");
      for (int unit = 0; unit < 5; unit++) {
        for (int i = 0; i < SAMPLES; i++) {
          assertEquals(z.getDouble(i, unit) > 0, pattern.isOn(unit, i), activation.name());
        }
      }
    }
  }

  @Test
  void activationOfAnOutputLayer_isReadFromItsPreActivations() {
    DataSet data = data(3);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            dense(4, 6, new ActivationReLU()),
            output(6, 3, new LossMSE(), Activation.RELU));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    net.fit(data);
    INDArray out = net.output(data.getFeatures(), false);
    bias.close();
    ActivationPattern pattern = bias.run().patternAt(1, "layer1");
    for (int unit = 0; unit < 3; unit++) {
      for (int i = 0; i < SAMPLES; i++) {
        assertEquals(out.getDouble(i, unit) > 0, pattern.isOn(unit, i));
      }
    }
  }

  @Test
  void fullBatchLoss_equalsDl4jsScore_forEveryKindOfLoss() {
    lossEqualsScore(1, new LossMSE(), Activation.IDENTITY, 2);
    lossEqualsScore(3, new LossMSE(), Activation.IDENTITY, 2.0 / 3);
    lossEqualsScore(3, new LossL2(), Activation.IDENTITY, 2);
    lossEqualsScore(3, new LossMSE(), Activation.TANH, 2.0 / 3);
    lossEqualsScore(3, new LossMAE(), Activation.IDENTITY, 1);
    lossEqualsScore(3, new LossMCXENT(), Activation.SOFTMAX, 1);
    lossEqualsScore(2, new LossBinaryXENT(), Activation.SIGMOID, 1);
    lossEqualsScore(2, new LossBinaryXENT(0), Activation.SIGMOID, 1);
    lossEqualsScore(1, Losses.halfMeanSquare(), Activation.IDENTITY, 1);
    lossEqualsScore(1, Losses.halfMeanSquare(), Activation.SIGMOID, 1);
  }

  private static void lossEqualsScore(
      int outputs, ILossFunction loss, Activation activation, double kappa) {
    Run run =
        watch(
            data(outputs),
            30,
            new String[0],
            dense(4, 6, new ActivationReLU()),
            output(6, outputs, loss, activation));
    for (long step = 0; step < 30; step++) {
      double score = run.value("score", step);
      String what = loss + " " + activation + " at step " + step;
      assertEquals(score, run.value("loss", step), 1e-12 * Math.max(1, Math.abs(score)), what);
      assertEquals(0.1 * step, run.value("time", step), 1e-12);
      assertEquals(kappa * 0.1 * step, run.value("flowTime", step), 1e-12, what);
    }
  }

  @Test
  void theLogarithmOfALoss_isWatchedBelowTheRangeOfDouble_andEqualsTheScore() {
    for (int outputs = 1; outputs <= 2; outputs++) {
      int steps = outputs == 1 ? 60 : 250;
      for (ILossFunction loss : new ILossFunction[] {Losses.logistic(), Losses.exponential()}) {
        DataSet data = Stacks.classes(DataType.DOUBLE, 6, 4, outputs, 11);
        data.getLabels().muli(2).subi(1);
        Run run =
            watch(
                data,
                steps,
                new String[0],
                dense(4, 6, new ActivationReLU()),
                output(6, outputs, Losses.logOf(loss, 6), Activation.IDENTITY));
        assertEquals(steps + 1, run.size());
        assertEquals(steps, run.recordsInPlace());
        for (long step = 0; step < steps; step++) {
          double score = run.value("score", step);
          String what = loss + " with " + outputs + " outputs at step " + step;
          assertEquals(score, run.value("loss", step), 1e-12 * Math.max(1, Math.abs(score)), what);
          assertEquals(0.1 * step, run.value("flowTime", step), 1e-12, what);
        }
        assertTrue(run.latest("loss") < -800, "log L = " + run.latest("loss"));
      }
    }
  }

  @Test
  void largeOutputLayers_areMultipliedNatively_withTheSameLoss() {
    Run run =
        watch(
            Stacks.classes(DataType.DOUBLE, 200, 4, 5, 3),
            5,
            new String[0],
            dense(4, 300, new ActivationReLU()),
            output(300, 5, new LossMCXENT(), Activation.SOFTMAX));
    for (long step = 0; step < 5; step++) {
      assertEquals(run.value("score", step), run.value("loss", step), 1e-12);
    }
  }

  @Test
  void fixedSignOutput_isLeftOutOfTheParameterNorm() {
    DataSet data = data(1);
    data.getLabels().muli(2).subi(1);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            new DenseLayer.Builder()
                .nIn(4)
                .nOut(6)
                .hasBias(false)
                .activation(new ExactLeakyReLU(0.1))
                .build(),
            new FixedSignOutputLayer.Builder(Losses.logistic()).nIn(6).nOut(1).build());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    for (int i = 0; i < 5; i++) {
      net.fit(data);
    }
    bias.close();
    Run run = bias.run();
    assertEquals(
        net.getParam("0_W").norm2Number().doubleValue(), run.latest("parameterNorm"), 1e-12);
    assertEquals(run.value("score", 4), run.value("loss", 4), 1e-12);
    assertEquals(5, run.recordsInPlace());
  }

  @Test
  void doubledLayers_areWatchedInPlace_withTheRecordsOfStockLayers() {
    DataSet data = data(3);
    String[] layers = {"layer0", "layer1"};
    IActivation relu = new ActivationReLU();
    IActivation sigmoid = Activation.SIGMOID.getActivationFunction();
    Run stock =
        watch(
            data,
            30,
            layers,
            dense(4, 10, relu),
            dense(10, 6, sigmoid),
            output(6, 3, new LossMSE(), Activation.IDENTITY));
    Run doubled =
        watch(
            data,
            30,
            layers,
            new DoubledDenseLayer.Builder().nIn(4).nOut(10).activation(relu).build(),
            new DoubledDenseLayer.Builder().nIn(10).nOut(6).activation(sigmoid).build(),
            new DoubledOutputLayer.Builder(new LossMSE()).nIn(6).nOut(3).build());
    assertEquals(30, doubled.recordsInPlace());
    assertEquals(tracked(stock), tracked(doubled));
    for (long step = 0; step <= 30; step++) {
      for (String layer : layers) {
        ActivationPattern expected = stock.patternAt(step, layer);
        ActivationPattern found = doubled.patternAt(step, layer);
        for (int unit = 0; unit < expected.units(); unit++) {
          assertEquals(expected.hex(unit), found.hex(unit), layer + " at step " + step);
        }
      }
      for (String metric : new String[] {"loss", "parameterNorm", "distanceFromInit", "flowTime"}) {
        assertEquals(stock.value(metric, step), doubled.value(metric, step), 1e-12, metric);
      }
      if (step < 30) {
        assertEquals(doubled.value("score", step), doubled.value("loss", step), 1e-12);
      }
    }
    assertTrue(doubled.value("distanceFromInit", 30) > 0.01);
  }

  @Test
  void aNetworkThatStartsAtZero_isWatchedInPlace_fromThePredictionsZero() {
    DataSet data = data(1);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            new DoubledDenseLayer.Builder()
                .nIn(4)
                .nOut(10)
                .activation(new ActivationReLU())
                .build(),
            new DoubledOutputLayer.Builder(new LossMSE()).nIn(10).nOut(1).build());
    NetworkInitializer.zeroOutput(Weights.gaussian(1), 0.3).withSeed(1).apply(net);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    for (int i = 0; i < 5; i++) {
      net.fit(data);
    }
    bias.close();
    Run run = bias.run();
    assertEquals(5, run.recordsInPlace());
    double ofZero = data.getLabels().norm2Number().doubleValue();
    assertEquals(ofZero * ofZero / SAMPLES, run.value("score", 0), 1e-15);
    for (long step = 0; step < 5; step++) {
      assertEquals(run.value("score", step), run.value("loss", step), 1e-12);
    }
    ActivationPattern start = run.patternAt(0, "layer0");
    for (int pair = 0; pair < 5; pair++) {
      assertEquals(start.hex(pair), start.hex(pair + 5));
    }
  }

  @Test
  void aLossLayerWithKink_isTracked() {
    Run run =
        watch(
            data(3),
            2,
            new String[0],
            dense(4, 3, new ActivationIdentity()),
            new LossLayer.Builder(LossFunction.MSE).activation(Activation.RELU).build());
    assertEquals(List.of("layer1"), tracked(run));
    assertEquals(3, run.header().layers().get(0).units());
    assertEquals(run.value("score", 1), run.value("loss", 1), 1e-12);
  }

  @Test
  void adam_hasItsRate_andSchedulesAreFollowed() {
    DataSet data = data(1);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Adam(
                new org.nd4j.linalg.schedule.StepSchedule(
                    org.nd4j.linalg.schedule.ScheduleType.ITERATION, 0.1, 0.5, 2)),
            dense(4, 6, new ActivationReLU()),
            output(6, 1, new LossMSE(), Activation.IDENTITY));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    for (int i = 0; i < 6; i++) {
      net.fit(data);
    }
    net.setLearningRate(0.7);
    net.fit(data);
    bias.close();
    double[] rates = {0.1, 0.1, 0.05, 0.05, 0.025, 0.025, 0.7};
    double time = 0;
    for (int step = 0; step < rates.length; step++) {
      assertEquals(rates[step], bias.run().value("learningRate", step), 1e-12);
      assertEquals(time, bias.run().value("time", step), 1e-12);
      time += rates[step];
    }
    assertTrue(Absent.is(bias.run().value("learningRate", rates.length)));
  }

  @Test
  void anUnknownName_isAnsweredWithASentence_andTrainingGoesOn() {
    DataSet data = data(1);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.1),
            dense(4, 6, Activation.TANH.getActivationFunction()),
            output(6, 1, new LossMSE(), Activation.IDENTITY));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).layers("nosuch").build();
    net.setListeners(bias);
    net.fit(data);
    net.fit(data);
    bias.close();
    assertEquals(0, bias.run().size());
    assertTrue(bias.status().contains("nosuch"), bias.status());
    assertEquals(2, net.getIterationCount());
  }
}
