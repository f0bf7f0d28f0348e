package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small recurrent networks, and what they compute, written out. */
abstract class Sequences {

  static final int SAMPLES = 7;
  static final int INPUTS = 3;
  static final int TIME = 6;
  static final int UNITS = 4;
  static final int STEPS = 6;

  static NeuralNetConfiguration.ListBuilder list(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.5))
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list;
  }

  static MultiLayerNetwork series(RNNFormat format, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        list(layers)
            .layer(
                new RnnOutputLayer.Builder(LossFunction.MSE)
                    .nOut(2)
                    .dataFormat(format)
                    .activation(Activation.TANH)
                    .build());
    return started(list.setInputType(InputType.recurrent(INPUTS, TIME, format)));
  }

  static MultiLayerNetwork started(MultiLayerConfiguration.Builder list) {
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  static DataSet data(RNNFormat format) {
    INDArray x = Followed.uniform(DataType.DOUBLE, 5, SAMPLES, INPUTS, TIME);
    INDArray y = Followed.uniform(DataType.DOUBLE, 6, SAMPLES, 2, TIME);
    return format == RNNFormat.NCW
        ? new DataSet(x, y)
        : new DataSet(x.permute(0, 2, 1).dup('c'), y.permute(0, 2, 1).dup('c'));
  }

  static double[][][] inputs(INDArray series, boolean last) {
    double[][][] x = new double[SAMPLES][TIME][INPUTS];
    for (int i = 0; i < SAMPLES; i++) {
      for (int t = 0; t < TIME; t++) {
        for (int c = 0; c < INPUTS; c++) {
          x[i][t][c] = last ? series.getDouble(i, t, c) : series.getDouble(i, c, t);
        }
      }
    }
    return x;
  }

  static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  static double act(Activation activation, double z) {
    switch (activation) {
      case RELU:
        return Math.max(z, 0);
      case SIGMOID:
        return sigmoid(z);
      default:
        return Math.tanh(z);
    }
  }

  /** Returns z of a simple recurrent layer, samples x (unit, time), by loops. */
  static double[][] simple(
      INDArray w, INDArray r, INDArray b, double[][][] x, Activation activation) {
    double[][] z = new double[x.length][UNITS * TIME];
    for (int i = 0; i < x.length; i++) {
      double[] h = new double[UNITS];
      for (int t = 0; t < TIME; t++) {
        double[] next = new double[UNITS];
        for (int u = 0; u < UNITS; u++) {
          double sum = b.getDouble(u);
          for (int c = 0; c < INPUTS; c++) {
            sum += x[i][t][c] * w.getDouble(c, u);
          }
          for (int v = 0; v < UNITS; v++) {
            sum += h[v] * r.getDouble(v, u);
          }
          z[i][u * TIME + t] = sum;
          next[u] = act(activation, sum);
        }
        h = next;
      }
    }
    return z;
  }

  /** Returns the memory cells of an LSTM, samples x (unit, time), by loops. */
  static double[][] cells(
      INDArray w, INDArray r, INDArray b, double[][][] x, Activation activation) {
    double[][] cells = new double[x.length][UNITS * TIME];
    for (int i = 0; i < x.length; i++) {
      double[] h = new double[UNITS];
      double[] c = new double[UNITS];
      for (int t = 0; t < TIME; t++) {
        double[] gates = new double[4 * UNITS];
        for (int g = 0; g < gates.length; g++) {
          gates[g] = b.getDouble(g);
          for (int k = 0; k < INPUTS; k++) {
            gates[g] += x[i][t][k] * w.getDouble(k, g);
          }
          for (int v = 0; v < UNITS; v++) {
            gates[g] += h[v] * r.getDouble(v, g);
          }
        }
        for (int u = 0; u < UNITS; u++) {
          double input = act(activation, gates[u]);
          double forget = sigmoid(gates[UNITS + u]);
          double output = sigmoid(gates[2 * UNITS + u]);
          double write = sigmoid(gates[3 * UNITS + u]);
          c[u] = forget * c[u] + write * input;
          h[u] = output * act(activation, c[u]);
          cells[i][u * TIME + t] = c[u];
        }
      }
    }
    return cells;
  }

  static void lossIsScore(Run run) {
    for (long step = run.firstStep(); step < run.lastStep(); step++) {
      assertEquals(run.value("score", step), run.value("loss", step), 1e-12, "at " + step);
    }
  }

  static void isUnitTime(Run run, String name) {
    TrackedLayer layer = Followed.layer(run, name);
    assertEquals("unit,time", layer.axes());
    assertArrayEquals(new int[] {UNITS, TIME}, layer.shape());
  }
}
