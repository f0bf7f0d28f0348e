package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.AffinePreActivation;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The weights of a layer as a matrix with one row per unit, and its biases. */
@SuppressWarnings("deprecation") // GravesLSTM is deprecated, and used
final class WeightMatrix {

  private static final String WEIGHTS = "W";
  private static final String BIASES = "b";

  /** Weights [channels out, channels in, kernel...]. */
  private static final Set<Class<?>> CONVOLUTIONS =
      Set.of(
          Convolution1D.class,
          Convolution1DLayer.class,
          Convolution2D.class,
          Convolution3D.class,
          ConvolutionLayer.class);

  /** Weights [channels in, channels out, kernel...]. */
  private static final Set<Class<?>> DECONVOLUTIONS =
      Set.of(Deconvolution2D.class, Deconvolution3D.class);

  /** Weights [inputs, units], not those of layers that are known by what they inherit. */
  private static final Set<Class<?>> DENSE =
      Set.of(
          EmbeddingLayer.class,
          EmbeddingSequenceLayer.class,
          GravesLSTM.class,
          LSTM.class,
          SimpleRnn.class);

  private final NetworkNode node;
  private final NativeReader reader;
  private final int units;
  private final int inputs;
  private final boolean hasBias;
  private INDArray asStored;
  private INDArray byUnit;
  private double[] weights;
  private double[] biases;

  WeightMatrix(NetworkNode node, NativeReader reader) {
    this.node = node;
    this.reader = reader;
    INDArray stored = node.parameter(WEIGHTS);
    boolean deconvolution = DECONVOLUTIONS.contains(node.layer().getClass());
    boolean convolution = CONVOLUTIONS.contains(node.layer().getClass());
    this.units = (int) stored.size(convolution ? 0 : 1);
    this.inputs = (int) (stored.length() / units);
    this.hasBias = node.parameter(BIASES) != null;
    if (!convolution && !deconvolution && stored.rank() != 2) {
      throw new IllegalStateException(
          node.name() + " has weights of " + stored.rank() + " axes where 2 were expected");
    }
  }

  /** Returns true if a layer has weights that are known to be such a matrix. */
  static boolean isIn(NetworkNode node) {
    if (!node.isLayer()) {
      return false;
    }
    Layer layer = node.layer();
    return layer instanceof DenseLayer
        || layer instanceof AffinePreActivation
        || (layer instanceof BaseOutputLayer && node.parameters() > 0)
        || CONVOLUTIONS.contains(layer.getClass())
        || DECONVOLUTIONS.contains(layer.getClass())
        || DENSE.contains(layer.getClass());
  }

  int units() {
    return units;
  }

  int inputs() {
    return inputs;
  }

  boolean hasBias() {
    return hasBias;
  }

  /** Lets the arrays of the network go. */
  void release() {
    asStored = null;
    byUnit = null;
  }

  /** Reads the weights, row-major, units x inputs; a kernel is flattened as it is stored. */
  double[] readWeights() {
    INDArray stored = node.parameter(WEIGHTS);
    if (stored != asStored) {
      asStored = stored;
      byUnit = byUnit(stored);
    }
    if (weights == null) {
      weights = new double[units * inputs];
    }
    reader.asDoubles(byUnit, weights);
    return weights;
  }

  private INDArray byUnit(INDArray stored) {
    if (CONVOLUTIONS.contains(node.layer().getClass())) {
      return stored;
    }
    int[] axes = new int[stored.rank()];
    for (int axis = 0; axis < axes.length; axis++) {
      axes[axis] = axis < 2 ? 1 - axis : axis;
    }
    return stored.permute(axes);
  }

  /** Reads the biases, one per unit; null without. */
  double[] readBiases() {
    if (!hasBias) {
      return null;
    }
    if (biases == null) {
      biases = new double[units];
    }
    reader.asDoubles(node.parameter(BIASES), biases);
    return biases;
  }
}
