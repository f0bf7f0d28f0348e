package io.github.implicitbias.listener;

import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** One random ordinary training: network, data, size of batches. */
final class RandomTrainings {

  private static final int SIDE = 8;

  final MultiLayerNetwork net;
  final DataSet data;
  final int batch;
  final String words;

  private final SplittableRandom random;
  private final DataType type;
  private final boolean images;
  private final int inputs;
  private final int outputs;
  private final LossFunction loss;

  RandomTrainings(long seed) {
    random = new SplittableRandom(seed);
    type = random.nextBoolean() ? DataType.FLOAT : DataType.DOUBLE;
    boolean iris = random.nextInt(6) == 0;
    images = !iris && random.nextInt(5) == 0;
    inputs = iris ? Iris.INPUTS : images ? SIDE * SIDE : 2 + random.nextInt(20);
    outputs = iris ? Iris.CLASSES : 1 + random.nextInt(5);
    LossFunction[] losses = {
      LossFunction.MCXENT, LossFunction.MCXENT, LossFunction.XENT, LossFunction.MSE
    };
    LossFunction drawn = losses[random.nextInt(losses.length)];
    loss = drawn == LossFunction.MCXENT && outputs == 1 ? LossFunction.XENT : drawn;
    int samples = iris ? Iris.SAMPLES : 60 + random.nextInt(80);
    int[] batches = {1, 4, 16, 32, samples};
    int size = batches[random.nextInt(batches.length)];
    batch = Math.max(size, samples / 12);
    data = iris ? iris() : data(samples);
    IUpdater updater = updater();
    net = new MultiLayerNetwork(configuration(updater, seed).build());
    net.init();
    words =
        (iris ? "Iris " : "")
            + type
            + " "
            + loss
            + " batch "
            + batch
            + " "
            + updater
            + "\n"
            + net.summary();
  }

  private IUpdater updater() {
    double rate = Math.pow(10, -3 + 2.3 * random.nextDouble());
    switch (random.nextInt(4)) {
      case 0:
        return new Nesterovs(rate / 3, 0.9);
      case 1:
        return new Adam(rate / 10);
      default:
        return new Sgd(rate);
    }
  }

  private IActivation activation() {
    switch (random.nextInt(5)) {
      case 0:
        return new ActivationLReLU(random.nextBoolean() ? 0.01 : 0.2);
      case 1:
        return new ActivationIdentity();
      default:
        return new ActivationReLU();
    }
  }

  private NeuralNetConfiguration.ListBuilder configuration(IUpdater updater, long seed) {
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder().seed(seed).dataType(type).updater(updater);
    int decay = random.nextInt(4);
    double lambda = Math.pow(10, -4 + 3 * random.nextDouble());
    if (decay == 0) {
      builder.l2(lambda);
    } else if (decay == 1) {
      builder.weightDecay(lambda, true);
    }
    boolean biasesBelowOnly = random.nextInt(3) == 0;
    double keep = random.nextInt(3) == 0 ? 0.8 : 1;
    NeuralNetConfiguration.ListBuilder list = builder.list();
    int hidden = 1 + random.nextInt(3);
    if (images) {
      list.layer(
          new ConvolutionLayer.Builder(3, 3)
              .nOut(2 + random.nextInt(4))
              .activation(activation())
              .build());
      PoolingType pooling = random.nextBoolean() ? PoolingType.MAX : PoolingType.AVG;
      list.layer(new SubsamplingLayer.Builder(pooling).kernelSize(2, 2).stride(2, 2).build());
    }
    for (int l = 0; l < hidden; l++) {
      int units = 3 + random.nextInt(30);
      boolean normalized = random.nextInt(6) == 0 && batch > 8;
      DenseLayer.Builder dense =
          new DenseLayer.Builder()
              .nOut(units)
              .hasBias(!biasesBelowOnly || (l == 0 && !images))
              .activation(normalized ? new ActivationIdentity() : activation());
      if (l > 0 && keep < 1) {
        dense.dropOut(keep);
      }
      list.layer(dense.build());
      if (normalized) {
        list.layer(new BatchNormalization());
        list.layer(new ActivationLayer(new ActivationReLU()));
      }
    }
    Activation last =
        loss == LossFunction.MCXENT
            ? Activation.SOFTMAX
            : loss == LossFunction.XENT ? Activation.SIGMOID : Activation.IDENTITY;
    list.layer(
        new OutputLayer.Builder(loss)
            .activation(last)
            .nOut(outputs)
            .hasBias(!biasesBelowOnly)
            .build());
    return list.setInputType(
        images ? InputType.convolutionalFlat(SIDE, SIDE, 1) : InputType.feedForward(inputs));
  }

  /** Iris in an order of its own, as it is or with means taken away. */
  private DataSet iris() {
    Iris iris = new Iris();
    INDArray features = Nd4j.createFromArray(iris.x);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, Iris.SAMPLES, Iris.CLASSES);
    for (int i = 0; i < Iris.SAMPLES; i++) {
      labels.putScalar(i, iris.label[i], 1);
    }
    if (random.nextBoolean()) {
      features.subiRowVector(features.mean(0));
    }
    DataSet all = new DataSet(features.castTo(type), labels.castTo(type));
    all.shuffle(random.nextLong());
    return all;
  }

  private DataSet data(int samples) {
    double[] x = new double[samples * inputs];
    double[] y = new double[samples * outputs];
    boolean unused = random.nextBoolean();
    boolean absent = random.nextInt(4) == 0;
    double scale = Math.pow(10, -1 + 2 * random.nextDouble());
    for (int i = 0; i < samples; i++) {
      int label = random.nextInt(absent && outputs > 2 ? outputs - 1 : outputs);
      for (int k = 0; k < inputs; k++) {
        boolean mark = k % outputs == label;
        x[i * inputs + k] = scale * ((mark ? 1 : 0) + random.nextDouble() - 0.5);
      }
      if (unused) {
        x[i * inputs + inputs / 2] = 0;
      }
      for (int k = 0; k < outputs; k++) {
        y[i * outputs + k] =
            loss == LossFunction.MCXENT
                ? (k == label ? 1 : 0)
                : loss == LossFunction.XENT
                    ? (random.nextInt(outputs + 1) == label ? 1 : 0)
                    : x[i * inputs + k % inputs] + random.nextDouble();
      }
    }
    INDArray features = Nd4j.createFromArray(x).reshape(samples, inputs).castTo(type);
    return new DataSet(features, Nd4j.createFromArray(y).reshape(samples, outputs).castTo(type));
  }
}
