package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks, and what metrics see of them: plain arrays. */
abstract class ArraysOfNetworks {

  static final int SAMPLES = 70;
  static final int STEPS = 12;

  static DenseLayer dense(int in, int out, Activation activation) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(activation).build();
  }

  static OutputLayer softmax(int in, int out) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(out)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static OutputLayer linear(int in, int out) {
    return new OutputLayer.Builder(LossFunction.MSE)
        .nIn(in)
        .nOut(out)
        .activation(Activation.IDENTITY)
        .build();
  }

  static ActivationLayer activation(IActivation function) {
    return new ActivationLayer.Builder().activation(function).build();
  }

  static Probe probe(DataSet data) {
    return Viewed.probe(data.getFeatures(), data.getLabels());
  }

  static double[] flat(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup('c').data().asDouble();
  }

  static void assertIsParameters(WeightLayer layer, INDArray w, INDArray b) {
    assertArrayEquals(flat(w.transpose()), layer.weights(), layer.name());
    if (b == null) {
      assertNull(layer.biases());
    } else {
      assertArrayEquals(flat(b), layer.biases(), layer.name());
    }
  }

  /** Computes the outputs of a layer from what the view shows of it. */
  static double[] outputs(WeightLayer layer) {
    double[] x = layer.inputActivations();
    int samples = x.length / layer.inputs();
    double[] z = new double[samples * layer.units()];
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < layer.units(); j++) {
        double sum = layer.biases() == null ? 0 : layer.biases()[j];
        for (int k = 0; k < layer.inputs(); k++) {
          sum += layer.weights()[j * layer.inputs() + k] * x[i * layer.inputs() + k];
        }
        z[i * layer.units() + j] = sum > 0 ? sum : layer.negativeSlope() * sum;
      }
    }
    return z;
  }

  static void assertClose(double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance * (1 + Math.abs(expected[i])));
    }
  }

  /** Pre-activations of an output layer from what the view shows of it. */
  static double[] linearOutputs(WeightLayer layer) {
    double[] x = layer.inputActivations();
    double[] z = new double[x.length / layer.inputs() * layer.units()];
    for (int i = 0; i < z.length; i++) {
      int unit = i % layer.units();
      z[i] = layer.biases()[unit];
      for (int k = 0; k < layer.inputs(); k++) {
        z[i] +=
            layer.weights()[unit * layer.inputs() + k] * x[i / layer.units() * layer.inputs() + k];
      }
    }
    return z;
  }

  static void assertLossDerivatives(NetworkArrays view, DataSet data, double tolerance) {
    double[] z = view.outputPreActivations();
    INDArray preOutput = Nd4j.createFromArray(z).reshape(SAMPLES, view.outputs());
    INDArray p = Nd4j.nn().softmax(preOutput, 1);
    double[] expected = flat(p.sub(data.getLabels().castTo(DataType.DOUBLE)));
    assertClose(expected, view.lossDerivatives(), tolerance);
    assertSame(view.lossDerivatives(), view.lossDerivatives());
  }
}
