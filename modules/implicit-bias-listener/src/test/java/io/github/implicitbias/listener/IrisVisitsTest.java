package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitColumns;
import io.github.implicitbias.predictions.Predictions;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Run;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Iris in batches of 16: every step has a record, every sample its visits, and all numbers of the
 * batch are those of plain loops over the parameters of the step.
 */
class IrisVisitsTest {

  private static final int SAMPLES = Iris.SAMPLES;
  private static final int INPUTS = Iris.INPUTS;
  private static final int UNITS = 12;
  private static final int CLASSES = Iris.CLASSES;
  private static final int BATCH = 16;
  private static final int EPOCHS = 5;
  private static final int PER_EPOCH = 10;
  private static final double L2 = 1e-3;

  private final double[][] x = new double[SAMPLES][INPUTS];
  private final int[] label = new int[SAMPLES];
  private final List<int[]> order = new ArrayList<>();
  private final List<double[]> expected = new ArrayList<>();
  private final List<Double> scores = new ArrayList<>();
  private final boolean[][] before = new boolean[SAMPLES][];
  private final boolean[][] ever = new boolean[SAMPLES][UNITS];
  private final long[][] flipsOfUnits = new long[EPOCHS][UNITS];

  private void read() {
    Iris iris = new Iris();
    for (int i = 0; i < SAMPLES; i++) {
      x[i] = iris.x[i];
      // Rows that are there twice would be one sample with two visits.
      x[i][0] += 1e-6 * i;
      label[i] = iris.label[i];
    }
  }

  private DataSet batch(int[] rows) {
    INDArray features = Nd4j.create(DataType.DOUBLE, rows.length, INPUTS);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, rows.length, CLASSES);
    for (int i = 0; i < rows.length; i++) {
      features.putRow(i, Nd4j.createFromArray(x[rows[i]]));
      labels.putScalar(i, label[rows[i]], 1);
    }
    return new DataSet(features, labels);
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Adam(0.02))
                .l2(L2)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(UNITS)
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

  /** Computes the numbers of a step from its parameters, W by columns, then b, of both layers. */
  private void expect(double[] theta, int[] rows) {
    double loss = 0;
    double correct = 0;
    double smallest = Double.POSITIVE_INFINITY;
    int active = 0;
    boolean[] on = new boolean[UNITS];
    int[] flips = new int[3];
    int compared = 0;
    for (int row : rows) {
      double[] z = new double[CLASSES];
      int second = INPUTS * UNITS + UNITS;
      boolean[] pattern = new boolean[UNITS];
      for (int j = 0; j < UNITS; j++) {
        double h = theta[INPUTS * UNITS + j];
        for (int k = 0; k < INPUTS; k++) {
          h += x[row][k] * theta[j * INPUTS + k];
        }
        pattern[j] = h > 0;
        for (int c = 0; c < CLASSES; c++) {
          z[c] += Math.max(0, h) * theta[second + c * UNITS + j];
        }
      }
      double sum = 0;
      double other = Double.NEGATIVE_INFINITY;
      int best = 0;
      for (int c = 0; c < CLASSES; c++) {
        z[c] += theta[second + UNITS * CLASSES + c];
        sum += Math.exp(z[c]);
        other = c == label[row] ? other : Math.max(other, z[c]);
        best = z[c] > z[best] || c == 0 ? c : best;
      }
      loss += (Math.log(sum) - z[label[row]]) / rows.length;
      correct += best == label[row] ? 1.0 / rows.length : 0;
      smallest = Math.min(smallest, z[label[row]] - other);
      for (int j = 0; j < UNITS; j++) {
        active += pattern[j] ? 1 : 0;
        on[j] |= pattern[j];
        if (before[row] != null && pattern[j] != before[row][j]) {
          flips[!pattern[j] ? 2 : ever[row][j] ? 1 : 0]++;
          flipsOfUnits[expected.size() / PER_EPOCH][j]++;
        }
        ever[row][j] |= pattern[j];
      }
      compared += before[row] == null ? 0 : 1;
      before[row] = pattern;
    }
    double off = IntStream.range(0, UNITS).filter(j -> !on[j]).count();
    double[] counts = Arrays.stream(flips).asDoubleStream().toArray();
    double weights = 0;
    for (int k = 0; k < theta.length; k++) {
      int second = INPUTS * UNITS + UNITS;
      boolean bias = (k >= INPUTS * UNITS && k < second) || k >= second + UNITS * CLASSES;
      weights += bias ? 0 : theta[k] * theta[k];
    }
    scores.add(loss + 0.5 * L2 * weights);
    expected.add(
        new double[] {
          loss,
          correct,
          smallest,
          (double) active / (UNITS * rows.length),
          off,
          compared == 0 ? Absent.VALUE : counts[0],
          compared == 0 ? Absent.VALUE : counts[1],
          compared == 0 ? Absent.VALUE : counts[2]
        });
  }

  /** Reads the parameters of each step before it is updated. */
  private final class Witnessed extends BaseTrainingListener {
    private void forward(Model model) {
      if (expected.size() < order.size()) {
        expect(model.params().dup().data().asDouble(), order.get(expected.size()));
      }
    }

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      forward(model);
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
      forward(model);
    }
  }

  private List<DataSet> epoch(Random random) {
    List<Integer> rows = IntStream.range(0, SAMPLES).boxed().collect(Collectors.toList());
    Collections.shuffle(rows, random);
    List<DataSet> batches = new ArrayList<>();
    for (int from = 0; from < SAMPLES; from += BATCH) {
      int[] some =
          rows.subList(from, Math.min(SAMPLES, from + BATCH)).stream().mapToInt(i -> i).toArray();
      order.add(some);
      batches.add(batch(some));
    }
    return batches;
  }

  private static String column(Run run, String id) {
    return run.header().columns().stream()
        .filter(column -> column.id().equals(id))
        .map(Column::name)
        .collect(Collectors.joining());
  }

  private void assertColumns(Run run) {
    assertEquals(EPOCHS * PER_EPOCH + 1, run.size(), "every step, and the last parameters");
    List<String> ids = VisitColumns.ids();
    for (int step = 0; step < expected.size(); step++) {
      for (int k = 0; k < ids.size(); k++) {
        double right = expected.get(step)[k];
        double value = run.value(column(run, ids.get(k)), step);
        String what = ids.get(k) + " at step " + step;
        assertEquals(Absent.is(right), Absent.is(value), what);
        if (!Absent.is(right)) {
          assertEquals(right, value, k < 4 ? 1e-12 * (1 + Math.abs(right)) : 0, what);
        }
      }
      assertEquals(scores.get(step), run.value("score", step), 1e-9, "score of step " + step);
    }
    for (String id : ids) {
      assertTrue(Absent.is(run.value(column(run, id), run.lastStep())), id);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyStepHasARecord_andEverySampleItsVisits(boolean graph) throws IOException {
    read();
    MultiLayerNetwork stack = network();
    Model net = graph ? stack.toComputationGraph() : stack;
    ImplicitBiasListener alone = ImplicitBiasListener.builder().build();
    DataSet all = batch(IntStream.range(0, SAMPLES).toArray());
    ImplicitBiasListener seventh =
        ImplicitBiasListener.builder(all).schedule(Schedule.every(7)).build();
    net.setListeners(List.of(alone, seventh, new Witnessed()));
    Random random = new Random(11);
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      ExistingDataSetIterator batches = new ExistingDataSetIterator(epoch(random));
      if (graph) {
        ((ComputationGraph) net).fit(batches);
      } else {
        stack.fit(batches);
      }
    }
    alone.close();
    seventh.close();
    assertEquals(EPOCHS * PER_EPOCH, expected.size());
    assertColumns(alone.run());
    assertColumns(seventh.run());
    for (VisitBook book : List.of(alone.visits(), seventh.visits())) {
      assertEquals(SAMPLES, book.size());
      assertEquals(EPOCHS, book.epochs().size());
      for (int i = 0; i < SAMPLES; i++) {
        assertEquals(EPOCHS, book.of(i).visits());
      }
      String layer = book.layers().get(0);
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        assertArrayEquals(flipsOfUnits[epoch], book.epoch(epoch).flipsOfUnits(layer));
        assertEquals(Arrays.stream(flipsOfUnits[epoch]).sum(), book.epoch(epoch).flips(layer));
      }
      assertTrue(book.epoch(1).flips(layer) > 0);
    }
    assertProbe(seventh.run());
    assertWithoutProbe(alone);
  }

  private void assertProbe(Run run) {
    String layer = run.header().layers().get(0).name();
    int observed = 0;
    for (long step = 0; step <= run.lastStep(); step++) {
      boolean due = step % 7 == 0 || step == run.lastStep();
      observed += due ? 1 : 0;
      assertEquals(due, run.observedAtOrBefore(step) == step, "step " + step);
      for (String id : List.of("loss", "activations", "deactivations", "activeFraction")) {
        assertEquals(!due, Absent.is(run.value(column(run, id), step)), id + " at " + step);
      }
      if (!due) {
        assertEquals(0, run.flipsAt(step, layer).size());
        assertArrayEquals(
            run.patternAt(step - step % 7, layer).words(), run.patternAt(step, layer).words());
      }
    }
    assertEquals(observed, run.observations());
    assertEquals(0, run.gaps().size());
  }

  private void assertWithoutProbe(ImplicitBiasListener alone) {
    Run run = alone.run();
    assertEquals(0, run.header().samples());
    assertTrue(run.header().layers().isEmpty());
    assertEquals(
        Predictions.laws().size(), run.header().predictions().size(), "laws need no probe");
    assertTrue(alone.status().contains("no probe was given"), alone.status());
    for (String id : List.of("parameterNorm", "distanceFromInit", "frobeniusNorm", "stableRank")) {
      List<Column> columns =
          run.header().columns().stream()
              .filter(column -> column.id().equals(id))
              .collect(Collectors.toList());
      assertTrue(columns.size() > 0, id);
      for (Column column : columns) {
        assertTrue(run.value(column.name(), 0) >= 0, column.name());
        assertTrue(run.value(column.name(), run.lastStep()) > 0, column.name());
      }
    }
    assertTrue(Absent.is(run.value("loss", 10)), "there is no probe to have a loss");
  }

  @Test
  void withoutAProbe_whatNeedsOneIsRefusedByTheBuilder() {
    assertRefused("no probe", ImplicitBiasListener.builder().visits(false));
    assertRefused("sampleIds", ImplicitBiasListener.builder().sampleIds(1, 2));
    assertRefused("probeSample", ImplicitBiasListener.builder().probeSample(5, 1));
  }

  private static void assertRefused(String word, ListenerBuilder builder) {
    String message =
        org.junit.jupiter.api.Assertions.assertThrows(
                IllegalArgumentException.class, builder::build)
            .getMessage();
    assertTrue(message.contains(word), message);
  }
}
