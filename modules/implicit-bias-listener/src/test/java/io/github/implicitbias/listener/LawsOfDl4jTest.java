package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.shade.jackson.databind.JsonNode;
import org.nd4j.shade.jackson.databind.ObjectMapper;

/**
 * DL4J divides, decays and updates where docs/predictions.md says, and what laws see of its steps
 * is what an independent program has computed.
 */
class LawsOfDl4jTest {

  private static final double EXACT = 1e-12;

  static Stream<JsonNode> runs() throws IOException {
    JsonNode all = json("laws.json");
    return IntStream.range(0, all.size()).mapToObj(all::get);
  }

  private static JsonNode json(String name) throws IOException {
    try (InputStream in = LawsOfDl4jTest.class.getResourceAsStream("/reference/" + name)) {
      return new ObjectMapper().readTree(Objects.requireNonNull(in));
    }
  }

  private static double[][] matrix(JsonNode node) {
    return IntStream.range(0, node.size())
        .mapToObj(i -> vector(node.get(i)))
        .toArray(double[][]::new);
  }

  private static double[] vector(JsonNode node) {
    return IntStream.range(0, node.size()).mapToDouble(i -> node.get(i).asDouble()).toArray();
  }

  private static IUpdater updater(JsonNode run) {
    double rate = run.get("rate").asDouble();
    switch (run.get("updater").asText()) {
      case "sgd":
        return new Sgd(rate);
      case "nesterov":
        return new Nesterovs(rate, run.get("momentum").asDouble());
      default:
        return new Adam(rate);
    }
  }

  private static INDArray oneHot(JsonNode labels, int classes) {
    INDArray rows = Nd4j.zeros(DataType.DOUBLE, labels.size(), classes);
    for (int i = 0; i < labels.size(); i++) {
      rows.putScalar(i, labels.get(i).asInt(), 1);
    }
    return rows;
  }

  /** Compares what laws see of each step with the reference. */
  private static final class Seen extends StatedClaim implements Law {
    private final JsonNode steps;
    private int compared;

    Seen(JsonNode steps) {
      super("seen", Claim.that("What laws see is what was computed."));
      this.steps = steps;
    }

    @Override
    public Check start(StepNetwork network) {
      assertEquals(2, network.layers().size());
      assertEquals(StepNetwork.Goal.SOFTMAX, network.goal());
      return this::compare;
    }

    private Verdict compare(TrainingStep step) {
      JsonNode expected = steps.get((int) step.step());
      LayerSums in = step.sums(0);
      LayerSums out = step.sums(1);
      for (int j = 0; j < 4; j++) {
        double left = in.weightsTimesGradient()[j] + in.biases()[j] * in.biasGradient()[j];
        assertEquals(expected.get("unitIn").get(j).asDouble(), left, EXACT);
        assertEquals(
            expected.get("unitOut").get(j).asDouble(), out.source(LayerSums.Of.WG)[j], EXACT);
        assertEquals(expected.get("gb1").get(j).asDouble(), in.biasGradient()[j], EXACT);
        double balance =
            out.source(LayerSums.Of.WW)[j] - in.squares()[j] - in.biases()[j] * in.biases()[j];
        assertEquals(expected.get("balance").get(j).asDouble(), balance, EXACT);
        double sum = out.column(LayerSums.Column.W)[j];
        assertEquals(expected.get("classSums").get(j).asDouble(), sum, EXACT);
      }
      BatchOutput output = Objects.requireNonNull(step.output());
      assertEquals(expected.get("outputEuler").asDouble(), output.slopeAlong(), EXACT);
      double squares = 0;
      for (int k = 0; k < 3; k++) {
        squares += out.gradientSquares()[k] + out.biasGradient()[k] * out.biasGradient()[k];
      }
      assertEquals(expected.get("outputGradientNorm").asDouble(), Math.sqrt(squares), EXACT);
      compared++;
      return Verdict.holds(compared, 3);
    }
  }

  @ParameterizedTest
  @MethodSource("runs")
  void stepsOfTheReference_areThoseOfDl4j(JsonNode run) {
    DenseLayer.Builder hidden = new DenseLayer.Builder().nIn(3).nOut(4);
    OutputLayer.Builder last =
        new OutputLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).nIn(4).nOut(3);
    NeuralNetConfiguration.Builder builder =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .activation(Activation.RELU)
            .updater(updater(run));
    double decay = run.get("l2").asDouble();
    if (decay > 0 && run.get("decoupled").asBoolean()) {
      // Given to the builder of the network, DL4J 1.0.0-M2.1 applies it twice.
      hidden.weightDecay(decay, true);
      last.weightDecay(decay, true);
    } else if (decay > 0) {
      builder.l2(decay);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(builder.list().layer(hidden.build()).layer(last.build()).build());
    net.init();
    JsonNode first = run.get("steps").get(0);
    net.setParam("0_W", Nd4j.create(matrix(first.get("W1"))).transpose());
    net.setParam("0_b", Nd4j.create(vector(first.get("b1"))).reshape(1, 4));
    net.setParam("1_W", Nd4j.create(matrix(first.get("W2"))).transpose());
    net.setParam("1_b", Nd4j.create(vector(first.get("b2"))).reshape(1, 3));
    Seen seen = new Seen(run.get("steps"));
    ImplicitBiasListener bias = ImplicitBiasListener.builder().lawsEvery(1).law(seen).build();
    net.addListeners(bias);
    INDArray features = Nd4j.create(matrix(run.get("X")));
    for (int step = 0; step < 3; step++) {
      net.fit(features, oneHot(run.get("labels"), 3));
    }
    bias.close();
    assertEquals(3, seen.compared, bias.failures().toString());
    JsonNode end = run.get("final");
    for (int layer = 0; layer < 2; layer++) {
      double[][] w = matrix(end.get("W" + (layer + 1)));
      INDArray found = net.getParam(layer + "_W");
      for (int j = 0; j < w.length; j++) {
        for (int k = 0; k < w[j].length; k++) {
          assertEquals(w[j][k], found.getDouble(k, j), EXACT);
        }
      }
    }
    boolean adam = run.get("updater").asText().equals("adam");
    holds(bias, "unitRescaling");
    holds(bias, "outputEuler");
    holds(bias, "classSumsConserved");
    holds(bias, "outputGradientBounded");
    holds(bias, adam ? "adamStepBounded" : "balanceDriftLaw");
    if (run.get("updater").asText().equals("sgd")) {
      holds(bias, "calibrationOnAverage");
    }
  }

  private static RunVerdict holds(ImplicitBiasListener bias, String id) {
    for (RunVerdict verdict : bias.run().verdicts()) {
      if (verdict.id().equals(id)) {
        assertEquals(Verdict.State.HOLDS, verdict.state(), verdict.toString());
        assertTrue(verdict.measured() <= verdict.bound(), verdict.toString());
        return verdict;
      }
    }
    throw new AssertionError(id);
  }

  @Test
  void batchNormalization_takesTheLengthOut_butForEpsilon() throws IOException {
    JsonNode of = json("batch_normalization.json");
    double rate = of.get("rate").asDouble();
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(rate))
                .l2(of.get("l2").asDouble())
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(of.get("W").get(0).size())
                        .nOut(2)
                        .hasBias(false)
                        .activation(Activation.IDENTITY)
                        .build())
                .layer(new BatchNormalization.Builder().nIn(2).nOut(2).eps(0.05).build())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nIn(2)
                        .nOut(3)
                        .hasBias(false)
                        .build())
                .build());
    net.init();
    net.setParam("0_W", Nd4j.create(matrix(of.get("W"))).transpose());
    net.setParam("1_gamma", Nd4j.create(vector(of.get("gamma"))).reshape(1, 2));
    net.setParam("1_beta", Nd4j.create(vector(of.get("beta"))).reshape(1, 2));
    net.setParam("3_W", Nd4j.create(matrix(of.get("V"))).transpose());
    double[] found = new double[6];
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder().lawsEvery(1).law(new Normalized(found)).build();
    net.addListeners(bias);
    INDArray features = Nd4j.create(matrix(of.get("X")));
    net.fit(features, oneHot(of.get("labels"), 3));
    bias.close();
    for (int j = 0; j < 2; j++) {
      assertEquals(of.get("wDotG").get(j).asDouble(), found[j], EXACT);
      assertEquals(of.get("batchVariance").get(j).asDouble(), found[2 + j], EXACT);
      assertEquals(of.get("normSquaredNext").get(j).asDouble(), found[4 + j], EXACT);
    }
    holds(bias, "scaleInvariance");
    holds(bias, "unitRescaling");
  }

  private static final class Normalized extends StatedClaim implements Law {
    private final double[] found;

    Normalized(double[] found) {
      super("normalized", Claim.that("What laws see below batch normalization."));
      this.found = found;
    }

    @Override
    public Check start(StepNetwork network) {
      return step -> {
        LayerSums sums = step.sums(0);
        double[] variances = new double[2];
        assertTrue(step.variances(0, variances));
        for (int j = 0; j < 2; j++) {
          found[j] = sums.weightsTimesGradient()[j];
          found[2 + j] = variances[j];
          found[4 + j] =
              sums.squares()[j] + 2 * sums.weightsTimesUpdate()[j] + sums.updateSquares()[j];
        }
        return Verdict.holds(0, 1);
      };
    }
  }
}
