package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.RunSummary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.preprocessor.NormalizerStandardize;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Standard trainings in which nothing is wrong: no rule says that there is a problem. */
@Tag("thorough")
class HealthyTrainingsTest {

  private static final Map<String, IUpdater> UPDATERS =
      new TreeMap<>(
          Map.of(
              "Adam 0.001", new Adam(1e-3),
              "Nesterov 0.02", new Nesterovs(0.02, 0.9),
              "SGD 0.1", new Sgd(0.1)));

  static Stream<String> trainings() {
    List<String> all = new ArrayList<>();
    for (String data : List.of("blobs", "iris", "MNIST")) {
      for (String updater : UPDATERS.keySet()) {
        all.add(data + ", relu, " + updater);
        all.add(data + ", tanh, " + updater);
      }
    }
    all.add("blobs, relu, SGD 0.1, full batch");
    all.add("iris, relu, Adam 0.001, full batch");
    return all.stream();
  }

  private static List<DataSet> data(String name) throws IOException {
    if (name.equals("MNIST")) {
      String folder = System.getenv("IMPLICIT_BIAS_MNIST");
      Assumptions.assumeTrue(folder != null, "IMPLICIT_BIAS_MNIST names MNIST's folder");
      return new ChangedMnist(0, 1).first(3_000).asList();
    }
    if (name.equals("blobs")) {
      return new Blobs(20, 5, 0.8, 3).balanced(160);
    }
    Iris flowers = new Iris();
    double[][] labels = new double[Iris.SAMPLES][Iris.CLASSES];
    for (int i = 0; i < Iris.SAMPLES; i++) {
      labels[i][flowers.label[i]] = 1;
    }
    DataSet iris =
        new DataSet(
            Nd4j.createFromArray(flowers.x).castTo(DataType.FLOAT),
            Nd4j.createFromArray(labels).castTo(DataType.FLOAT));
    NormalizerStandardize scale = new NormalizerStandardize();
    scale.fit(iris);
    scale.transform(iris);
    List<DataSet> rows = new ArrayList<>(iris.asList());
    Collections.shuffle(rows, new Random(1));
    return rows;
  }

  @ParameterizedTest
  @MethodSource("trainings")
  void noProblemIsFound_andTheHeadlineSaysThatTrainingWorks(String training) throws IOException {
    String[] parts = training.split(", ");
    List<DataSet> rows = data(parts[0]);
    int inputs = rows.get(0).getFeatures().columns();
    boolean full = parts.length > 3;
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(UPDATERS.get(parts[2]).clone())
                .weightInit(parts[1].equals("relu") ? WeightInit.RELU : WeightInit.XAVIER)
                .activation(parts[1].equals("relu") ? Activation.RELU : Activation.TANH)
                .list()
                .layer(new DenseLayer.Builder().nOut(64).build())
                .layer(new DenseLayer.Builder().nOut(32).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(rows.get(0).getLabels().columns())
                        .build())
                .setInputType(InputType.feedForward(inputs))
                .build());
    net.init();
    DataSet all = DataSet.merge(rows);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).build();
    net.addListeners(bias);
    int batch = full ? rows.size() : Math.min(32, rows.size() / 9);
    net.fit(new ListDataSetIterator<>(rows, batch), full ? 300 : inputs == 784 ? 6 : 30);
    bias.close();
    RunSummary summary = bias.summary();
    assertEquals(0, summary.count(Finding.Level.PROBLEM), summary.toString());
    assertTrue(summary.headline().get(0).startsWith("Training works"), summary.toString());
  }
}
