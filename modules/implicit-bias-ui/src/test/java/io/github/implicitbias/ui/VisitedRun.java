package io.github.implicitbias.ui;

import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A classifier trained on mini-batches of data with wrong labels. */
final class VisitedRun {

  static final String SESSION = "clouds";

  static final List<String> CLASSES = List.of("right", "upper left", "lower left");
  static final List<String> FEATURES = List.of("x", "y");

  private static final int SIDE = 12;

  private VisitedRun() {}

  /** Crosses, squares and bars of 12 x 12 pixels, with noise; every twentieth label is wrong. */
  private static DataSet pictures(int samples) {
    Random random = new Random(4);
    float[][] x = new float[samples][SIDE * SIDE];
    float[][] y = new float[samples][3];
    for (int i = 0; i < samples; i++) {
      int kind = i % 3;
      int top = 2 + random.nextInt(3);
      int left = 2 + random.nextInt(3);
      for (int p = 0; p < SIDE * SIDE; p++) {
        int row = p / SIDE - top;
        int column = p % SIDE - left;
        boolean inside = row >= 0 && row < 6 && column >= 0 && column < 6;
        boolean edge = row == 0 || row == 5 || column == 0 || column == 5;
        boolean ink =
            kind == 0 ? row == column || row + column == 5 : kind == 1 ? edge : column == 2;
        x[i][p] = (float) ((inside && ink ? 1 : 0) + 0.15 * random.nextGaussian());
      }
      y[i][(i % 20 == 7 ? kind + 1 : kind) % 3] = 1;
    }
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  /** Trains a convolution on pictures, in batches of 32. */
  static Run ofPictures(InMemoryStatsStorage storage, Path file) throws Exception {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .activation(Activation.RELU)
                .list()
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(6).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .setInputType(InputType.convolutionalFlat(SIDE, SIDE, 1))
                .build());
    net.init();
    DataSet all = pictures(600);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(all)
            .probeSample(60, 1)
            .classNames(List.of("cross", "square", "bar"))
            .storage(storage)
            .sessionId(SESSION)
            .runFile(file)
            .build();
    net.addListeners(bias);
    net.fit(new ListDataSetIterator<>(all.asList(), 32), 6);
    bias.close();
    return RunFile.open(file);
  }

  /** Clouds of points that overlap a little; every twentieth label is wrong. */
  private static DataSet data(int samples) {
    Random random = new Random(3);
    double[][] x = new double[samples][];
    double[][] y = new double[samples][3];
    for (int i = 0; i < samples; i++) {
      int group = i % 3;
      double angle = 2 * Math.PI * group / 3;
      x[i] =
          new double[] {
            2 * Math.cos(angle) + 0.7 * random.nextGaussian(),
            2 * Math.sin(angle) + 0.7 * random.nextGaussian()
          };
      y[i][(i % 20 == 7 ? group + 1 : group) % 3] = 1;
    }
    return new DataSet(Nd4j.create(x), Nd4j.create(y));
  }

  /** Trains four layers on mini-batches of 32, under a session of their own. */
  static void ofFourLayers(InMemoryStatsStorage storage) throws Exception {
    ofFourLayers(storage, Files.createTempDirectory("layers").resolve("a.ibrun"));
  }

  /** The same, with a file beside the storage. */
  static Run ofFourLayers(InMemoryStatsStorage storage, Path file) throws Exception {
    ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .updater(new Adam(0.01))
            .activation(Activation.RELU)
            .list();
    int inputs = 2;
    for (int units : new int[] {96, 48, 32, 16}) {
      layers.layer(new DenseLayer.Builder().nIn(inputs).nOut(units).build());
      inputs = units;
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            layers
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(inputs)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    DataSet all = data(600);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(all)
            .storage(storage)
            .sessionId("four layers")
            .runFile(file)
            .build();
    net.addListeners(bias);
    net.fit(new ListDataSetIterator<>(all.asList(), 32), 20);
    bias.close();
    return RunFile.open(file);
  }

  /** Trains on mini-batches of 32, with a file beside the storage. */
  static Run trained(InMemoryStatsStorage storage, Path file, int samples, boolean visits)
      throws Exception {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(20).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    DataSet all = data(samples);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(all)
            .probeSample(60, 1)
            .visits(visits)
            .classNames(CLASSES)
            .featureNames(FEATURES)
            .storage(storage)
            .sessionId(SESSION)
            .runFile(file)
            .build();
    net.addListeners(bias);
    net.fit(new ListDataSetIterator<>(all.asList(), 32), 12);
    bias.close();
    return RunFile.open(file);
  }
}
