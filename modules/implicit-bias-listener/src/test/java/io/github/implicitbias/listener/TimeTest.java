package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.constraint.MaxNormConstraint;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.AdaDelta;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.schedule.MapSchedule;
import org.nd4j.linalg.schedule.ScheduleType;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/** Learning rate, time and flow time are those of the layers that are trained. */
class TimeTest {

  private static final int STEPS = 20;

  private final DataSet data = Stacks.classes(DataType.DOUBLE, 20, 3, 2, 1);

  private static DenseLayer.Builder relu(int inputs, int units) {
    return new DenseLayer.Builder().nIn(inputs).nOut(units).activation(Activation.RELU);
  }

  private static OutputLayer.Builder softmax(int inputs) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(inputs)
        .nOut(2)
        .activation(Activation.SOFTMAX);
  }

  private Run fit(Model net) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).build();
    for (int step = 0; step < STEPS; step++) {
      if (net instanceof MultiLayerNetwork) {
        ((MultiLayerNetwork) net).setListeners(bias);
        ((MultiLayerNetwork) net).fit(data);
      } else {
        ((ComputationGraph) net).setListeners(bias);
        ((ComputationGraph) net).fit(data);
      }
    }
    bias.close();
    assertEquals(Map.of(), bias.failures());
    return bias.run();
  }

  private static void hasTimes(Run run, double rate, double kappa) {
    assertEquals(rate, run.value("learningRate", 0), 1e-15);
    assertEquals(rate * STEPS, run.latest("time"), 1e-12);
    assertEquals(kappa * rate * STEPS, run.latest("flowTime"), 1e-12);
  }

  /** A loop of the user's own, which counts its steps before or after it calls the listeners. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void ownLoops(boolean countedBefore) {
    MultiLayerNetwork net =
        Stacks.network(DataType.DOUBLE, new Sgd(0.1), relu(3, 8).build(), softmax(8).build());
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).build();
    net.addListeners(bias);
    for (int i = 0; i < 50; i++) {
      net.setInput(data.getFeatures());
      net.setLabels(data.getLabels());
      net.computeGradientAndScore();
      Gradient gradient = net.gradient();
      net.getUpdater().update(net, gradient, i, 0, 20, LayerWorkspaceMgr.noWorkspaces());
      net.params().subi(gradient.gradient());
      if (countedBefore) {
        net.setIterationCount(i + 1);
      }
      for (TrainingListener listener : net.getListeners()) {
        listener.iterationDone(net, i, 0);
      }
      if (!countedBefore) {
        net.setIterationCount(i + 1);
      }
    }
    bias.close();
    assertEquals(51, bias.run().size());
    assertEquals(5.0, bias.run().latest("time"), 1e-12);
    assertEquals(5.0, bias.run().latest("flowTime"), 1e-12);
    assertEquals(0.1, bias.run().value("learningRate", 0));
  }

  @Test
  void frozenLayersBelowATrainedHead_haveNoSay() {
    Layer frozen = new FrozenLayer(relu(3, 8).updater(new Sgd(0.7)).build());
    Layer head = softmax(8).updater(new Sgd(0.05)).build();
    hasTimes(fit(Stacks.network(DataType.DOUBLE, new Sgd(0.7), frozen, head)), 0.05, 1);
    Layer resting = relu(3, 8).updater(new Sgd(0)).build();
    hasTimes(fit(Stacks.network(DataType.DOUBLE, new Sgd(0.7), resting, head)), 0.05, 1);
  }

  @Test
  void aKinkBehindAVertex_hasTheRateOfWhatIsTrained() {
    ComputationGraph graph =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", relu(3, 4).activation(Activation.IDENTITY).build(), "in")
                .addLayer("b", relu(3, 4).activation(Activation.IDENTITY).build(), "in")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                .addLayer("kink", new ActivationLayer(Activation.RELU), "sum")
                .addLayer("out", softmax(4).build(), "kink")
                .setOutputs("out")
                .build());
    graph.init();
    hasTimes(fit(graph), 0.1, 1);
  }

  @Test
  void batchNormalization_isTrainedAtTheRateOfItsLayer() {
    Layer normalization = new BatchNormalization.Builder().nIn(8).nOut(8).build();
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE, new Sgd(0.1), relu(3, 8).build(), normalization, softmax(8).build());
    hasTimes(fit(net), 0.1, 1);
  }

  private static Nesterovs scheduled(Map<Integer, Double> rates, Map<Integer, Double> momenta) {
    Nesterovs updater = new Nesterovs(new MapSchedule(ScheduleType.ITERATION, rates));
    updater.setMomentumISchedule(new MapSchedule(ScheduleType.ITERATION, momenta));
    return updater;
  }

  @Test
  void momentum_countsAsTheReferenceSays() throws Exception {
    JsonNode rows;
    try (InputStream in = TimeTest.class.getResourceAsStream("/reference/flow_time.json")) {
      rows = new ObjectMapper().readTree(in).get("nesterov");
    }
    Map<Integer, Double> rates = new HashMap<>();
    Map<Integer, Double> momenta = new HashMap<>();
    for (JsonNode row : rows) {
      rates.put(row.get("step").asInt() - 1, row.get("rate").asDouble());
      momenta.put(row.get("step").asInt() - 1, row.get("mu").asDouble());
    }
    Nesterovs updater = scheduled(rates, momenta);
    Run run = fit(Stacks.network(DataType.DOUBLE, updater, relu(3, 8).build(), softmax(8).build()));
    double time = 0;
    for (JsonNode row : rows) {
      int step = row.get("step").asInt();
      time += row.get("rate").asDouble();
      assertEquals(row.get("flowTime").asDouble(), run.value("flowTime", step), 1e-12);
      assertEquals(time, run.value("time", step), 1e-12);
      assertEquals(row.get("rate").asDouble(), run.value("learningRate", step - 1));
    }
  }

  /** A constant gradient moves the parameters by the flow time times itself, as DL4J moves them. */
  @Test
  void flowTime_isTheDisplacementUnderAConstantGradient() {
    Map<Integer, Double> rates = new HashMap<>();
    Map<Integer, Double> momenta = new HashMap<>();
    for (int t = 0; t <= STEPS; t++) {
      rates.put(t, 0.01 * (1 + t % 4));
      momenta.put(t, t < 8 ? 0.5 : 0.9);
    }
    for (IUpdater updater : new IUpdater[] {new Sgd(0.03), scheduled(rates, momenta)}) {
      // The mean of labels times outputs: its gradient by the bias of an output is that of the
      // labels, whatever the parameters.
      MultiLayerNetwork net =
          Stacks.network(
              DataType.DOUBLE,
              updater,
              relu(3, 4).updater(new Sgd(0)).build(),
              new OutputLayer.Builder(LossFunction.WASSERSTEIN)
                  .nIn(4)
                  .nOut(2)
                  .activation(Activation.IDENTITY)
                  .build());
      MultiLayerNetwork still = net.clone();
      still.setInput(data.getFeatures());
      still.setLabels(data.getLabels());
      still.computeGradientAndScore();
      INDArray gradient = still.getGradient().getGradientFor("1_b").dup();
      INDArray before = net.getParam("1_b").dup();
      Run run = fit(net);
      INDArray moved = before.sub(net.getParam("1_b"));
      double ratio = moved.getDouble(0) / gradient.getDouble(0) * data.numExamples();
      // computeGradientAndScore gives sums over the samples.
      assertEquals(ratio, run.latest("flowTime"), 1e-9 * ratio);
    }
  }

  private void isAbsent(String why, boolean hasTime, MultiLayerNetwork net) {
    Run run = fit(net);
    assertTrue(Absent.is(run.latest("flowTime")), why);
    String said = run.header().provenance().get("flowTime");
    assertTrue(said.startsWith("absent: ") && said.contains(why), said);
    assertEquals(hasTime, !Absent.is(run.latest("time")), why);
    assertEquals(hasTime, !Absent.is(run.value("learningRate", 0)), why);
  }

  private static NeuralNetConfiguration.Builder conf() {
    return new NeuralNetConfiguration.Builder();
  }

  private static MultiLayerNetwork net(NeuralNetConfiguration.Builder conf, IUpdater updater) {
    return Stacks.network(conf, DataType.DOUBLE, updater, relu(3, 8).build(), softmax(8).build());
  }

  @Test
  void whereTrainingFollowsNoFlow_itIsAbsentWithTheReason() {
    isAbsent("layer0 has the updater Adam", true, net(conf(), new Adam(0.1)));
    isAbsent("layer0 has the updater RmsProp", true, net(conf(), new RmsProp(0.1)));
    isAbsent("layer0 has the updater AdaDelta", false, net(conf(), new AdaDelta()));
    isAbsent("layer0 has L2Regularization", true, net(conf().l2(0.1), new Sgd(0.1)));
    isAbsent("layer0 has L1Regularization", true, net(conf().l1(0.1), new Sgd(0.1)));
    isAbsent("layer0 has WeightDecay", true, net(conf().weightDecay(0.1), new Sgd(0.1)));
    isAbsent(
        "layer0 has the gradient normalization ClipL2PerLayer",
        true,
        net(conf().gradientNormalization(GradientNormalization.ClipL2PerLayer), new Sgd(0.1)));
    isAbsent(
        "layer0 has a constraint",
        true,
        net(conf().constrainWeights(new MaxNormConstraint(1, 1)), new Sgd(0.1)));
    isAbsent(
        "not divided by the number of samples", true, net(conf().miniBatch(false), new Sgd(0.1)));
    Layer other = relu(3, 8).updater(new Sgd(0.2)).build();
    isAbsent(
        "different learning rates",
        false,
        Stacks.network(DataType.DOUBLE, new Sgd(0.1), other, softmax(8).build()));
  }
}
