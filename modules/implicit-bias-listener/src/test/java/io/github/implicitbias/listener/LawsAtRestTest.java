package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.predictions.Predictions;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Laws that begin to look where training is at rest: residuals are differences of nearly equal
 * numbers there, so that hardly a digit of them is right, and that violates nothing.
 */
class LawsAtRestTest {

  private static final int INPUTS = 14;
  private static final Set<String> LAWS =
      Predictions.laws().stream().map(Law::id).collect(Collectors.toSet());

  private static final List<Goal> GOALS =
      List.of(
          new Goal(LossFunction.MSE, Activation.IDENTITY),
          new Goal(LossFunction.MSE, Activation.RELU),
          new Goal(LossFunction.MSE, Activation.SIGMOID),
          new Goal(LossFunction.L2, Activation.IDENTITY),
          new Goal(LossFunction.L1, Activation.IDENTITY),
          new Goal(LossFunction.MEAN_ABSOLUTE_ERROR, Activation.RELU),
          new Goal(LossFunction.HINGE, Activation.IDENTITY),
          new Goal(LossFunction.SQUARED_HINGE, Activation.IDENTITY),
          new Goal(LossFunction.MCXENT, Activation.SOFTMAX),
          new Goal(LossFunction.MSE, Activation.SOFTMAX),
          new Goal(LossFunction.XENT, Activation.SIGMOID));

  /** A loss behind an activation. */
  private static final class Goal {
    final LossFunction loss;
    final Activation activation;

    Goal(LossFunction loss, Activation activation) {
      this.loss = loss;
      this.activation = activation;
    }

    boolean isSign() {
      return loss == LossFunction.HINGE || loss == LossFunction.SQUARED_HINGE;
    }

    boolean fitsNumbers() {
      return !isSign() && (activation == Activation.IDENTITY || activation == Activation.RELU);
    }

    @Override
    public String toString() {
      return loss + " behind " + activation;
    }
  }

  @Test
  void labelsThatAreFitted() {
    for (Goal goal : GOALS) {
      isNotViolated(goal, DataType.FLOAT, "plain", 9, 1);
    }
    isNotViolated(GOALS.get(1), DataType.DOUBLE, "deep", 9, 1);
    isNotViolated(GOALS.get(0), DataType.DOUBLE, "plain", 9, 1e3);
    isNotViolated(GOALS.get(0), DataType.DOUBLE, "normalized", 9, 1);
  }

  @Test
  void labelsThatCannotBeFitted() {
    isNotViolated(GOALS.get(0), DataType.DOUBLE, "deep", 60, 1);
    isNotViolated(GOALS.get(0), DataType.FLOAT, "normalized", 60, 1);
    isNotViolated(GOALS.get(8), DataType.FLOAT, "normalized", 60, 1);
  }

  @Test
  @Tag("thorough")
  void everyLossAndTypeAndKind() {
    for (Goal goal : GOALS) {
      for (DataType type : List.of(DataType.FLOAT, DataType.DOUBLE)) {
        for (String kind : List.of("plain", "deep", "normalized")) {
          for (int samples : new int[] {9, 60}) {
            for (double size : goal == GOALS.get(0) ? new double[] {1, 1e3} : new double[] {1}) {
              isNotViolated(goal, type, kind, samples, size);
            }
          }
        }
      }
    }
  }

  private static void isNotViolated(
      Goal goal, DataType type, String kind, int samples, double size) {
    DataSet data = data(goal, type, samples, size);
    MultiLayerNetwork net = network(goal, type, kind);
    for (double rate : new double[] {0.05, 5e-3, 5e-4}) {
      net.setLearningRate(rate * size);
      for (int step = 0; step < 80; step++) {
        net.fit(data);
      }
    }
    ImplicitBiasListener bias = ImplicitBiasListener.builder().lawsEvery(1).build();
    net.setListeners(bias);
    for (int step = 0; step < 5; step++) {
      net.fit(data);
    }
    bias.close();
    String words = goal + " " + type + " " + kind + " " + samples + " " + size;
    assertEquals(Map.of(), bias.failures(), words);
    for (RunVerdict verdict : bias.run().verdicts()) {
      assertTrue(
          !LAWS.contains(verdict.id()) || verdict.state() != Verdict.State.VIOLATED,
          () -> words + ", loss " + net.score() + ": " + verdict);
    }
  }

  private static MultiLayerNetwork network(Goal goal, DataType type, String kind) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().seed(7).dataType(type).updater(new Adam(0.02)).list();
    int below = INPUTS;
    if (!kind.equals("plain")) {
      boolean isNormalized = kind.equals("normalized");
      Activation hidden = isNormalized ? Activation.IDENTITY : Activation.RELU;
      list.layer(new DenseLayer.Builder().nIn(below).nOut(20).activation(hidden).build());
      if (isNormalized) {
        list.layer(new BatchNormalization.Builder().nIn(20).nOut(20).build());
      }
      below = 20;
    }
    list.layer(
        new OutputLayer.Builder(goal.loss).activation(goal.activation).nIn(below).nOut(3).build());
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static DataSet data(Goal goal, DataType type, int samples, double size) {
    SplittableRandom random = new SplittableRandom(11);
    INDArray x = Nd4j.create(DataType.DOUBLE, samples, INPUTS);
    INDArray y = Nd4j.zeros(DataType.DOUBLE, samples, 3);
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k < INPUTS; k++) {
        x.putScalar(i, k, random.nextDouble() - 0.5);
      }
      int label = random.nextInt(3);
      for (int k = 0; k < 3; k++) {
        double number = i == 0 ? 0 : size * (random.nextDouble() + 0.2);
        double mark = k == label ? 1 : goal.isSign() ? -1 : 0;
        y.putScalar(i, k, goal.fitsNumbers() ? number : mark);
      }
    }
    return new DataSet(x.castTo(type), y.castTo(type));
  }
}
