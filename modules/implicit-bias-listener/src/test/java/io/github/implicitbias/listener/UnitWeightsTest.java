package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Run;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Weights of units as recorded of networks of DL4J. */
class UnitWeightsTest {

  private MultiLayerNetwork net;

  private Run train(Preset preset, DataSet data, int steps, Layer... layers) {
    net = Stacks.network(DataType.DOUBLE, new Sgd(0.02), layers);
    ImplicitBiasListener bias = ImplicitBiasListener.builder(data).preset(preset).build();
    net.addListeners(bias);
    for (int step = 0; step < steps; step++) {
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  private static Layer dense(int inputs, int units, Activation activation) {
    return new DenseLayer.Builder().nIn(inputs).nOut(units).activation(activation).build();
  }

  private static Layer output(LossFunction loss, int inputs, int units, Activation activation) {
    return new OutputLayer.Builder(loss).nIn(inputs).nOut(units).activation(activation).build();
  }

  private static List<String> ids(Run run) {
    return run.header().unitColumns().stream().map(Column::id).collect(Collectors.toList());
  }

  private static void assertFacts(Run run, String plane, String network, String loss) {
    Map<String, String> facts = run.header().provenance();
    assertEquals(plane, facts.get("weightSpace.layer0"));
    assertEquals(network, facts.get("weightSpace.layer0.network"));
    assertEquals(loss, facts.get("weightSpace.loss"));
  }

  @Test
  void functionOfOneInput_canBeDrawnFromTheRecordedNumbersAlone() {
    DataSet data = Stacks.classes(DataType.DOUBLE, 30, 1, 1, 5);
    Run run =
        train(
            Preset.STANDARD,
            data,
            200,
            dense(1, 15, Activation.RELU),
            output(LossFunction.MSE, 15, 1, Activation.IDENTITY));
    assertFacts(run, "input and bias", "two layers, one output", "mse");
    assertEquals(
        List.of("weightX", "weightY", "weightNorm", "unitBias", "outgoingWeight"), ids(run));
    double[] w = run.unitValues("weightX", "layer0", 200);
    double[] b = run.unitValues("weightY", "layer0", 200);
    double[] a = run.unitValues("outgoingWeight", "layer0", 200);
    double[] x = run.sampleValues("inputX", 0);
    double[] one = run.sampleValues("inputY", 0);
    double[] y = run.sampleValues("target", 200);
    INDArray f = net.output(data.getFeatures());
    for (int i = 0; i < x.length; i++) {
      double sum = run.value("outputBias", 200);
      for (int j = 0; j < w.length; j++) {
        sum += a[j] * Math.max(0, w[j] * x[i] + b[j] * one[i]);
      }
      assertEquals(f.getDouble(i), sum, 1e-12);
      assertEquals(data.getLabels().getDouble(i), y[i]);
    }
    assertNull(run.sampleValues("inputX", 100));
    assertEquals(201, run.unitSeries("weightX", "layer0", 3).size());
  }

  @Test
  void moreInputsAndOutputs_haveThePrincipalDirections_andNormsOfOutgoingWeights() {
    DataSet data = Stacks.classes(DataType.DOUBLE, 40, 5, 3, 6);
    Run run =
        train(
            Preset.FULL,
            data,
            20,
            dense(5, 12, Activation.LEAKYRELU),
            output(LossFunction.MCXENT, 12, 3, Activation.SOFTMAX));
    String plane = run.header().provenance().get("weightSpace.layer0");
    assertTrue(
        plane.matches(
            "principal directions, \\d+\\.\\d % and \\d+\\.\\d % of the squared norm of the"
                + " inputs"),
        plane);
    assertFacts(run, plane, "other", null);
    INDArray w = net.getParam("0_W");
    INDArray v = net.getParam("1_W");
    for (int j = 0; j < 12; j++) {
      assertEquals(
          w.getColumn(j).norm2Number().doubleValue(),
          run.unitValues("weightNorm", "layer0", 20)[j],
          1e-12);
      assertEquals(
          v.getRow(j).norm2Number().doubleValue(),
          run.unitValues("outgoingNorm", "layer0", 20)[j],
          1e-12);
    }
    // The squared norm in the plane is the sum of the squared coordinates.
    double norm = 0;
    double inPlane = 0;
    for (int i = 0; i < 40; i++) {
      norm += Math.pow(data.getFeatures().getRow(i).norm2Number().doubleValue(), 2);
      inPlane +=
          Math.pow(run.sampleValues("inputX", 0)[i], 2)
              + Math.pow(run.sampleValues("inputY", 0)[i], 2);
    }
    String[] words = plane.split(" ");
    double said = Double.parseDouble(words[2]) + Double.parseDouble(words[5]);
    assertEquals(said, 100 * inPlane / norm, 0.11);
  }

  @Test
  void singleNeuron_hasItsLossAndItsWeights() {
    double[][] x = {{1, 0.2}, {0.1, 1.1}, {-0.8, 0.9}};
    DataSet data =
        new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(new double[][] {{1}, {2}, {0}}));
    double[][] start = {{0, 0}};
    Run run =
        train(
            Preset.STANDARD,
            data,
            30,
            new NeuronOutputLayer.Builder(Losses.halfMeanSquare())
                .nIn(2)
                .neurons(1)
                .weightInit(Weights.given(start))
                .build());
    assertFacts(run, "inputs", "one neuron", "half-mse");
    assertEquals(List.of("weightX", "weightY", "weightNorm"), ids(run));
    assertArrayEquals(new double[1], run.unitValues("weightNorm", "layer0", 0));
    assertEquals(net.params().getDouble(1), run.unitValues("weightY", "layer0", 30)[0]);
  }

  @Test
  void logisticLoss_isTold_andOtherNetworksHaveNoColumns() {
    DataSet data = Stacks.classes(DataType.DOUBLE, 20, 2, 1, 7);
    Layer logistic = output(LossFunction.XENT, 6, 1, Activation.SIGMOID);
    Run run = train(Preset.STANDARD, data, 5, dense(2, 6, Activation.RELU), logistic);
    assertFacts(run, "inputs", "two layers, one output", "logistic");
    run = train(Preset.ECONOMY, data, 5, dense(2, 6, Activation.RELU), logistic);
    assertEquals(List.of(), ids(run));
    run =
        train(
            Preset.STANDARD,
            data,
            5,
            dense(2, 6, Activation.TANH),
            dense(6, 6, Activation.RELU),
            logistic);
    assertEquals(List.of(), ids(run));
    assertFacts(run, null, null, null);
    assertNull(run.sampleValues("inputX", 0));
  }

  @Test
  void unitMetricOfOnesOwn_isRecordedInEveryTrackedLayer() {
    DataSet data = Stacks.classes(DataType.DOUBLE, 20, 2, 1, 7);
    net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.02),
            dense(2, 6, Activation.RELU),
            dense(6, 4, Activation.RELU),
            output(LossFunction.MSE, 4, 1, Activation.IDENTITY));
    UnitMetric active =
        new UnitMetric() {
          @Override
          public String id() {
            return "activeSamples";
          }

          @Override
          public Cadence cadence(Dimensions dimensions) {
            return Cadence.everyRecord();
          }

          @Override
          public boolean evaluate(Observation observation, int layer, double[] into) {
            for (int unit = 0; unit < into.length; unit++) {
              into[unit] = observation.pattern(layer).activeSamples(unit);
            }
            return true;
          }
        };
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).preset(Preset.ECONOMY).unitMetric(active).build();
    net.addListeners(bias);
    for (int step = 0; step < 10; step++) {
      net.fit(data);
    }
    bias.close();
    Run run = bias.run();
    for (String layer : new String[] {"layer0", "layer1"}) {
      for (int step = 0; step <= 10; step++) {
        double[] found = run.unitValues("activeSamples", layer, step);
        assertEquals(layer.equals("layer0") ? 6 : 4, found.length);
        for (int unit = 0; unit < found.length; unit++) {
          String bits = run.patternAt(step, layer).hex(unit).substring(2);
          assertEquals(Long.bitCount(Long.parseLong(bits, 16)), found[unit]);
        }
      }
    }
  }
}
