package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Trains a network bare, watched, and with listeners that disturb training, and compares what is
 * left behind, byte for byte.
 */
final class BitForBit {

  /**
   * What every build tries of each pair of settings, and the tests tagged thorough of each cell.
   */
  static final int FEW_STEPS = 60;

  static final int STEPS = 400;
  private static final int SHORT = 40;
  static final int SAMPLES = 24;
  static final int MINI_BATCH = 10;

  /** One combination of settings. */
  static final class Cell {
    final boolean adam;
    final boolean dropout;
    final DataType type;
    final boolean workspaces;
    final boolean fullBatch;

    Cell(boolean adam, boolean dropout, DataType type, boolean workspaces, boolean fullBatch) {
      this.adam = adam;
      this.dropout = dropout;
      this.type = type;
      this.workspaces = workspaces;
      this.fullBatch = fullBatch;
    }

    /** Two of five settings follow from the other three: a fractional factorial design. */
    boolean isOfTheEight() {
      boolean isDouble = type == DataType.DOUBLE;
      return workspaces == (adam ^ dropout) && fullBatch == (adam ^ isDouble);
    }

    /** Returns the configuration that the cell asks for, without layers. */
    NeuralNetConfiguration.Builder configuration() {
      IUpdater updater = adam ? new Adam(0.003) : new Sgd(0.05);
      WorkspaceMode mode = workspaces ? WorkspaceMode.ENABLED : WorkspaceMode.NONE;
      return new NeuralNetConfiguration.Builder()
          .seed(42)
          .dataType(type)
          .updater(updater)
          .trainingWorkspaceMode(mode)
          .inferenceWorkspaceMode(mode);
    }

    @Override
    public String toString() {
      return (adam ? "Adam" : "SGD")
          + (dropout ? ", dropout, " : ", ")
          + type
          + (workspaces ? ", workspaces" : ", no workspaces")
          + (fullBatch ? ", full batch" : ", mini-batches");
    }
  }

  /** Returns eight of the cells, in which every pair of settings meets in all four ways. */
  static Stream<Cell> everyPair() {
    return cells().filter(Cell::isOfTheEight);
  }

  /** Returns all thirty-two cells. */
  static Stream<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (boolean adam : new boolean[] {false, true}) {
      for (boolean dropout : new boolean[] {false, true}) {
        for (DataType type : new DataType[] {DataType.FLOAT, DataType.DOUBLE}) {
          for (boolean workspaces : new boolean[] {true, false}) {
            for (boolean fullBatch : new boolean[] {true, false}) {
              cells.add(new Cell(adam, dropout, type, workspaces, fullBatch));
            }
          }
        }
      }
    }
    return cells.stream();
  }

  /** Makes the network of a cell, and data for it. */
  interface Subject {
    MultiLayerNetwork network(Cell cell);

    DataSet data(DataType type, int samples, long seed);
  }

  /** Everything that training leaves behind, and what a listener at the end of the list saw. */
  private static final class Trace {
    final List<Long> scores = new ArrayList<>();
    final List<Integer> inputs = new ArrayList<>();
    byte[] parameters;
    byte[] updaterState;
    byte[] draws;

    boolean sameAs(Trace other) {
      return scores.equals(other.scores)
          && inputs.equals(other.inputs)
          && Arrays.equals(parameters, other.parameters)
          && Arrays.equals(updaterState, other.updaterState)
          && Arrays.equals(draws, other.draws);
    }
  }

  private final Subject subject;
  private final Cell cell;
  private final int steps;

  private BitForBit(Subject subject, Cell cell, int steps) {
    this.subject = subject;
    this.cell = cell;
    this.steps = steps;
  }

  /** Checks a cell; {@code inPlace} says whether its full batches are read in place. */
  static void check(Subject subject, Cell cell, int steps, boolean inPlace) {
    new BitForBit(subject, cell, steps).check(inPlace);
  }

  private void check(boolean inPlace) {
    Trace bare = train(steps);
    DataSet data = subject.data(cell.type, SAMPLES, 5);
    StatsStorage storage = new InMemoryStatsStorage();
    ImplicitBiasListener first =
        ImplicitBiasListener.builder(data)
            .schedule(Schedule.everyStep())
            .storage(storage)
            .visits(true)
            .metric(new Fails())
            .build();
    ImplicitBiasListener last =
        ImplicitBiasListener.builder(subject.data(cell.type, 17, 99))
            .schedule(Schedule.everyStep())
            .preset(Preset.ECONOMY)
            .metric(new Fails())
            .build();
    Trace watched = train(steps, first, new StatsListener(storage, 10), last);
    assertTrue(bare.sameAs(watched), "the listener changed training");
    for (ImplicitBiasListener bias : List.of(first, last)) {
      bias.close();
      checkRecorded(bias.run());
    }
    assertEquals(inPlace && cell.fullBatch ? steps : 0, first.run().recordsInPlace());

    Trace shorter = train(SHORT);
    assertTrue(shorter.sameAs(train(SHORT)), "training itself must repeat");
    assertFalse(shorter.sameAs(train(SHORT, new DrawsOneNumber())), "a draw was not noticed");
    Supplier<TrainingListener> asks = () -> new AsksTheNetwork(subject.data(cell.type, 17, 99));
    assertFalse(shorter.sameAs(train(SHORT, asks.get())), "net.output was not noticed");
  }

  private void checkRecorded(Run run) {
    assertEquals(steps + 1, run.size());
    long flips = 0;
    for (TrackedLayer layer : run.header().layers()) {
      for (FlipKind kind : FlipKind.values()) {
        flips += run.flips(layer.name(), kind);
      }
    }
    assertTrue(flips > 30, "only " + flips + " flips");
    assertTrue(
        run.events().stream().anyMatch(event -> event.kind() == EventKind.METRIC_FAILED),
        "the failing metric was not on board");
  }

  private Trace train(int steps, TrainingListener... listeners) {
    DataSet data = subject.data(cell.type, SAMPLES, 5);
    MultiLayerNetwork net = subject.network(cell);
    Trace trace = new Trace();
    List<TrainingListener> all = new ArrayList<>(List.of(listeners));
    all.add(
        new BaseTrainingListener() {
          @Override
          public void iterationDone(Model model, int iteration, int epoch) {
            trace.scores.add(Double.doubleToRawLongBits(model.score()));
            trace.inputs.add(Arrays.hashCode(bytes(((MultiLayerNetwork) model).getInput())));
          }
        });
    net.setListeners(all);
    Nd4j.getRandom().setSeed(123);
    int batch = cell.fullBatch ? SAMPLES : MINI_BATCH;
    ListDataSetIterator<DataSet> iterator = new ListDataSetIterator<>(data.asList(), batch);
    while (net.getIterationCount() < steps) {
      while (net.getIterationCount() < steps && iterator.hasNext()) {
        net.fit(iterator.next());
      }
      iterator.reset();
    }
    assertEquals(steps, trace.scores.size());
    trace.parameters = bytes(net.params());
    trace.updaterState = bytes(net.updaterState());
    trace.draws = bytes(Nd4j.rand(DataType.DOUBLE, 100));
    return trace;
  }

  private static byte[] bytes(INDArray array) {
    return array == null ? new byte[0] : array.dup('c').data().asBytes();
  }

  /** A metric that fails at every record, each time in another way. */
  private static final class Fails implements Metric {
    private int calls;

    @Override
    public String id() {
      return "fails";
    }

    @Override
    public Scope scope() {
      return Scope.NETWORK;
    }

    @Override
    public double evaluate(Observation observation, int layer) {
      if (calls++ % 2 == 0) {
        throw new AssertionError("on purpose");
      }
      throw new IllegalStateException("on purpose");
    }
  }

  /** A listener that draws one random number, once. */
  private static final class DrawsOneNumber extends BaseTrainingListener {
    private boolean done;

    @Override
    public void onGradientCalculation(Model model) {
      if (!done) {
        done = true;
        Nd4j.rand(DataType.DOUBLE, 1);
      }
    }
  }

  /** A listener that runs the trained network itself. */
  private static final class AsksTheNetwork extends BaseTrainingListener {
    private final DataSet data;

    AsksTheNetwork(DataSet data) {
      this.data = data;
    }

    @Override
    public void onGradientCalculation(Model model) {
      ((MultiLayerNetwork) model).output(data.getFeatures());
    }
  }
}
