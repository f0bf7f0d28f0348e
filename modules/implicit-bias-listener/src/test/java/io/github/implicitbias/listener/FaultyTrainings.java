package io.github.implicitbias.listener;

import io.github.implicitbias.run.RunSummary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Ten ordinary trainings of a classifier, each with one planted fault, and healthy ones. */
final class FaultyTrainings {

  private static final int INPUTS = 20;
  private static final int CLASSES = 5;

  /** One training. */
  private static final class Plan {
    Activation activation = Activation.RELU;
    IUpdater updater = new Sgd(0.1);
    WeightInit start = WeightInit.RELU;
    UnaryOperator<DenseLayer.Builder> first = layer -> layer;
    Consumer<MultiLayerNetwork> prepare = net -> {};
    UnaryOperator<ListenerBuilder> watch = bias -> bias;
    List<DataSet> training = new ArrayList<>();
    int width = 64;
    int batch = 32;
    int epochs = 12;
    boolean withProbe;
    List<DataSet> probe = new ArrayList<>();
  }

  private FaultyTrainings() {}

  /**
   * Returns the trainings by the id of the rule that is to name the fault; the key may have a word
   * behind it where a rule names several faults.
   */
  static Map<String, RunSummary> faults(long seed, List<String> some) {
    Map<String, UnaryOperator<Plan>> plans = new LinkedHashMap<>();
    plans.put("rateTooHigh", FaultyTrainings::rateTooHigh);
    plans.put("deadUnits", FaultyTrainings::dying);
    plans.put("suspectLabels", plan -> wrongLabels(plan, seed));
    plans.put("smallStart", FaultyTrainings::smallStart);
    plans.put("stillLayer", FaultyTrainings::still);
    plans.put("testParts", plan -> overfit(plan, seed));
    plans.put("saturatedUnits", FaultyTrainings::saturated);
    plans.put("classNeverLearned", plan -> imbalanced(plan, seed));
    plans.put("notFinite", FaultyTrainings::notFinite);
    plans.put("probeTooSmall", plan -> oneClass(plan, seed));
    Map<String, RunSummary> found = new LinkedHashMap<>();
    plans.forEach(
        (name, planted) -> {
          if (some.isEmpty() || some.contains(name)) {
            found.put(name, trained(planted.apply(healthy(seed)), seed));
          }
        });
    return found;
  }

  /** Returns what is said of a training without a fault. */
  static RunSummary healthy(long seed, boolean adam, boolean withProbe) {
    Plan plan = healthy(seed);
    plan.updater = adam ? new Adam(1e-3) : new Sgd(0.1);
    plan.withProbe = withProbe;
    return trained(plan, seed);
  }

  /** Returns what has watched a training in which a few units die. */
  static ImplicitBiasListener watched(long seed) {
    Plan plan = healthy(seed);
    plan.first = layer -> layer.biasInit(-3);
    return watched(plan, seed);
  }

  private static Plan healthy(long seed) {
    Plan plan = new Plan();
    plan.training = blobs(seed).balanced(160);
    return plan;
  }

  private static Blobs blobs(long seed) {
    return new Blobs(INPUTS, CLASSES, 0.8, seed);
  }

  private static Plan rateTooHigh(Plan plan) {
    plan.updater = new Sgd(8);
    return plan;
  }

  private static Plan dying(Plan plan) {
    plan.first = layer -> layer.biasInit(-6);
    return plan;
  }

  private static Plan wrongLabels(Plan plan, long seed) {
    plan.training = blobs(seed).mislabelled(160, 0.05);
    return plan;
  }

  private static Plan smallStart(Plan plan) {
    plan.prepare = net -> net.params().muli(1e-5);
    return plan;
  }

  private static Plan still(Plan plan) {
    plan.first = layer -> layer.updater(new Sgd(1e-14)).biasUpdater(new Sgd(1e-14));
    return plan;
  }

  private static Plan overfit(Plan plan, long seed) {
    Blobs noisy = new Blobs(INPUTS, CLASSES, 3, seed);
    plan.training = noisy.balanced(16);
    List<DataSet> test = noisy.balanced(60);
    plan.watch = bias -> bias.test(DataSet.merge(test));
    plan.width = 256;
    plan.epochs = 60;
    plan.batch = 16;
    return plan;
  }

  private static Plan saturated(Plan plan) {
    plan.activation = Activation.TANH;
    plan.prepare = net -> net.getLayer(0).getParam("W").muli(20);
    plan.withProbe = true;
    return plan;
  }

  private static Plan imbalanced(Plan plan, long seed) {
    // One class in a hundred, in the middle of another.
    Blobs blobs = blobs(seed);
    List<DataSet> samples = new ArrayList<>(blobs.samples(200, 200, 200, 200, 0));
    for (int i = 0; i < 8; i++) {
      samples.add(blobs.sample(0, 4));
    }
    plan.training = samples;
    plan.updater = new Sgd(0.02);
    return plan;
  }

  private static Plan notFinite(Plan plan) {
    plan.watch = bias -> bias;
    plan.prepare =
        net ->
            net.addListeners(
                new BaseTrainingListener() {
                  @Override
                  public void iterationDone(Model model, int iteration, int epoch) {
                    if (iteration == 200) {
                      net.params().putScalar(0, Double.NaN);
                    }
                  }
                });
    return plan;
  }

  private static Plan oneClass(Plan plan, long seed) {
    plan.withProbe = true;
    plan.probe = blobs(seed).samples(100, 0, 0, 0, 0);
    return plan;
  }

  private static RunSummary trained(Plan plan, long seed) {
    return watched(plan, seed).summary();
  }

  private static ImplicitBiasListener watched(Plan plan, long seed) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .updater(plan.updater)
            .weightInit(plan.start)
            .activation(plan.activation)
            .list();
    list.layer(plan.first.apply(new DenseLayer.Builder().nIn(INPUTS).nOut(plan.width)).build());
    list.layer(new DenseLayer.Builder().nOut(plan.width / 2).build());
    list.layer(
        new OutputLayer.Builder(LossFunction.MCXENT)
            .activation(Activation.SOFTMAX)
            .nOut(CLASSES)
            .build());
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.setInputType(InputType.feedForward(INPUTS)).build());
    net.init();
    List<DataSet> probe = plan.probe.isEmpty() ? plan.training : plan.probe;
    ListenerBuilder builder =
        plan.withProbe
            ? ImplicitBiasListener.builder(DataSet.merge(probe))
            : ImplicitBiasListener.builder();
    try (ImplicitBiasListener bias = plan.watch.apply(builder).build()) {
      net.addListeners(bias);
      plan.prepare.accept(net);
      net.fit(new ListDataSetIterator<>(plan.training, plan.batch), plan.epochs);
      bias.close();
      return bias;
    }
  }
}
