package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.core.visit.SuspectLabels;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.predictions.Preset;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * MNIST's training set, some of its labels changed at random, and trainings on it. The directory
 * with its unzipped files is named by the variable IMPLICIT_BIAS_MNIST.
 */
final class ChangedMnist {

  static final int SAMPLES = 60_000;
  static final int PIXELS = 784;
  static final int CLASSES = 10;
  private static final int BATCH = 128;

  final byte[] pixels = read("train-images-idx3-ubyte", 16, SAMPLES * PIXELS);
  final byte[] labels = read("train-labels-idx1-ubyte", 8, SAMPLES);
  final boolean[] changed = new boolean[SAMPLES];
  private final Random random;
  private final float[] values = new float[SAMPLES * PIXELS];

  /**
   * Reads the files and changes labels.
   *
   * @param share of the labels that are changed, each to one of the other nine classes
   */
  ChangedMnist(double share, long seed) throws IOException {
    random = new Random(seed);
    for (int i = 0; i < SAMPLES; i++) {
      if (random.nextDouble() < share) {
        changed[i] = true;
        labels[i] = (byte) ((labels[i] + 1 + random.nextInt(9)) % CLASSES);
      }
    }
    for (int i = 0; i < values.length; i++) {
      values[i] = (pixels[i] & 0xff) / 255f;
    }
  }

  /** Returns the first samples. */
  DataSet first(int count) {
    List<Integer> samples = new ArrayList<>();
    IntStream.range(0, count).forEach(samples::add);
    return rows(samples);
  }

  private DataSet rows(List<Integer> samples) {
    float[] x = new float[samples.size() * PIXELS];
    float[] y = new float[samples.size() * CLASSES];
    for (int i = 0; i < samples.size(); i++) {
      System.arraycopy(values, samples.get(i) * PIXELS, x, i * PIXELS, PIXELS);
      y[i * CLASSES + labels[samples.get(i)]] = 1;
    }
    return new DataSet(
        Nd4j.createFromArray(x).reshape(samples.size(), PIXELS),
        Nd4j.createFromArray(y).reshape(samples.size(), CLASSES));
  }

  private static byte[] read(String name, int header, int length) throws IOException {
    Path file = Path.of(System.getenv("IMPLICIT_BIAS_MNIST"), name);
    byte[] bytes = Files.readAllBytes(file);
    assertEquals(header + length, bytes.length, file.toString());
    return Arrays.copyOfRange(bytes, header, bytes.length);
  }

  /** Returns a perceptron of one hidden layer. */
  static MultiLayerNetwork perceptron(int hidden, IUpdater updater, long seed) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .updater(updater)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(PIXELS)
                        .nOut(hidden)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(CLASSES)
                        .build())
                .build());
    net.init();
    return net;
  }

  /** Trains for some epochs in shuffled mini-batches, and says after each where to look. */
  void train(MultiLayerNetwork net, int epochs, AfterEpoch look) {
    List<Integer> order = new ArrayList<>();
    IntStream.range(0, SAMPLES).forEach(order::add);
    List<DataSet> inOrder = batches(order);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(new ExistingDataSetIterator(inOrder))
            .probeSample(100, 1)
            .preset(Preset.ECONOMY)
            .visits(true)
            .build();
    net.addListeners(bias);
    for (int epoch = 1; epoch <= epochs; epoch++) {
      Collections.shuffle(order, random);
      net.fit(new ExistingDataSetIterator(batches(order)));
      VisitBook visits = bias.visits();
      assertEquals(SAMPLES, visits.visited());
      assertEquals(SAMPLES, visits.size(), "no row of MNIST is there twice");
      look.at(epoch, visits);
    }
    bias.close();
  }

  private List<DataSet> batches(List<Integer> order) {
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < SAMPLES; from += BATCH) {
      batches.add(rows(order.subList(from, Math.min(SAMPLES, from + BATCH))));
    }
    return batches;
  }

  /** What is looked at when an epoch has ended. */
  interface AfterEpoch {
    void at(int epoch, VisitBook visits);
  }

  /** How well the changed labels are found. */
  static final class Found {
    final int changed;
    final int suspects;
    final double precision;
    final double recall;
    final double atK;
    final double byChance;

    Found(ChangedMnist data, VisitBook visits) {
      changed = (int) IntStream.range(0, SAMPLES).filter(i -> data.changed[i]).count();
      SuspectLabels list = visits.suspects();
      suspects = list.samples().length;
      long hits = Arrays.stream(list.samples()).filter(i -> data.changed[i]).count();
      precision = (double) hits / suspects;
      recall = (double) hits / changed;
      int[] hardest = visits.hardest(changed);
      atK = (double) Arrays.stream(hardest).filter(i -> data.changed[i]).count() / changed;
      byChance = list.expectedByChance();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d changed labels: precision at k %.3f; %d suspects, precision %.3f, recall %.3f;"
              + " %.0f expected by chance, %d were not changed",
          changed,
          atK,
          suspects,
          precision,
          recall,
          byChance,
          Math.round(suspects * (1 - precision)));
    }
  }
}
