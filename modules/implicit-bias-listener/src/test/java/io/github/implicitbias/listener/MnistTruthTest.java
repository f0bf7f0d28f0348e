package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.EpochOfVisits;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Visits of real training on MNIST are what a forward pass of its own computes with the parameters
 * of the same step. The directory with the unzipped files of the training set is named by the
 * variable IMPLICIT_BIAS_MNIST.
 */
@Tag("thorough")
@EnabledIfEnvironmentVariable(
    named = "IMPLICIT_BIAS_MNIST",
    matches = ".+",
    disabledReason = "IMPLICIT_BIAS_MNIST does not name a directory with MNIST's training set")
class MnistTruthTest {

  private static final int PIXELS = 784;
  private static final int BATCH = 64;
  private static final int CHECKED = 200;

  private final Random random = new Random(8);

  private static DataSet mnist(DataType type, int samples) throws IOException {
    byte[] pixels = read("train-images-idx3-ubyte");
    byte[] labels = read("train-labels-idx1-ubyte");
    double[] values = new double[samples * PIXELS];
    for (int i = 0; i < values.length; i++) {
      values[i] = (pixels[16 + i] & 0xff) / 255.0;
    }
    INDArray truth = Nd4j.zeros(type, samples, 10);
    for (int i = 0; i < samples; i++) {
      truth.putScalar(i, labels[8 + i], 1);
    }
    return new DataSet(Nd4j.createFromArray(values).reshape(samples, PIXELS).castTo(type), truth);
  }

  private static byte[] read(String name) throws IOException {
    return Files.readAllBytes(Path.of(System.getenv("IMPLICIT_BIAS_MNIST"), name));
  }

  private static MultiLayerNetwork net(DataType type, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .dataType(type)
            .updater(new Adam(1e-3))
            .activation(Activation.RELU)
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static DenseLayer dense(int in, int out) {
    return new DenseLayer.Builder().nIn(in).nOut(out).build();
  }

  private static OutputLayer output(int in) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nIn(in)
        .nOut(10)
        .build();
  }

  /** What training has at its forward pass: dropout can be read from it. */
  private static final class Witness extends BaseTrainingListener {
    private boolean on;
    private List<INDArray> seen = List.of();

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      if (on) {
        seen = new ArrayList<>();
        activations.forEach(a -> seen.add(a.dup('c').detach()));
      }
    }
  }

  /** The batches of one epoch, as rows of the training set. */
  private List<int[]> batches(int samples) {
    List<Integer> order = new ArrayList<>();
    IntStream.range(0, samples).forEach(order::add);
    Collections.shuffle(order, random);
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < samples; from += BATCH) {
      int to = Math.min(samples, from + BATCH);
      batches.add(order.subList(from, to).stream().mapToInt(i -> i).toArray());
    }
    return batches;
  }

  /** Margin, loss, confidence of each row of the outputs before the softmax, in double. */
  private static double[][] outcomes(INDArray hidden, MultiLayerNetwork net, INDArray labels) {
    INDArray w = net.getOutputLayer().getParam("W").castTo(DataType.DOUBLE);
    INDArray b = net.getOutputLayer().getParam("b").castTo(DataType.DOUBLE);
    double[][] z = hidden.castTo(DataType.DOUBLE).mmul(w).addRowVector(b).toDoubleMatrix();
    double[][] outcomes = new double[z.length][];
    for (int i = 0; i < z.length; i++) {
      int label = labels.getRow(i).argMax().getInt(0);
      double largest = Arrays.stream(z[i]).max().getAsDouble();
      double other = Double.NEGATIVE_INFINITY;
      double sum = 0;
      for (int k = 0; k < 10; k++) {
        other = k == label ? other : Math.max(other, z[i][k]);
        sum += Math.exp(z[i][k] - largest);
      }
      double logOf = z[i][label] - largest - Math.log(sum);
      outcomes[i] = new double[] {z[i][label] - other, -logOf, Math.exp(logOf)};
    }
    return outcomes;
  }

  private static int compareBits(INDArray truth, int row, long[] pattern, String where) {
    float[] values = truth.getRow(row).toFloatVector();
    for (int j = 0; j < values.length; j++) {
      assertEquals(values[j] > 0, (pattern[j / 64] >>> j & 1) != 0, where + " unit " + j);
    }
    return values.length;
  }

  private static void close(double expected, double actual, double tolerance, String what) {
    assertEquals(expected, actual, tolerance * (1 + Math.abs(expected)), what);
  }

  /** What an independent pass says the layers put out: of the tracked ones, and the last. */
  private interface Pass {
    List<INDArray> of(MultiLayerNetwork before, INDArray features, List<INDArray> seen);
  }

  private void check(MultiLayerNetwork net, int samples, Pass pass) throws IOException {
    DataSet all = mnist(DataType.FLOAT, samples);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(all).probeSample(50, 1).visits(true).build();
    Witness witness = new Witness();
    net.addListeners(bias, witness);
    List<int[]> batches = batches(samples);
    batches.addAll(batches(samples));
    int[] steps = random.ints(0, batches.size()).distinct().limit(CHECKED).sorted().toArray();
    long bits = 0;
    for (int step = 0; step < batches.size(); step++) {
      int[] rows = batches.get(step);
      DataSet batch = new DataSet(all.getFeatures().getRows(rows), all.getLabels().getRows(rows));
      boolean checked = Arrays.binarySearch(steps, step) >= 0;
      witness.on = checked;
      MultiLayerNetwork before = checked ? net.clone() : null;
      net.fit(batch);
      if (before != null) {
        VisitBook book = bias.visits();
        List<INDArray> truth = pass.of(before, batch.getFeatures(), witness.seen);
        double[][] outcomes = outcomes(truth.get(truth.size() - 1), before, batch.getLabels());
        for (int i = 0; i < rows.length; i++) {
          int number = rows[i];
          VisitedSample sample = book.of(number);
          String where = "step " + step + " sample " + rows[i];
          assertEquals(step, sample.lastStep(), where);
          close(outcomes[i][0], sample.lastMargin(), 1e-5, where);
          close(outcomes[i][1], sample.lastLoss(), 1e-5, where);
          if (sample.visits() == 2) {
            close(outcomes[i][2], sample.meanConfidence(), 1e-5, where);
          }
          for (int l = 0; l < book.layers().size(); l++) {
            bits += compareBits(truth.get(l), i, book.pattern(l, number), where + " layer " + l);
          }
        }
      }
    }
    bias.close();
    assertEquals(Map.of(), bias.failures());
    assertEquals(samples, bias.visits().visited());
    assertTrue(bias.visits().areLossesComparable());
    System.out.println(bits + " bits of " + CHECKED + " steps, none wrong");
  }

  @Test
  void twoHundredStepsOfAPerceptron() throws IOException {
    check(
        net(DataType.FLOAT, dense(PIXELS, 256), dense(256, 100), output(100)),
        60_000,
        (before, features, seen) -> {
          List<INDArray> all = before.feedForward(features, false);
          return List.of(all.get(1), all.get(2));
        });
  }

  /** With the statistics of the batch, and with the units that dropout has left. */
  @Test
  void twoHundredStepsWithDropoutAndBatchNormalization() throws IOException {
    DenseLayer last = new DenseLayer.Builder().nIn(128).nOut(64).dropOut(0.5).build();
    check(
        net(
            DataType.FLOAT,
            new DenseLayer.Builder().nIn(PIXELS).nOut(128).activation(Activation.IDENTITY).build(),
            new BatchNormalization.Builder().nIn(128).nOut(128).build(),
            new ActivationLayer(Activation.RELU),
            last,
            output(64)),
        30_000,
        (before, features, seen) -> {
          INDArray normalized = before.feedForward(features, true).get(2);
          INDArray dropped = seen.get(3); // the input of the last hidden layer in that step
          INDArray w = before.getLayer(3).getParam("W");
          INDArray z = dropped.mmul(w).addRowVector(before.getLayer(3).getParam("b"));
          return List.of(normalized, org.nd4j.linalg.ops.transforms.Transforms.relu(z));
        });
  }

  @Test
  void statisticsInDouble_areThoseOfAStraightforwardCount() throws IOException {
    int samples = 3_000;
    int units = 40;
    int epochs = 6;
    DataSet all = mnist(DataType.DOUBLE, samples);
    MultiLayerNetwork net = net(DataType.DOUBLE, dense(PIXELS, units), output(units));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(all).probeSample(50, 1).visits(true).build();
    net.addListeners(bias);
    List<List<double[]>> visits = new ArrayList<>();
    IntStream.range(0, samples).forEach(i -> visits.add(new ArrayList<>()));
    int step = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      long[] on = new long[units];
      List<DataSet> sets = new ArrayList<>();
      List<int[]> batches = batches(samples);
      for (int[] rows : batches) {
        sets.add(new DataSet(all.getFeatures().getRows(rows), all.getLabels().getRows(rows)));
      }
      int begin = step;
      List<MultiLayerNetwork> parameters = new ArrayList<>();
      parameters.add(net.clone());
      net.addListeners(
          new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epochNumber) {
              parameters.add(((MultiLayerNetwork) model).clone());
            }
          });
      net.fit(new org.deeplearning4j.datasets.iterator.ExistingDataSetIterator(sets));
      net.setListeners(bias);
      for (int b = 0; b < sets.size(); b++, step++) {
        MultiLayerNetwork before = parameters.get(b);
        INDArray hidden = before.feedForward(sets.get(b).getFeatures(), false).get(1);
        double[][] outcomes = outcomes(hidden, before, sets.get(b).getLabels());
        int[] rows = batches.get(b);
        for (int i = 0; i < rows.length; i++) {
          double[] o = outcomes[i];
          visits.get(rows[i]).add(new double[] {step, o[0], o[1], o[2]});
          for (int j = 0; j < units; j++) {
            on[j] += hidden.getDouble(i, j) > 0 ? 1 : 0;
          }
        }
      }
      assertEquals(begin, bias.visits().epochs().get(epoch).firstStep());
      int fresh = bias.visits().epochs().get(epoch).newSamples();
      assertEquals(epoch == 0 ? samples : 0, fresh);
      EpochOfVisits summary = bias.visits().epochs().get(epoch);
      float[] shares = summary.shares("layer0");
      for (int j = 0; j < units; j++) {
        assertEquals((float) ((double) on[j] / samples), shares[j], "unit " + j);
      }
      assertEquals(Arrays.stream(on).filter(n -> n == 0).count(), summary.deadUnits("layer0"));
    }
    bias.close();
    for (int i = 0; i < samples; i++) {
      compareStatistics(visits.get(i), bias.visits().of(i), "row " + i);
    }
  }

  private static void compareStatistics(List<double[]> visits, VisitedSample sample, String row) {
    int n = visits.size();
    assertEquals(n, sample.visits(), row);
    double[] means = new double[4];
    int learnedAt = -1;
    int forgotten = 0;
    for (int v = 0; v < n; v++) {
      for (int k = 1; k < 4 && v > 0; k++) {
        means[k] += visits.get(v)[k] / (n - 1);
      }
      boolean correct = visits.get(v)[1] > 0;
      learnedAt = learnedAt < 0 && correct ? (int) visits.get(v)[0] : learnedAt;
      forgotten += v > 0 && !correct && visits.get(v - 1)[1] > 0 ? 1 : 0;
    }
    double squares = 0;
    for (int v = 1; v < n; v++) {
      squares += Math.pow(visits.get(v)[3] - means[3], 2) / (n - 1);
    }
    double[] last = visits.get(n - 1);
    assertEquals((int) last[0], sample.lastStep(), row);
    close(last[1], sample.lastMargin(), 1e-12, row);
    close(last[2], sample.lastLoss(), 1e-12, row);
    close(means[1], sample.meanMargin(), 1e-12, row);
    close(means[2], sample.meanLoss(), 1e-12, row);
    close(means[3], sample.meanConfidence(), 1e-12, row);
    // The root of a number that may be as small as 1e-16.
    close(squares, Math.pow(sample.confidenceDeviation(), 2), 1e-12, row);
    assertEquals(learnedAt, sample.learnedAt(), row);
    assertEquals(forgotten, sample.forgotten(), row);
    assertEquals(last[1] > 0, sample.isCorrect(), row);
  }
}
