package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.EpochOfVisits;
import io.github.implicitbias.core.visit.VisitBook;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.IterationTerminationCondition;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingGraphTrainer;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Visits where something else than {@code fit(iterator)} leads training, or samples have parts. */
class EarlyStoppingVisitsTest {

  private static final int SAMPLES = 50;

  private static DataSet data(int seed) {
    Random random = new Random(seed);
    double[][] x = new double[SAMPLES][3];
    double[][] y = new double[SAMPLES][2];
    for (int i = 0; i < SAMPLES; i++) {
      for (int k = 0; k < 3; k++) {
        x[i][k] = random.nextGaussian() + (i % 2 == 0 ? 1 : -1);
      }
      y[i][i % 2] = 1;
    }
    return new DataSet(Nd4j.create(x), Nd4j.create(y));
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(2)
                .updater(new Adam(0.02))
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(10).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(2)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static <M extends Model> EarlyStoppingConfiguration.Builder<M> upTo(int epochs) {
    return new EarlyStoppingConfiguration.Builder<M>()
        .modelSaver(new InMemoryModelSaver<>())
        .evaluateEveryNEpochs(1)
        .epochTerminationConditions(new MaxEpochsTerminationCondition(epochs));
  }

  /** The evaluations at the ends of epochs are of the same samples, and are no visits. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyEpochOfAnEarlyStoppingTrainer_isOne_andItsEvaluationsAreNoVisits(boolean graph) {
    DataSet all = data(1);
    ListDataSetIterator<DataSet> batches = new ListDataSetIterator<>(all.asList(), 16);
    ListDataSetIterator<DataSet> same = new ListDataSetIterator<>(all.asList(), 50);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).build();
    MultiLayerNetwork stack = network();
    MultiLayerNetwork twin = network();
    INDArray trained;
    if (graph) {
      ComputationGraph net = stack.toComputationGraph();
      net.setListeners(bias);
      EarlyStoppingConfiguration<ComputationGraph> until =
          EarlyStoppingVisitsTest.<ComputationGraph>upTo(4)
              .scoreCalculator(new DataSetLossCalculator(same, true))
              .build();
      EarlyStoppingResult<ComputationGraph> result =
          new EarlyStoppingGraphTrainer(until, net, batches).fit();
      assertEquals(4, result.getTotalEpochs());
      trained = net.params();
    } else {
      stack.setListeners(bias);
      EarlyStoppingConfiguration<MultiLayerNetwork> until =
          EarlyStoppingVisitsTest.<MultiLayerNetwork>upTo(4)
              .scoreCalculator(new DataSetLossCalculator(same, true))
              .build();
      assertEquals(4, new EarlyStoppingTrainer(until, stack, batches).fit().getTotalEpochs());
      trained = stack.params();
    }
    bias.close();
    for (int epoch = 0; epoch < 4; epoch++) {
      twin.fit(new ListDataSetIterator<>(all.asList(), 16));
    }
    assertArrayEquals(twin.params().toFloatVector(), trained.toFloatVector());
    VisitBook visits = bias.visits();
    assertEquals(4, visits.epochs().size(), visits.status());
    assertEquals(SAMPLES, visits.size());
    for (EpochOfVisits epoch : visits.epochs()) {
      assertEquals(SAMPLES, epoch.visits());
      assertEquals(4 * epoch.epoch(), epoch.firstStep());
      assertEquals(4 * epoch.epoch() + 3, epoch.lastStep());
    }
    for (int i = 0; i < SAMPLES; i++) {
      assertEquals(4, visits.of(i).visits());
      assertEquals(i % 2, visits.of(i).label());
    }
    assertEquals(4, bias.run().visits().epochs().size());
  }

  /** Stops at the second step of the third epoch. */
  @Test
  void anEpochThatIsBrokenOff_endsWithTheListener() {
    DataSet all = data(1);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).build();
    MultiLayerNetwork net = network();
    net.setListeners(bias);
    int[] steps = {0};
    EarlyStoppingConfiguration<MultiLayerNetwork> until =
        EarlyStoppingVisitsTest.<MultiLayerNetwork>upTo(9)
            .scoreCalculator(
                new DataSetLossCalculator(new ListDataSetIterator<>(all.asList(), 50), true))
            .iterationTerminationConditions(
                new IterationTerminationCondition() {
                  @Override
                  public void initialize() {}

                  @Override
                  public boolean terminate(double lastMiniBatchScore) {
                    return ++steps[0] == 10;
                  }
                })
            .build();
    new EarlyStoppingTrainer(until, net, new ListDataSetIterator<>(all.asList(), 16)).fit();
    bias.close();
    List<EpochOfVisits> epochs = bias.visits().epochs();
    assertEquals(3, epochs.size());
    assertEquals(32, epochs.get(2).visits());
    assertEquals(9, epochs.get(2).lastStep());
    assertEquals(32, epochs.get(2).samples());
    assertEquals(132, bias.run().visits().epochs().stream().mapToInt(e -> (int) visitsOf(e)).sum());
  }

  private static double visitsOf(io.github.implicitbias.run.format.VisitEpoch epoch) {
    return epoch.number(io.github.implicitbias.run.format.EpochNumber.VISITS);
  }

  @Test
  void rowsOfSeveralInputsAndOutputs_areFetchedAgain() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(2)
                .updater(new Adam(0.02))
                .activation(Activation.RELU)
                .graphBuilder()
                .addInputs("a", "b")
                .addLayer("left", new DenseLayer.Builder().nIn(3).nOut(6).build(), "a")
                .addLayer("right", new DenseLayer.Builder().nIn(3).nOut(6).build(), "b")
                .addVertex("both", new MergeVertex(), "left", "right")
                .addLayer("first", output(LossFunction.MCXENT, Activation.SOFTMAX), "both")
                .addLayer("second", output(LossFunction.MSE, Activation.IDENTITY), "both")
                .setOutputs("first", "second")
                .build());
    net.init();
    DataSet one = data(1);
    DataSet other = data(2);
    List<MultiDataSet> rows = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      DataSet left = one.get(i);
      DataSet right = other.get((i + 7) % SAMPLES);
      rows.add(
          new org.nd4j.linalg.dataset.MultiDataSet(
              new INDArray[] {left.getFeatures(), right.getFeatures()},
              new INDArray[] {left.getLabels(), right.getFeatures().getColumns(0, 1).dup()}));
    }
    MultiDataSet all = org.nd4j.linalg.dataset.MultiDataSet.merge(rows);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).visits(true).build();
    net.setListeners(bias);
    for (int epoch = 0; epoch < 2; epoch++) {
      for (int from = 0; from < SAMPLES; from += 20) {
        net.fit(
            org.nd4j.linalg.dataset.MultiDataSet.merge(
                rows.subList(from, Math.min(SAMPLES, from + 20))));
      }
    }
    bias.close();
    assertEquals(SAMPLES, bias.visits().size());
    MultiDataSetIterator again = new Batches(rows, 8);
    MultiDataSet some = bias.dataSetOf(again, 41, 3, 41, 0);
    int[] asked = {41, 3, 41, 0};
    for (int k = 0; k < asked.length; k++) {
      for (int input = 0; input < 2; input++) {
        assertArrayEquals(
            rows.get(asked[k]).getFeatures(input).toFloatVector(),
            some.getFeatures(input).getRow(k).toFloatVector());
        assertArrayEquals(
            rows.get(asked[k]).getLabels(input).toFloatVector(),
            some.getLabels(input).getRow(k).toFloatVector());
      }
    }
    assertTrue(again.hasNext(), "reset");
    MultiDataSetIterator part = new Batches(rows.subList(0, 10), 4);
    assertThrows(IllegalArgumentException.class, () -> bias.dataSetOf(part, 3, 12));
  }

  private static OutputLayer output(LossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).nIn(12).nOut(2).activation(activation).build();
  }

  /** Batches of rows, in order. */
  private static final class Batches implements MultiDataSetIterator {
    private static final long serialVersionUID = 1L;
    private final transient List<MultiDataSet> rows;
    private final int size;
    private int at;

    Batches(List<MultiDataSet> rows, int size) {
      this.rows = rows;
      this.size = size;
    }

    @Override
    public MultiDataSet next(int count) {
      int from = at;
      at = Math.min(rows.size(), at + count);
      return org.nd4j.linalg.dataset.MultiDataSet.merge(rows.subList(from, at));
    }

    @Override
    public MultiDataSet next() {
      return next(size);
    }

    @Override
    public boolean hasNext() {
      return at < rows.size();
    }

    @Override
    public void reset() {
      at = 0;
    }

    @Override
    public boolean resetSupported() {
      return true;
    }

    @Override
    public boolean asyncSupported() {
      return false;
    }

    @Override
    public void setPreProcessor(org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor none) {}

    @Override
    public org.nd4j.linalg.dataset.api.MultiDataSetPreProcessor getPreProcessor() {
      return null;
    }
  }
}
