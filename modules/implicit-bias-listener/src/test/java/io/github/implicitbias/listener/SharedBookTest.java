package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.EpochOfVisits;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.deeplearning4j.parallelism.ParallelWrapper.TrainingMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The workers of a {@code ParallelWrapper} keep one book of the visits of their training. */
class SharedBookTest {

  private static final int INPUTS = 5;
  private static final int UNITS = 6;
  private static final int BATCH = 9;
  private static final int BATCHES = 12;
  private static final int SAMPLES = BATCH * BATCHES;
  private static final int FITS = 3;

  /** Counts units that are on, and takes the scores, of all workers. */
  private static final class Counter extends BaseTrainingListener
      implements RoutingIterationListener {
    private static final long serialVersionUID = 1L;

    private final transient AtomicLongArray on;
    private final transient Map<String, Map<Long, Double>> scores;
    private String workerId = "";

    Counter(AtomicLongArray on, Map<String, Map<Long, Double>> scores) {
      this.on = on;
      this.scores = scores;
    }

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      INDArray hidden = activations.get(1);
      for (int i = 0; i < hidden.size(0); i++) {
        for (int j = 0; j < UNITS; j++) {
          if (hidden.getDouble(i, j) > 0) {
            on.incrementAndGet(j);
          }
        }
      }
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      scores
          .computeIfAbsent(workerId, id -> new ConcurrentHashMap<>())
          .put((long) iteration, model.score());
    }

    @Override
    public void setWorkerID(String id) {
      workerId = id;
    }

    @Override
    public String getWorkerID() {
      return workerId;
    }

    @Override
    public void setStorageRouter(StatsStorageRouter router) {}

    @Override
    public StatsStorageRouter getStorageRouter() {
      return null;
    }

    @Override
    public void setSessionID(String id) {}

    @Override
    public String getSessionID() {
      return "counter";
    }

    @Override
    public Counter clone() {
      return new Counter(on, scores);
    }
  }

  private static MultiLayerNetwork network() {
    return Stacks.network(
        DataType.DOUBLE,
        new Sgd(0.05),
        new DenseLayer.Builder().nIn(INPUTS).nOut(UNITS).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MSE)
            .nIn(UNITS)
            .nOut(1)
            .activation(Activation.IDENTITY)
            .build());
  }

  private static List<DataSet> batches() {
    List<DataSet> batches = new ArrayList<>();
    for (int i = 0; i < BATCHES; i++) {
      batches.add(Stacks.classes(DataType.DOUBLE, BATCH, INPUTS, 1, 100 + i));
    }
    return batches;
  }

  private static ParallelWrapper wrapper(MultiLayerNetwork net, TrainingMode mode) {
    return new ParallelWrapper.Builder<>(net)
        .workers(2)
        .trainingMode(mode)
        .averagingFrequency(1)
        .prefetchBuffer(0)
        .build();
  }

  @ParameterizedTest
  @CsvSource({"AVERAGING, false", "AVERAGING, true", "SHARED_GRADIENTS, false"})
  void everySample_hasAllItsVisits_whicheverWorkerMadeThem(TrainingMode mode, boolean numbered) {
    DataSet all = DataSet.merge(batches());
    ImplicitBiasListener bias =
        (numbered ? ImplicitBiasListener.builder(all) : ImplicitBiasListener.builder())
            .visits(true)
            .build();
    AtomicLongArray on = new AtomicLongArray(UNITS);
    Map<String, Map<Long, Double>> scores = new ConcurrentHashMap<>();
    Witness witness = new Witness(2);
    MultiLayerNetwork net = network();
    net.setListeners(bias, witness, new Counter(on, scores));
    ParallelWrapper wrapper = wrapper(net, mode);
    for (int fit = 0; fit < FITS; fit++) {
      wrapper.fit(witness.onceReady(batches()));
    }
    bias.close();
    VisitBook book = bias.visits();
    assertEquals(SAMPLES, book.size());
    for (int i = 0; i < SAMPLES; i++) {
      assertEquals(FITS, book.of(i).visits(), "sample " + i);
    }
    assertTrue(book.status().contains("all workers of a ParallelWrapper together"), book.status());
    assertEquals(1, book.epochs().size(), "nobody says when an epoch ends");
    checkEpoch(book.epoch(0), on);
    assertEquals(2, bias.runs().size());
    for (Run run : bias.runs()) {
      checkRun(run, book, scores.get(run.header().workerId()));
    }
  }

  private static void checkEpoch(EpochOfVisits epoch, AtomicLongArray on) {
    assertEquals(FITS * SAMPLES, epoch.visits());
    assertEquals(SAMPLES, epoch.samples());
    assertEquals(SAMPLES, epoch.newSamples());
    for (int j = 0; j < UNITS; j++) {
      float share = (float) ((double) on.get(j) / (FITS * SAMPLES));
      assertEquals(share, epoch.shares("layer0")[j], "unit " + j);
    }
  }

  /** Each run holds the whole book, and of each step what its own worker has visited. */
  private static void checkRun(Run run, VisitBook book, Map<Long, Double> scores) {
    List<VisitEpoch> epochs = run.visits().epochs();
    assertEquals(1, epochs.size());
    assertEquals(FITS * SAMPLES, epochs.get(0).number(EpochNumber.VISITS));
    assertArrayEquals(
        book.epoch(0).shares("layer0"), epochs.get(0).layers().get(0).shares(), "of all workers");
    VisitTable table = run.visits().samples();
    assertTrue(table.isLast());
    for (int i = 0; i < SAMPLES; i++) {
      assertEquals(FITS, table.whole(VisitColumn.VISITS, i));
    }
    Series loss = run.metric("batchLoss");
    Map<Long, Double> losses = new TreeMap<>();
    for (int k = 0; k < loss.size(); k++) {
      losses.put(loss.steps()[k], loss.values()[k]);
    }
    assertTrue(scores.size() >= FITS * BATCHES / 2 - 1, scores.size() + " steps");
    scores.forEach(
        (step, score) -> assertEquals(score, losses.get(step), 1e-12 * (1 + score), "" + step));
  }

  @ParameterizedTest
  @CsvSource({"AVERAGING"})
  void twoTrainings_haveABookEach(TrainingMode mode) {
    ImplicitBiasListener bias = ImplicitBiasListener.builder().build();
    Witness witness = new Witness(2);
    List<VisitBook> books = new ArrayList<>();
    for (int training = 0; training < 2; training++) {
      MultiLayerNetwork net = network();
      net.setListeners(bias, witness);
      wrapper(net, mode).fit(witness.onceReady(batches()));
      books.add(bias.visits());
    }
    assertSame(books.get(1), bias.visits(), "that of the newest");
    assertNotSame(books.get(0), books.get(1));
    for (VisitBook book : books) {
      assertEquals(SAMPLES, book.size());
      assertEquals(1, book.of(0).visits());
    }
    bias.close();
  }
}
