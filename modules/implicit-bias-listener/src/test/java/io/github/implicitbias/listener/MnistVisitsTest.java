package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.SuspectLabels;
import io.github.implicitbias.core.visit.VisitBook;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Labels of MNIST are changed at random, and training tells which. The directory with the unzipped
 * files of the training set is named by the variable IMPLICIT_BIAS_MNIST.
 */
@Tag("thorough")
@EnabledIfEnvironmentVariable(
    named = "IMPLICIT_BIAS_MNIST",
    matches = ".+",
    disabledReason = "IMPLICIT_BIAS_MNIST does not name a directory with MNIST's training set")
class MnistVisitsTest {

  private static final int SAMPLES = 60_000;
  private static final int PIXELS = 784;
  private static final int BATCH = 128;

  private static byte[] read(String name, int header, int length) throws IOException {
    Path file = Path.of(System.getenv("IMPLICIT_BIAS_MNIST"), name);
    byte[] bytes = Files.readAllBytes(file);
    assertEquals(header + length, bytes.length, file.toString());
    return Arrays.copyOfRange(bytes, header, bytes.length);
  }

  @Test
  void changedLabels_areAmongTheSuspects() throws IOException {
    byte[] pixels = read("train-images-idx3-ubyte", 16, SAMPLES * PIXELS);
    byte[] labels = read("train-labels-idx1-ubyte", 8, SAMPLES);
    Random random = new Random(1);
    boolean[] changed = new boolean[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      if (random.nextInt(20) == 0) {
        changed[i] = true;
        labels[i] = (byte) ((labels[i] + 1 + random.nextInt(9)) % 10);
      }
    }
    float[] values = new float[SAMPLES * PIXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (pixels[i] & 0xff) / 255f;
    }
    INDArray features = Nd4j.createFromArray(values).reshape(SAMPLES, PIXELS);
    INDArray truth = Nd4j.zeros(SAMPLES, 10);
    for (int i = 0; i < SAMPLES; i++) {
      truth.putScalar(i, labels[i], 1);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(1e-3))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(PIXELS)
                        .nOut(128)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(10)
                        .build())
                .build());
    net.init();
    DataSet probe =
        new DataSet(
            features.get(NDArrayIndex.interval(0, 100), NDArrayIndex.all()),
            truth.get(NDArrayIndex.interval(0, 100), NDArrayIndex.all()));
    ImplicitBiasListener bias = ImplicitBiasListener.builder(probe).build();
    net.addListeners(bias);
    List<Integer> order = new ArrayList<>();
    IntStream.range(0, SAMPLES).forEach(order::add);
    List<Integer> first = null;
    for (int epoch = 0; epoch < 3; epoch++) {
      Collections.shuffle(order, random);
      first = first == null ? List.copyOf(order) : first;
      List<DataSet> batches = new ArrayList<>();
      for (int from = 0; from < SAMPLES; from += BATCH) {
        int[] rows =
            order.subList(from, Math.min(SAMPLES, from + BATCH)).stream()
                .mapToInt(i -> i)
                .toArray();
        batches.add(new DataSet(features.getRows(rows), truth.getRows(rows)));
      }
      net.fit(new ExistingDataSetIterator(batches));
    }
    bias.close();
    VisitBook visits = bias.visits();
    assertEquals(SAMPLES, visits.size(), "no row of MNIST is there twice");
    assertEquals(3, visits.epochs().size());
    SuspectLabels suspects = visits.suspects();
    int[] rows = first.stream().mapToInt(i -> i).toArray();
    long hits = Arrays.stream(suspects.samples()).filter(i -> changed[rows[i]]).count();
    long all = IntStream.range(0, SAMPLES).filter(i -> changed[i]).count();
    double precision = (double) hits / suspects.samples().length;
    double recall = (double) hits / all;
    int[] hardest = visits.hardest((int) all);
    double atK = (double) Arrays.stream(hardest).filter(i -> changed[rows[i]]).count() / all;
    System.out.printf(
        "%d changed labels: %d suspects, precision %.3f, recall %.3f; precision at k %.3f%n",
        all, suspects.samples().length, precision, recall, atK);
    assertTrue(precision >= 0.88, "precision " + precision);
    assertTrue(recall >= 0.92, "recall " + recall);
    assertTrue(atK >= 0.9, "precision at k " + atK);
  }
}
