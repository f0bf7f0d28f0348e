package io.github.implicitbias.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A network, the data it is trained on and the probe it is watched on.
 *
 * <p>The features are drawn from a fixed seed, the labels are those of a random linear map, so that
 * there is something to learn and units flip while it is learnt. {@link #onMnist} trains on MNIST
 * instead, each epoch in another order.
 */
final class Workload {

  private static final long SEED = 20_240_607;

  /** In so many orders are the samples of MNIST trained on; then they come in the first again. */
  private static final int ORDERS = 3;

  /** What the layers between are. */
  private enum Kind {
    DENSE(""),
    /** Batch normalization and dropout behind each layer, Adam. */
    NORMALIZED(" with batch normalization, dropout and Adam"),
    /** Two convolutions with pooling before the layers, Adam. */
    CONVOLUTIONAL(" behind convolutions of 20 and 50 channels, Adam");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final String id;
  private final Kind kind;
  private final int[] sizes;
  private final DataType type;
  private final double learningRate;
  private final int rows;
  private final int batch;
  private final int probe;
  private final boolean mnist;

  private Workload(
      String id,
      Kind kind,
      int[] sizes,
      DataType type,
      double learningRate,
      int rows,
      int batch,
      int probe) {
    this(id, kind, sizes, type, learningRate, rows, batch, probe, false);
  }

  private Workload(
      String id,
      Kind kind,
      int[] sizes,
      DataType type,
      double learningRate,
      int rows,
      int batch,
      int probe,
      boolean mnist) {
    this.id = id;
    this.kind = kind;
    this.sizes = sizes;
    this.type = type;
    this.learningRate = learningRate;
    this.rows = rows;
    this.batch = batch;
    this.probe = probe;
    this.mnist = mnist;
  }

  /**
   * Returns the same network trained on samples of MNIST, if it has mini-batches of images.
   *
   * @param samples how many of the training set, from the first on
   */
  Workload onMnist(int samples) {
    boolean images = sizes[0] == 784 && !isFullBatch() && type == DataType.FLOAT;
    return images
        ? new Workload(id, kind, sizes, type, learningRate, samples, batch, probe, true)
        : this;
  }

  /** Returns all workloads, in the order of the table. */
  static List<Workload> all() {
    int[] wide = {784, 1024, 10};
    return List.of(
        fullBatch("2-60-1", new int[] {2, 60, 1}, DataType.DOUBLE, 0.02, 40),
        fullBatch("150-200-1", new int[] {150, 200, 1}, DataType.DOUBLE, 0.002, 75),
        fullBatch("784-1024-10", wide, DataType.FLOAT, 0.02, 128),
        fullBatch(
            "784-1000-500-100-10", new int[] {784, 1000, 500, 100, 10}, DataType.FLOAT, 0.02, 128),
        new Workload("mini-batch", Kind.DENSE, wide, DataType.FLOAT, 0.02, 2048, 128, 1024),
        new Workload("normalized", Kind.NORMALIZED, wide, DataType.FLOAT, 0.001, 2048, 128, 1024),
        new Workload(
            "convolutional",
            Kind.CONVOLUTIONAL,
            new int[] {784, 500, 10},
            DataType.FLOAT,
            0.001,
            1024,
            64,
            256),
        new Workload(
            "784-256-10",
            Kind.DENSE,
            new int[] {784, 256, 10},
            DataType.FLOAT,
            0.02,
            2048,
            64,
            1024),
        new Workload(
            "2-60-1-of-8", Kind.DENSE, new int[] {2, 60, 1}, DataType.DOUBLE, 0.02, 40, 8, 40));
  }

  /** Returns a wide network with a probe of many samples, trained on small batches. */
  static Workload largeProbe(int samples) {
    int[] wide = {784, 1024, 10};
    return new Workload(
        "large-probe", Kind.DENSE, wide, DataType.FLOAT, 0.02, samples, 100, samples);
  }

  private static Workload fullBatch(
      String id, int[] sizes, DataType type, double learningRate, int rows) {
    return new Workload(id, Kind.DENSE, sizes, type, learningRate, rows, rows, rows);
  }

  /** Returns the name by which it is chosen on the command line. */
  String id() {
    return id;
  }

  /** Returns sizes, type and data in words. */
  String describe() {
    StringBuilder text = new StringBuilder();
    for (int size : sizes) {
      text.append(text.length() == 0 ? "" : "-").append(size);
    }
    text.append(kind.words)
        .append(", ")
        .append(type.name().toLowerCase(java.util.Locale.ROOT))
        .append(", ");
    if (isFullBatch()) {
      return text.append("full batch of ").append(batch).toString();
    }
    text.append("mini-batch ").append(batch);
    if (mnist) {
      return text.append(" of ").append(rows).append(" of MNIST").toString();
    }
    return text.append(", probe ").append(probe).toString();
  }

  /** Returns true if training goes through all data at every step. */
  boolean isFullBatch() {
    return batch == rows;
  }

  private boolean isClassifier() {
    return sizes[sizes.length - 1] > 1;
  }

  /** Returns the network at its first step, always the same. */
  MultiLayerNetwork network() {
    NeuralNetConfiguration.ListBuilder layers =
        new NeuralNetConfiguration.Builder()
            .seed(SEED)
            .dataType(type)
            .weightInit(WeightInit.RELU)
            .updater(kind == Kind.DENSE ? new Sgd(learningRate) : new Adam(learningRate))
            .list();
    int last = sizes.length - 2;
    if (kind == Kind.CONVOLUTIONAL) {
      layers
          .layer(convolution(20))
          .layer(pooling())
          .layer(convolution(50))
          .layer(pooling())
          .setInputType(InputType.convolutionalFlat(28, 28, 1));
    }
    for (int i = 0; i < last; i++) {
      if (kind == Kind.NORMALIZED) {
        layers.layer(
            new DenseLayer.Builder()
                .nIn(sizes[i])
                .nOut(sizes[i + 1])
                .activation(Activation.IDENTITY)
                .build());
        layers.layer(new BatchNormalization.Builder().nOut(sizes[i + 1]).build());
        layers.layer(new ActivationLayer(Activation.RELU));
        continue;
      }
      layers.layer(
          new DenseLayer.Builder()
              .nIn(kind == Kind.CONVOLUTIONAL ? 0 : sizes[i])
              .nOut(sizes[i + 1])
              .activation(Activation.RELU)
              .build());
    }
    layers.layer(
        new OutputLayer.Builder(
                isClassifier() ? LossFunction.NEGATIVELOGLIKELIHOOD : LossFunction.MSE)
            .nIn(sizes[last])
            .nOut(sizes[last + 1])
            .activation(isClassifier() ? Activation.SOFTMAX : Activation.IDENTITY)
            .dropOut(kind == Kind.NORMALIZED ? 0.5 : 0)
            .build());
    MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
    network.init();
    return network;
  }

  private static ConvolutionLayer convolution(int channels) {
    return new ConvolutionLayer.Builder(5, 5).nOut(channels).activation(Activation.RELU).build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(PoolingType.MAX).kernelSize(2, 2).stride(2, 2).build();
  }

  /** Returns the data set that is trained on, always the same. */
  private DataSet data() {
    Random random = new Random(SEED);
    int inputs = sizes[0];
    int outputs = sizes[sizes.length - 1];
    double[][] map = new double[inputs][outputs];
    for (double[] row : map) {
      for (int k = 0; k < outputs; k++) {
        row[k] = random.nextGaussian() / Math.sqrt(inputs);
      }
    }
    double[][] x = new double[rows][inputs];
    double[][] y = new double[rows][outputs];
    for (int i = 0; i < rows; i++) {
      double[] z = new double[outputs];
      for (int j = 0; j < inputs; j++) {
        x[i][j] = random.nextGaussian();
        for (int k = 0; k < outputs; k++) {
          z[k] += x[i][j] * map[j][k];
        }
      }
      if (isClassifier()) {
        y[i][greatest(z)] = 1;
      } else {
        y[i][0] = Math.sin(3 * z[0]);
      }
    }
    return new DataSet(Nd4j.createFromArray(x).castTo(type), Nd4j.createFromArray(y).castTo(type));
  }

  private static int greatest(double[] values) {
    int greatest = 0;
    for (int k = 1; k < values.length; k++) {
      greatest = values[k] > values[greatest] ? k : greatest;
    }
    return greatest;
  }

  /** Returns how many steps an epoch has. */
  int stepsOfEpoch() {
    return (rows + batch - 1) / batch;
  }

  /** Returns the batches that training goes through again and again: whole epochs. */
  List<DataSet> batches() {
    List<DataSet> batches = new ArrayList<>();
    if (mnist) {
      MnistRows all = MnistRows.read();
      for (int seed = 1; seed <= ORDERS; seed++) {
        int[] order = MnistRows.shuffled(rows, seed);
        for (int from = 0; from < rows; from += batch) {
          batches.add(all.batch(order, from, Math.min(rows, from + batch)));
        }
      }
      return batches;
    }
    DataSet data = data();
    for (int from = 0; from < rows; from += batch) {
      batches.add(part(data, from, from + batch));
    }
    return batches;
  }

  /** Returns the samples to watch. */
  DataSet probe() {
    if (mnist) {
      return MnistRows.read().batch(MnistRows.shuffled(rows, 0), 0, probe);
    }
    return part(data(), 0, probe);
  }

  private static DataSet part(DataSet data, int from, int to) {
    return new DataSet(rows(data.getFeatures(), from, to), rows(data.getLabels(), from, to));
  }

  private static INDArray rows(INDArray array, int from, int to) {
    return array.get(NDArrayIndex.interval(from, to), NDArrayIndex.all()).dup('c');
  }
}
