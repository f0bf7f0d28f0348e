package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.visit.VisitColumns;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Every column that has no value at the last record of a run has a reason, one that is true. */
class ReasonTableTest {

  private static final DataSet ROWS = Stacks.classes(DataType.DOUBLE, 12, 4, 3, 1);

  /** What no step follows, or no batch, has no value at the last record, and says so itself. */
  private static final Set<String> OF_STEPS = Set.of("learningRate", "score");

  /** A network and what it is trained on; what the probe shows of it. */
  private static final class Case {
    final Model model;
    final MultiDataSet trained;
    final MultiDataSet probe;

    Case(Model model, MultiDataSet trained, MultiDataSet probe) {
      this.model = model;
      this.trained = trained;
      this.probe = probe;
    }
  }

  private final Map<String, Case> cases = new LinkedHashMap<>();

  private void add(String name, Model model, DataSet data) {
    cases.put(name, new Case(model, data.toMultiDataSet(), data.toMultiDataSet()));
  }

  private static DenseLayer relu(int in, int out) {
    return PlainModels.dense(in, out, Activation.RELU);
  }

  private static OutputLayer output(ILossFunction loss, int in, int out, Activation activation) {
    return new OutputLayer.Builder(loss).nIn(in).nOut(out).activation(activation).build();
  }

  private static OutputLayer numbers(int in) {
    return output(LossFunction.MSE.getILossFunction(), in, 1, Activation.IDENTITY);
  }

  /** Labels of one output. */
  private static DataSet with(double... labels) {
    return new DataSet(ROWS.getFeatures(), Nd4j.createFromArray(labels).reshape(12, 1));
  }

  private static DataSet heights() {
    return with(1, -0.5, 2, 0.3, -1, 0.7, 0.2, -2, 0.1, 1.5, -0.3, 0.4);
  }

  private static DataSet signs() {
    return with(1, -1, 1, 1, -1, 1, -1, -1, 1, 1, -1, 1);
  }

  private void stacks() {
    add("softmax", PlainModels.stack(relu(4, 6), relu(6, 5), PlainModels.classes(5, 3)), ROWS);
    add(
        "dropout",
        PlainModels.stack(
            new DenseLayer.Builder()
                .nIn(4)
                .nOut(6)
                .activation(Activation.RELU)
                .dropOut(0.8)
                .l2(1e-3)
                .build(),
            PlainModels.classes(6, 3)),
        ROWS);
    add(
        "no kinks",
        PlainModels.stack(PlainModels.dense(4, 6, Activation.TANH), PlainModels.classes(6, 3)),
        ROWS);
    add(
        "frozen",
        PlainModels.stack(new FrozenLayer(relu(4, 6)), relu(6, 5), PlainModels.classes(5, 3)),
        ROWS);
    add("regression", PlainModels.stack(relu(4, 6), numbers(6)), heights());
    add(
        "one neuron, dependent samples",
        PlainModels.stack(
            new DenseLayer.Builder()
                .nIn(4)
                .nOut(1)
                .hasBias(false)
                .activation(Activation.RELU)
                .build(),
            new org.deeplearning4j.nn.conf.layers.LossLayer.Builder(Losses.meanSquare())
                .activation(Activation.IDENTITY)
                .build()),
        heights());
    add(
        "signs",
        PlainModels.stack(relu(4, 6), output(Losses.logistic(), 6, 1, Activation.IDENTITY)),
        signs());
    add(
        "hinge",
        PlainModels.stack(
            relu(4, 6), output(LossFunction.HINGE.getILossFunction(), 6, 1, Activation.IDENTITY)),
        signs());
    add(
        "critic",
        PlainModels.stack(
            relu(4, 6),
            output(LossFunction.WASSERSTEIN.getILossFunction(), 6, 1, Activation.IDENTITY)),
        signs());
    add(
        "activation layer",
        PlainModels.stack(
            PlainModels.dense(4, 6, Activation.IDENTITY),
            new ActivationLayer.Builder().activation(Activation.RELU).build(),
            PlainModels.classes(6, 3)),
        ROWS);
    MultiLayerNetwork zeros = PlainModels.stack(relu(4, 6), PlainModels.classes(6, 3));
    zeros.params().assign(0);
    add("all parameters 0", zeros, ROWS);
    add(
        "one class",
        PlainModels.stack(
            PlainModels.dense(4, 1, Activation.IDENTITY),
            output(Losses.logistic(), 1, 1, Activation.IDENTITY)),
        with(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1));
  }

  private void others() {
    add(
        "convolution",
        PlainModels.images(
            PlainModels.convolution(2, Activation.RELU),
            new SeparableConvolution2D.Builder(3, 3).nOut(2).activation(Activation.RELU).build(),
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build()),
        PlainModels.pictures(2));
    add(
        "batch normalization",
        PlainModels.stack(
            relu(4, 6),
            new BatchNormalization.Builder().nIn(6).nOut(6).build(),
            PlainModels.classes(6, 3)),
        ROWS);
    add(
        "LSTM",
        SequenceModels.net(
            InputType.recurrent(3),
            new LSTM.Builder().nOut(5).activation(Activation.RELU).build(),
            new RnnOutputLayer.Builder(LossFunction.MCXENT)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build()),
        SequenceModels.series());
    INDArray words = Nd4j.create(DataType.DOUBLE, 12, 1);
    for (int i = 0; i < 12; i++) {
      words.putScalar(i, i % 4);
    }
    add(
        "embedding",
        PlainModels.stack(
            new EmbeddingLayer.Builder().nIn(4).nOut(6).activation(Activation.RELU).build(),
            PlainModels.classes(6, 3)),
        new DataSet(words, ROWS.getLabels()));
    add(
        "one class network",
        PlainModels.stack(
            relu(4, 6),
            new OCNNOutputLayer.Builder()
                .nIn(6)
                .hiddenLayerSize(4)
                .nu(0.1)
                .activation(Activation.SIGMOID)
                .build()),
        new DataSet(ROWS.getFeatures(), Nd4j.ones(DataType.DOUBLE, 12, 1)));
    DataSet weighted = ROWS.copy();
    INDArray weights = Nd4j.ones(DataType.DOUBLE, 12, 1);
    weights.putScalar(3, 0);
    weights.putScalar(4, 2.5);
    weighted.setLabelsMaskArray(weights);
    add("weights", PlainModels.stack(relu(4, 6), PlainModels.classes(6, 3)), weighted);
    DataSet weightedSigns = signs();
    weightedSigns.setLabelsMaskArray(weights);
    add(
        "weights of two classes",
        PlainModels.stack(relu(4, 6), output(Losses.logistic(), 6, 1, Activation.IDENTITY)),
        weightedSigns);
    cases.put(
        "mini-batches",
        new Case(
            Stacks.network(DataType.DOUBLE, new Adam(0.01), relu(4, 6), PlainModels.classes(6, 3)),
            new DataSet(
                    ROWS.getFeatures().get(org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 4)),
                    ROWS.getLabels().get(org.nd4j.linalg.indexing.NDArrayIndex.interval(0, 4)))
                .toMultiDataSet(),
            ROWS.toMultiDataSet()));
    cases.put(
        "without labels",
        new Case(
            PlainModels.stack(relu(4, 6), PlainModels.classes(6, 3)),
            ROWS.toMultiDataSet(),
            new org.nd4j.linalg.dataset.MultiDataSet(new INDArray[] {ROWS.getFeatures()}, null)));
    cases.put("siamese", new Case(GraphModels.siamese(), GraphModels.pairs(), GraphModels.pairs()));
    add("vertices", vertices(), ROWS);
  }

  private static ComputationGraph vertices() {
    ComputationGraph graph =
        new ComputationGraph(
            new org.deeplearning4j.nn.conf.NeuralNetConfiguration.Builder()
                .seed(6)
                .dataType(DataType.DOUBLE)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", relu(4, 4), "in")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "in", "a")
                .addLayer("b", relu(4, 3), "in")
                .addVertex("both", new MergeVertex(), "sum", "b")
                .addLayer("out", PlainModels.classes(7, 3), "both")
                .setOutputs("out")
                .build());
    graph.init();
    return graph;
  }

  private static Run watched(Case of) {
    ImplicitBiasListener bias =
        (of.probe.getLabels() == null
                ? ImplicitBiasListener.builder(of.probe.getFeatures(0))
                : ImplicitBiasListener.builder(of.probe))
            .preset(Preset.FULL)
            .schedule(Schedule.everyStep())
            .build();
    if (of.model instanceof MultiLayerNetwork) {
      MultiLayerNetwork net = (MultiLayerNetwork) of.model;
      net.addListeners(bias);
      for (int step = 0; step < 3; step++) {
        net.fit(
            new DataSet(
                of.trained.getFeatures(0),
                of.trained.getLabels(0),
                null,
                of.trained.getLabelsMaskArrays() == null
                    ? null
                    : of.trained.getLabelsMaskArray(0)));
      }
    } else {
      ComputationGraph graph = (ComputationGraph) of.model;
      graph.addListeners(bias);
      for (int step = 0; step < 3; step++) {
        graph.fit(of.trained);
      }
    }
    bias.close();
    assertEquals(Map.of(), bias.failures());
    return bias.run();
  }

  /** The columns without a value at the last record. */
  private static List<Column> absent(Run run) {
    List<Column> found = new ArrayList<>();
    long last = run.lastStep();
    for (Column column : run.header().columns()) {
      boolean shown = column.kind() == Column.Kind.METRIC;
      boolean ofStep = OF_STEPS.contains(column.id()) || VisitColumns.ids().contains(column.id());
      if (shown && !ofStep && Absent.is(run.value(column.name(), last))) {
        found.add(column);
      }
    }
    for (Column column : run.header().sampleColumns()) {
      boolean known = run.sampleValues(column.name(), run.firstStep()) != null;
      if (!known && run.sampleValues(column.name(), last) == null) {
        found.add(column);
      }
    }
    for (Column column : run.header().unitColumns()) {
      if (run.unitValues(column.id(), run.header().layers().get(column.layer()).name(), last)
          == null) {
        found.add(column);
      }
    }
    return found;
  }

  private static String reason(Run run, Column of) {
    for (Map.Entry<String, String> fact : run.header().provenance().entrySet()) {
      String key = fact.getKey();
      if (key.startsWith("absent ") && List.of(key.substring(7).split(", ")).contains(of.id())) {
        return fact.getValue();
      }
      if (key.equals(of.id())) {
        return fact.getValue();
      }
    }
    return "";
  }

  @Test
  void whatIsAbsentAtTheLastRecord_hasItsReason() {
    stacks();
    others();
    List<String> unexplained = new ArrayList<>();
    StringBuilder table = new StringBuilder();
    cases.forEach(
        (name, one) -> {
          Run run = watched(one);
          Map<String, List<String>> byReason = new LinkedHashMap<>();
          for (Column column : absent(run)) {
            String why = reason(run, column);
            byReason.computeIfAbsent(why, any -> new ArrayList<>()).add(column.name());
            boolean guessed = why.matches(".*(not|no) [^;,]*, or .*") || why.contains("or several");
            if (why.isEmpty() || guessed) {
              unexplained.add(name + ": " + column.name() + " (" + why + ")");
            }
          }
          run.header()
              .provenance()
              .forEach(
                  (key, why) -> {
                    boolean ofUnits = key.startsWith("absent ") && !byReason.containsKey(why);
                    if (ofUnits) {
                      byReason.put(why, List.of(key.substring(7)));
                    }
                  });
          table.append(name).append('\n');
          byReason.forEach(
              (why, columns) ->
                  table
                      .append("  ")
                      .append(why.isEmpty() ? "?" : why)
                      .append(": ")
                      .append(String.join(", ", columns))
                      .append('\n'));
        });
    System.out.println(table);
    assertEquals(List.of(), unexplained, () -> String.join("\n", unexplained));
  }
}
