package io.github.implicitbias.ui;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.listener.ListenerBuilder;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** Trainings of DL4J networks, watched with the preset FULL and predictions in every state. */
final class RealRuns {

  private RealRuns() {}

  /** A prediction that says of the loss what a function says. */
  static final class OfLoss implements Prediction {
    interface Judge {
      Verdict judge(double loss, double first, long step);
    }

    private final String id;
    private final String statement;
    private final String source;
    private final String tolerance;
    private final List<Condition> conditions;
    private final Judge judge;

    OfLoss(
        String id,
        String statement,
        String source,
        String tolerance,
        List<Condition> conditions,
        Judge judge) {
      this.id = id;
      this.statement = statement;
      this.source = source;
      this.tolerance = tolerance;
      this.conditions = conditions;
      this.judge = judge;
    }

    @Override
    public String id() {
      return id;
    }

    @Override
    public String statement() {
      return statement;
    }

    @Override
    public String source() {
      return source;
    }

    @Override
    public String tolerance() {
      return tolerance;
    }

    @Override
    public Check start(Observation first) {
      double start = first.loss();
      return new Check() {
        @Override
        public Verdict judge(Observation observation) {
          return judge.judge(observation.loss(), start, observation.step());
        }

        @Override
        public List<Condition> conditions() {
          return conditions;
        }
      };
    }
  }

  /** One prediction per state, the last in two. */
  static List<Prediction> predictions() {
    List<Condition> met =
        List.of(
            new Condition(
                true, "plain gradient descent: the updater is Sgd with learning rate 0.1"),
            new Condition(true, "every step is on the whole probe of the run"),
            new Condition(true, "no regularization, dropout or constraint"));
    List<Condition> notMet =
        List.of(
            met.get(0),
            new Condition(false, "the inputs are orthogonal: the largest cosine is 0.9981"));
    return List.of(
        new OfLoss(
            "lossStaysBelowItsStart",
            "The loss never exceeds the loss of the first record.",
            "descent lemma, for steps below 2 / curvature (derived)",
            "1e-12 of the first loss",
            met,
            (loss, first, step) -> Verdict.holds(loss, first)),
        new OfLoss(
            "normsOfUnitsGrowAtOneRate",
            "The squared norms of the two layers of a unit differ by what they differed by at the"
                + " start, for all of training.",
            "arXiv:1806.00900 (recalled)",
            "relative 1e-2",
            met,
            (loss, first, step) ->
                step >= 60
                    ? Verdict.violated(loss, 0.8 * first, "unit 3 drifted by 0.0123")
                    : Verdict.holds(loss, 1.2 * first)),
        new OfLoss(
            "lossHalves",
            "The loss falls to half of where it began.",
            "arXiv:2202.05510, theorem 3 and remark 4 (abstract); see also arXiv:2210.07082",
            "1 % of the first loss",
            met,
            (loss, first, step) ->
                loss < first / 2
                    ? Verdict.reached(loss, first / 2, "the loss is below half of its start")
                    : Verdict.holds(loss, first / 2)),
        new OfLoss(
            "saddlesInOrder",
            "Training passes the saddles one by one, in the order of the labels' norms.",
            "arXiv:2206.00939 (abstract)",
            "",
            notMet,
            (loss, first, step) ->
                Verdict.notApplicable("the inputs are orthogonal: the largest cosine is 0.9981")));
  }

  private static Run train(
      StatsStorageRouter storage, String session, MultiLayerNetwork net, DataSet data, int steps) {
    return train(storage, session, net, data, steps, predictions());
  }

  private static Run train(
      StatsStorageRouter storage,
      String session,
      MultiLayerNetwork net,
      DataSet data,
      int steps,
      List<Prediction> more) {
    ListenerBuilder builder =
        ImplicitBiasListener.builder(data)
            .preset(Preset.FULL)
            .schedule(Schedule.everyStep())
            .sessionId(session)
            .storage(storage);
    more.forEach(builder::prediction);
    ImplicitBiasListener bias = builder.build();
    net.setListeners(bias);
    for (int step = 0; step < steps; step++) {
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  private static MultiLayerNetwork network(double rate, double scale, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(5)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(rate))
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    net.params().muli(scale);
    return net;
  }

  /** Two layers, sixteen units, three overlapping classes in four dimensions. */
  static Run classes(StatsStorageRouter storage, int steps) {
    int n = 150;
    Random random = new Random(3);
    double[][] x = new double[n][4];
    double[][] y = new double[n][3];
    for (int i = 0; i < n; i++) {
      int c = i * 3 / n;
      y[i][c] = 1;
      for (int j = 0; j < 4; j++) {
        x[i][j] = (c - 1) * (j == 1 ? -0.7 : 1.2) + 0.45 * random.nextGaussian();
      }
    }
    return train(
        storage,
        "classes",
        network(
            0.1,
            1,
            new DenseLayer.Builder().nIn(4).nOut(16).activation(Activation.RELU).build(),
            new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                .activation(Activation.SOFTMAX)
                .nIn(16)
                .nOut(3)
                .build()),
        new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y)),
        steps);
  }

  /** One ReLU neuron in the plane, squared loss. */
  static Run neuron(StatsStorageRouter storage, int steps) {
    return neuron(storage, "neuron", 1, steps);
  }

  /** The same with labels and weights times a factor, and the loss times its square. */
  static Run neuron(StatsStorageRouter storage, String session, double scale, int steps) {
    double[][] x = {{1, 0.2}, {0.1, 1.1}, {-0.8, 0.9}, {-1, -0.3}, {0.4, -1.2}};
    double[][] y = {{1.1}, {0.6}, {0}, {0}, {0.2}};
    return train(
        storage,
        session,
        network(
            0.05,
            scale,
            new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .activation(Activation.RELU)
                .hasBias(false)
                .nIn(2)
                .nOut(1)
                .build()),
        new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y).mul(scale)),
        steps);
  }

  /** Two layers on orthogonal inputs from a small start: the loss falls in steps. */
  static Run saddles(StatsStorageRouter storage, int steps) {
    return saddles(storage, "saddles", 0.01, steps);
  }

  /**
   * The same from a start times a factor: a large one goes straight, a small one by the saddles.
   */
  static Run saddles(StatsStorageRouter storage, String session, double scale, int steps) {
    int n = 8;
    INDArray x = Nd4j.eye(n).castTo(DataType.DOUBLE).muli(2);
    INDArray y = Nd4j.create(DataType.DOUBLE, n, 1);
    for (int i = 0; i < n; i++) {
      y.putScalar(i, 0, i % 2 == 0 ? 3 + i : -1 - i * 0.3);
    }
    return train(
        storage,
        session,
        network(
            0.01,
            scale,
            new DenseLayer.Builder()
                .nIn(n)
                .nOut(12)
                .hasBias(false)
                .activation(Activation.RELU)
                .build(),
            new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .hasBias(false)
                .nIn(12)
                .nOut(1)
                .build()),
        new DataSet(x, y),
        steps);
  }

  /**
   * The reference run s4a of arXiv:2206.00939's setting, sixty units on two orthogonal samples,
   * from its start times a factor; with the predictions of the library alone.
   */
  static Run orthogonal(StatsStorageRouter storage, String session, double scale, int steps)
      throws IOException {
    Path reference = Path.of("../implicit-bias-core/src/test/resources/reference");
    double[][] data = numbers(reference.resolve("s4a_fast_data.csv"));
    double[][] init = numbers(reference.resolve("s4a_fast_init.csv"));
    int units = init.length;
    MultiLayerNetwork net =
        network(
            0.005,
            1,
            new DenseLayer.Builder()
                .nIn(2)
                .nOut(units)
                .hasBias(false)
                .activation(Activation.RELU)
                .build(),
            new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                .activation(Activation.IDENTITY)
                .hasBias(false)
                .nIn(units)
                .nOut(1)
                .build());
    INDArray x = Nd4j.create(DataType.DOUBLE, data.length, 2);
    INDArray y = Nd4j.create(DataType.DOUBLE, data.length, 1);
    for (int i = 0; i < data.length; i++) {
      x.putScalar(i, 0, data[i][0]);
      x.putScalar(i, 1, data[i][1]);
      y.putScalar(i, 0, data[i][2]);
    }
    for (int j = 0; j < units; j++) {
      net.getParam("0_W").putScalar(0, j, scale * init[j][0]);
      net.getParam("0_W").putScalar(1, j, scale * init[j][1]);
      net.getParam("1_W").putScalar(j, 0, scale * init[j][2]);
    }
    return train(storage, session, net, new DataSet(x, y), steps, List.of());
  }

  private static double[][] numbers(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .skip(1)
        .map(line -> Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray())
        .toArray(double[][]::new);
  }

  /** Two classes on two sides of a line, leaky units, logistic loss. */
  static Run margin(StatsStorageRouter storage, int steps) {
    int n = 24;
    INDArray x = Nd4j.create(DataType.DOUBLE, n, 2);
    INDArray y = Nd4j.create(DataType.DOUBLE, n, 1);
    for (int i = 0; i < n; i++) {
      double side = i % 2 == 0 ? 1 : -1;
      x.putScalar(i, 0, side * (0.6 + 0.13 * ((i * 7) % 11)));
      x.putScalar(i, 1, Math.sin(1.7 * i));
      y.putScalar(i, 0, i % 2 == 0 ? 1 : 0);
    }
    return train(
        storage,
        "margin",
        network(
            0.3,
            0.3,
            new DenseLayer.Builder()
                .nIn(2)
                .nOut(10)
                .hasBias(false)
                .activation(Activation.RELU)
                .build(),
            new OutputLayer.Builder(LossFunctions.LossFunction.XENT)
                .activation(Activation.SIGMOID)
                .hasBias(false)
                .nIn(10)
                .nOut(1)
                .build()),
        new DataSet(x, y),
        steps);
  }
}
