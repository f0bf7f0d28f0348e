package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Trains real networks and compares the patterns recorded with pre-activations known otherwise. */
final class Followed {

  /** |z| below this may have either sign: the two computations differ by rounding. */
  private static final double ROUNDING = 1e-10;

  private Followed() {}

  /**
   * Fits step by step and compares, at each, the recorded pattern of a layer.
   *
   * @param fit does one step
   * @param truth the pre-activations now, samples x units in the order of the run
   * @param leastFlips as many must happen for the comparison to mean something
   */
  static Run check(
      ImplicitBiasListener bias,
      String layer,
      int steps,
      Runnable fit,
      Supplier<double[][]> truth,
      int leastFlips) {
    List<double[][]> expected = new ArrayList<>();
    for (int step = 0; step <= steps; step++) {
      expected.add(truth.get());
      if (step < steps) {
        fit.run();
      }
    }
    bias.close();
    Run run = bias.run();
    assertEquals(steps + 1, run.size());
    int flips = 0;
    for (int step = 0; step <= steps; step++) {
      ActivationPattern pattern = run.patternAt(run.firstStep() + step, layer);
      double[][] z = expected.get(step);
      assertEquals(z.length, pattern.samples());
      assertEquals(z[0].length, pattern.units());
      for (int i = 0; i < z.length; i++) {
        for (int unit = 0; unit < z[i].length; unit++) {
          double value = z[i][unit];
          if (Math.abs(value) > ROUNDING || value == 0) {
            String what = layer + " at step " + step + " unit " + unit + " sample " + i;
            assertEquals(value > 0, pattern.isOn(unit, i), what + ": " + value);
          }
          flips += step > 0 && (value > 0) != (expected.get(step - 1)[i][unit] > 0) ? 1 : 0;
        }
      }
    }
    assertTrue(flips >= leastFlips, flips + " flips are too few for this test to mean anything");
    return run;
  }

  static TrackedLayer layer(Run run, String name) {
    return run.header().layers().stream().filter(l -> l.name().equals(name)).findFirst().get();
  }

  /** Returns the output of a layer whose activation is replaced by the identity. */
  static INDArray withIdentity(MultiLayerNetwork net, int layer, INDArray features) {
    MultiLayerNetwork other = new MultiLayerNetwork(net.getLayerWiseConfigurations().clone());
    ((BaseLayer) other.getLayerWiseConfigurations().getConf(layer).getLayer())
        .setActivationFn(new ActivationIdentity());
    other.init(net.params().dup(), false);
    return other.feedForwardToLayer(layer, features, false).get(layer + 1);
  }

  static INDArray withIdentity(ComputationGraph net, String layer, INDArray... features) {
    ComputationGraph other = new ComputationGraph(net.getConfiguration().clone());
    ((BaseLayer)
            ((org.deeplearning4j.nn.conf.graph.LayerVertex)
                    other.getConfiguration().getVertices().get(layer))
                .getLayerConf()
                .getLayer())
        .setActivationFn(new ActivationIdentity());
    other.init(net.params().dup(), false);
    return other.feedForward(features, false).get(layer);
  }

  /** Returns the numbers of an array, one row per sample, the other axes in the order given. */
  static double[][] rows(INDArray array, int... axes) {
    int[] order = new int[axes.length + 1];
    System.arraycopy(axes, 0, order, 1, axes.length);
    INDArray permuted = axes.length == 0 ? array : array.permute(order);
    return permuted
        .dup('c')
        .reshape('c', array.size(0), array.length() / array.size(0))
        .toDoubleMatrix();
  }

  /** Returns the largest of each group of neighbouring numbers. */
  static double[][] largest(double[][] rows, int group) {
    double[][] largest = new double[rows.length][rows[0].length / group];
    for (int i = 0; i < rows.length; i++) {
      for (int k = 0; k < largest[i].length; k++) {
        double max = rows[i][k * group];
        for (int p = 1; p < group; p++) {
          max = Math.max(max, rows[i][k * group + p]);
        }
        largest[i][k] = max;
      }
    }
    return largest;
  }

  /** Returns an array of numbers between -1 and 1, without touching ND4J's random numbers. */
  static INDArray uniform(DataType type, long seed, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    long length = 1;
    for (long axis : shape) {
      length *= axis;
    }
    double[] values = new double[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] = 2 * random.nextDouble() - 1;
    }
    return Nd4j.createFromArray(values).reshape(shape).castTo(type);
  }

  /** Returns one-hot labels. */
  static INDArray oneHot(DataType type, long seed, int samples, int classes) {
    SplittableRandom random = new SplittableRandom(seed);
    double[][] labels = new double[samples][classes];
    for (double[] row : labels) {
      row[random.nextInt(classes)] = 1;
    }
    return Nd4j.createFromArray(labels).castTo(type);
  }

  static DataSet images(long seed, int samples, int classes, long... shape) {
    long[] all = new long[shape.length + 1];
    all[0] = samples;
    System.arraycopy(shape, 0, all, 1, shape.length);
    return new DataSet(
        uniform(DataType.DOUBLE, seed, all), oneHot(DataType.DOUBLE, seed + 1, samples, classes));
  }
}
