package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Run;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Frozen and transferred layers, line searches, layers that normalise, networks made anew. */
class TrainingWaysTest {

  private static final int SAMPLES = 30;
  private static final int STEPS = 10;

  private static DataSet data() {
    return Stacks.classes(DataType.DOUBLE, SAMPLES, 5, 3, 7);
  }

  private static DenseLayer dense(int in, int out, Activation activation) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(activation).build();
  }

  private static OutputLayer output(int in) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static double[][] affine(MultiLayerNetwork net, int layer, INDArray x) {
    return x.mmul(net.getParam(layer + "_W"))
        .addRowVector(net.getParam(layer + "_b"))
        .toDoubleMatrix();
  }

  private static INDArray before(MultiLayerNetwork net, int layer, INDArray x) {
    return net.feedForwardToLayer(layer - 1, x, false).get(layer);
  }

  private static void lossIsScore(Run run, double tolerance) {
    for (long step = run.firstStep(); step < run.lastStep(); step++) {
      double score = run.value("score", step);
      assertEquals(score, run.value("loss", step), tolerance * Math.abs(score), "at " + step);
    }
  }

  @Test
  void lineSearches_recordOneObservationPerIteration_ofTheParametersBeforeIt() {
    for (OptimizationAlgorithm algorithm :
        new OptimizationAlgorithm[] {
          OptimizationAlgorithm.LINE_GRADIENT_DESCENT,
          OptimizationAlgorithm.CONJUGATE_GRADIENT,
          OptimizationAlgorithm.LBFGS
        }) {
      DataSet data = data();
      MultiLayerNetwork net =
          Stacks.network(
              new NeuralNetConfiguration.Builder().optimizationAlgo(algorithm),
              DataType.DOUBLE,
              new Sgd(0.5),
              dense(5, 8, Activation.RELU),
              output(8));
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
      net.setListeners(bias);
      Run run =
          Followed.check(
              bias,
              "layer0",
              STEPS,
              () -> net.fit(data),
              () -> affine(net, 0, data.getFeatures()),
              1);
      assertEquals(0, run.recordsInPlace());
      assertTrue(bias.route().contains("line search"), bias.route());
    }
  }

  @Test
  void frozenLayers_areTrackedAndDoNotCountAsTrainable() {
    DataSet data = data();
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.5),
            new FrozenLayer(dense(5, 9, Activation.RELU)),
            dense(9, 8, Activation.RELU),
            new FrozenLayerWithBackprop(dense(8, 7, Activation.SIGMOID)),
            output(7));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .schedule(Schedule.everyStep())
            .layers("0", "1", "2")
            .build();
    net.setListeners(bias);
    INDArray x = data.getFeatures();
    Run run =
        Followed.check(
            bias, "layer1", STEPS, () -> net.fit(data), () -> affine(net, 1, before(net, 1, x)), 1);
    assertEquals(STEPS, run.recordsInPlace(), bias.route());
    lossIsScore(run, 1e-12);
    double[][] frozen = affine(net, 0, x);
    double[][] sigmoid = affine(net, 2, before(net, 2, x));
    for (int i = 0; i < SAMPLES; i++) {
      for (int unit = 0; unit < 9; unit++) {
        assertEquals(frozen[i][unit] > 0, run.patternAt(0, "layer0").isOn(unit, i));
      }
      for (int unit = 0; unit < 7; unit++) {
        assertEquals(sigmoid[i][unit] > 0, run.patternAt(STEPS, "layer2").isOn(unit, i));
      }
    }
    double trained = 0;
    for (String key : new String[] {"1_W", "1_b", "3_W", "3_b"}) {
      double norm = net.getParam(key).norm2Number().doubleValue();
      trained += norm * norm;
    }
    assertEquals(Math.sqrt(trained), run.latest("parameterNorm"), 1e-12);
  }

  @Test
  void transferLearning_stacksAndGraphs_areWatchedInPlace() {
    DataSet data = data();
    MultiLayerNetwork first =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.5),
            dense(5, 9, Activation.RELU),
            dense(9, 8, Activation.RELU),
            output(8));
    first.fit(data);
    FineTuneConfiguration tune = new FineTuneConfiguration.Builder().updater(new Sgd(0.2)).build();
    MultiLayerNetwork net =
        new TransferLearning.Builder(first)
            .fineTuneConfiguration(tune)
            .setFeatureExtractor(0)
            .nOutReplace(1, 6, WeightInit.XAVIER)
            .build();
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    INDArray x = data.getFeatures();
    Run run =
        Followed.check(
            bias, "layer1", STEPS, () -> net.fit(data), () -> affine(net, 1, before(net, 1, x)), 1);
    assertEquals(STEPS, run.recordsInPlace(), bias.route());
    assertEquals(2, run.header().layers().size());
    assertEquals(0.2, run.value("learningRate", run.firstStep()));
    ComputationGraph graph =
        new TransferLearning.GraphBuilder(first.toComputationGraph())
            .fineTuneConfiguration(tune)
            .setFeatureExtractor("0")
            .build();
    ImplicitBiasListener ofGraph =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    graph.setListeners(ofGraph);
    for (int k = 0; k < STEPS; k++) {
      graph.fit(data);
    }
    ofGraph.close();
    assertEquals(STEPS, ofGraph.run().recordsInPlace(), ofGraph.route());
    assertEquals(2, ofGraph.run().header().layers().size());
    double trained = 0;
    for (String key : new String[] {"1_W", "1_b", "2_W", "2_b"}) {
      double norm = graph.getParam(key).norm2Number().doubleValue();
      trained += norm * norm;
    }
    assertEquals(Math.sqrt(trained), ofGraph.run().latest("parameterNorm"), 1e-6);
  }

  @Test
  void denseLayersWithNormalisation_behindBatchNormalization_areFollowed() {
    DataSet data = data();
    MultiLayerNetwork net =
        Stacks.network(
            new NeuralNetConfiguration.Builder().activation(Activation.RELU),
            DataType.DOUBLE,
            new Sgd(0.5),
            dense(5, 9, Activation.IDENTITY),
            new BatchNormalization.Builder().nIn(9).nOut(9).build(),
            new DenseLayer.Builder()
                .nIn(9)
                .nOut(8)
                .hasLayerNorm(true)
                .activation(Activation.SIGMOID)
                .build(),
            output(8));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).layers("layer2").build();
    net.setListeners(bias);
    INDArray x = data.getFeatures();
    Run run =
        Followed.check(
            bias,
            "layer2",
            STEPS,
            () -> net.fit(data),
            () -> layerNormalised(net, before(net, 2, x)),
            1);
    assertEquals(0, run.recordsInPlace());
  }

  /** (x W - mean) / deviation, times gain, plus bias, row by row, in Java. */
  private static double[][] layerNormalised(MultiLayerNetwork net, INDArray x) {
    double[][] rows = x.mmul(net.getParam("2_W")).toDoubleMatrix();
    for (double[] row : rows) {
      double mean = 0;
      double square = 0;
      for (double value : row) {
        mean += value / row.length;
      }
      for (double value : row) {
        square += (value - mean) * (value - mean) / row.length;
      }
      for (int k = 0; k < row.length; k++) {
        row[k] =
            (row[k] - mean) / Math.sqrt(square) * net.getParam("2_g").getDouble(k)
                + net.getParam("2_b").getDouble(k);
      }
    }
    return rows;
  }

  @Test
  void batchNormalization_hasNoKink_thoughItInheritsAnActivation() {
    DataSet data = data();
    MultiLayerNetwork net =
        Stacks.network(
            new NeuralNetConfiguration.Builder().activation(Activation.RELU),
            DataType.DOUBLE,
            new Sgd(0.5),
            new DenseLayer.Builder().nIn(5).nOut(9).build(),
            new BatchNormalization.Builder().nIn(9).nOut(9).build(),
            output(9));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    net.fit(data);
    bias.close();
    assertEquals(1, bias.run().header().layers().size());
  }

  @Test
  void prelu_isReadFromItsInput_andActivationLayersWithoutSignToo() {
    DataSet data = data();
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.5),
            dense(5, 9, Activation.IDENTITY),
            new PReLULayer.Builder().nIn(9).nOut(9).inputShape(9).build(),
            new ActivationLayer.Builder().activation(Activation.GELU).build(),
            output(9));
    net.getParam("1_W").assign(-0.5);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).layers("1", "2").build();
    net.setListeners(bias);
    INDArray x = data.getFeatures();
    Run run =
        Followed.check(bias, "layer1", STEPS, () -> net.fit(data), () -> affine(net, 0, x), 1);
    assertEquals(STEPS, run.recordsInPlace(), bias.route());
    lossIsScore(run, 1e-12);
    for (int unit = 0; unit < 9; unit++) {
      for (int i = 0; i < SAMPLES; i++) {
        assertTrue(run.patternAt(0, "layer2").isOn(unit, i), "-0.5 z or z, both positive");
      }
    }
    ImplicitBiasListener kinks =
        ImplicitBiasListener.builder(Stacks.reversed(data)).schedule(Schedule.everyStep()).build();
    net.setListeners(kinks);
    net.fit(data);
    kinks.close();
    assertEquals(1, kinks.run().header().layers().size(), "PReLU has a kink, GELU has none");
    double[][] z = affine(net, 0, x);
    for (int unit = 0; unit < 9; unit++) {
      for (int i = 0; i < SAMPLES; i++) {
        boolean on = kinks.run().patternAt(STEPS + 1, "layer1").isOn(unit, SAMPLES - 1 - i);
        assertEquals(z[i][unit] > 0, on);
      }
    }
  }

  @Test
  void centerLoss_isComputedByDl4j() {
    DataSet data = data();
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.2),
            dense(5, 9, Activation.RELU),
            new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                .nIn(9)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    Run run =
        Followed.check(
            bias,
            "layer0",
            STEPS,
            () -> net.fit(data),
            () -> affine(net, 0, data.getFeatures()),
            1);
    lossIsScore(run, 1e-12);
  }

  @Test
  void anUnknownKind_isLeftOutByDefault_andAnErrorByName() {
    DataSet data = data();
    for (String[] names : new String[][] {{}, {"layer1"}}) {
      MultiLayerNetwork net =
          Stacks.network(
              DataType.DOUBLE,
              new Sgd(0.2),
              dense(5, 9, Activation.RELU),
              new VariationalAutoencoder.Builder()
                  .nIn(9)
                  .nOut(6)
                  .encoderLayerSizes(4)
                  .decoderLayerSizes(4)
                  .activation(Activation.RELU)
                  .build(),
              output(6));
      ListenerBuilder builder = ImplicitBiasListener.builder(data).schedule(Schedule.everyStep());
      ImplicitBiasListener bias = (names.length == 0 ? builder : builder.layers(names)).build();
      net.setListeners(bias);
      net.fit(data);
      bias.close();
      if (names.length == 0) {
        assertEquals(1, bias.run().header().layers().size());
        assertEquals(bias.run().value("score", 0), bias.run().value("loss", 0), 1e-12);
      } else {
        assertEquals(0, bias.run().size());
      }
    }
  }

  /** A network whose parameters can be moved to other memory. */
  @SuppressWarnings("overrides") // of DL4J's own making
  private static final class Movable extends MultiLayerNetwork {
    private static final long serialVersionUID = 1L;

    Movable(MultiLayerConfiguration conf) {
      super(conf);
    }

    void moveTo(MultiLayerNetwork other) {
      flattenedParams = other.params();
      layers = other.getLayers();
      flattenedGradients = null;
      solver = null;
    }
  }

  @Test
  void parametersInAnotherArray_areNoticed() {
    DataSet data = data();
    MultiLayerNetwork first =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.5),
            dense(5, 8, Activation.SIGMOID),
            dense(8, 8, Activation.RELU),
            output(8));
    Movable net = new Movable(first.getLayerWiseConfigurations().clone());
    net.init(first.params().dup(), false);
    ImplicitBiasListener inPlace =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).layers("0", "1").build();
    ImplicitBiasListener shadow =
        ImplicitBiasListener.builder(Stacks.reversed(data))
            .schedule(Schedule.everyStep())
            .layers("0", "1")
            .build();
    net.setListeners(inPlace, shadow);
    net.fit(data);
    INDArray other = Followed.uniform(DataType.DOUBLE, 12, 1, net.numParams());
    MultiLayerNetwork fresh = new MultiLayerNetwork(net.getLayerWiseConfigurations().clone());
    fresh.init(other.dup(), false);
    net.moveTo(fresh);
    net.fit(data);
    double[][] z = affine(net, 0, data.getFeatures());
    net.fit(data);
    inPlace.close();
    shadow.close();
    assertEquals(4, inPlace.run().size());
    assertEquals(3, inPlace.run().recordsInPlace());
    for (int i = 0; i < SAMPLES; i++) {
      for (int unit = 0; unit < 8; unit++) {
        assertEquals(z[i][unit] > 0, inPlace.run().patternAt(2, "layer0").isOn(unit, i));
        assertEquals(
            z[i][unit] > 0, shadow.run().patternAt(2, "layer0").isOn(unit, SAMPLES - 1 - i));
      }
    }
    for (Run run : new Run[] {inPlace.run(), shadow.run()}) {
      lossIsScore(run, 1e-12);
      assertEquals(net.params().norm2Number().doubleValue(), run.latest("parameterNorm"), 1e-12);
    }
  }
}
