package io.github.implicitbias.samples;

import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The units of one layer: what comes in, and what goes out to the first unit of the next layer. */
final class UnitCloud {

  /** One row per unit: its weights for the inputs. */
  private final double[][] incoming;

  /** One entry per unit, null if the layer has no bias. */
  private final double @Nullable [] bias;

  /** Norm of the outgoing weights; with one output its sign is that of the weight; or null. */
  private final double @Nullable [] outgoing;

  private UnitCloud(double[][] incoming, double @Nullable [] bias, double @Nullable [] outgoing) {
    this.incoming = incoming;
    this.bias = bias;
    this.outgoing = outgoing;
  }

  /** Reads the units of a layer off a network. */
  public static UnitCloud of(MultiLayerNetwork net, int layer) {
    INDArray w = net.getLayer(layer).getParam("W");
    INDArray b = net.getLayer(layer).getParam("b");
    double[][] incoming = w.transpose().toDoubleMatrix();
    double[] bias = b == null ? null : b.toDoubleVector();
    boolean last = layer == net.getnLayers() - 1;
    INDArray next = last ? null : net.getLayer(layer + 1).getParam("W");
    return new UnitCloud(incoming, bias, next == null ? null : outgoing(next));
  }

  private static double[] outgoing(INDArray next) {
    double[][] rows = next.toDoubleMatrix();
    double[] outgoing = new double[rows.length];
    for (int unit = 0; unit < rows.length; unit++) {
      outgoing[unit] = rows[unit].length == 1 ? rows[unit][0] : norm(rows[unit], 0);
    }
    return outgoing;
  }

  /** Returns how many units there are. */
  public int units() {
    return incoming.length;
  }

  /** Returns the weights of a unit for the inputs. */
  public double[] incoming(int unit) {
    return incoming[unit].clone();
  }

  /** Returns the bias of a unit, 0 if the layer has none. */
  public double bias(int unit) {
    return bias == null ? 0 : bias[unit];
  }

  /**
   * Returns the norm of the outgoing weights of a unit; with one output, the weight itself.
   *
   * @throws IllegalStateException if the layer is the last
   */
  public double outgoing(int unit) {
    if (outgoing == null) {
      throw new IllegalStateException("the last layer has no outgoing weights");
    }
    return outgoing[unit];
  }

  /** Returns the norm of the incoming weights of a unit, its bias included. */
  public double norm(int unit) {
    return norm(incoming[unit], bias == null ? 0 : bias[unit]);
  }

  private static double norm(double[] values, double last) {
    double norm = last;
    for (double value : values) {
      norm = Math.hypot(norm, value);
    }
    return Math.abs(norm);
  }
}
