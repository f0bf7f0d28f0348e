package io.github.implicitbias.listener;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.RNNFormat;
import org.deeplearning4j.nn.conf.layers.BaseRecurrentLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.util.ConvolutionUtils;

/** On which axis of a layer's output the channels are, as the configuration says. */
final class LayerFormats {

  private LayerFormats() {}

  /**
   * Returns true if the channels are on the last axis of a node's output, false if on the second.
   * Layers that do not say take the format of the layer before them.
   *
   * @param rank of the output
   */
  static boolean channelsLast(NetworkNode of, int rank) {
    for (NetworkNode node = of; node != null; node = node.source()) {
      Boolean last = node.isLayer() ? channelsLast(node.layer(), rank) : null;
      if (last != null) {
        return last;
      }
    }
    return false;
  }

  /** Returns true if the positions of a rank-3 output are those of a convolution, not of time. */
  static boolean isConvolution1D(NetworkNode of) {
    for (NetworkNode node = of; node != null; node = node.source()) {
      if (node.isLayer()) {
        Layer layer = inner(node.layer());
        if (layer instanceof Convolution1DLayer || layer instanceof Subsampling1DLayer) {
          return true;
        }
        if (layer instanceof BaseRecurrentLayer) {
          return false;
        }
      }
    }
    return false;
  }

  private static Layer inner(Layer layer) {
    if (layer instanceof Bidirectional) {
      return inner(((Bidirectional) layer).getFwd());
    }
    return layer instanceof BaseWrapperLayer && !(layer instanceof TimeDistributed)
        ? inner(((BaseWrapperLayer) layer).getUnderlying())
        : layer;
  }

  private static Boolean channelsLast(Layer wrapped, int rank) {
    Layer layer = inner(wrapped);
    Object format = rank == 3 ? timeFormat(layer) : rank == 4 ? format2D(layer) : format3D(layer);
    return format == null
        ? null
        : format == RNNFormat.NWC
            || format == CNN2DFormat.NHWC
            || format == Convolution3D.DataFormat.NDHWC;
  }

  private static Object timeFormat(Layer layer) {
    if (layer instanceof BaseRecurrentLayer) {
      return ((BaseRecurrentLayer) layer).getRnnDataFormat();
    }
    if (layer instanceof RnnOutputLayer) {
      return ((RnnOutputLayer) layer).getRnnDataFormat();
    }
    if (layer instanceof RnnLossLayer) {
      return ((RnnLossLayer) layer).getRnnDataFormat();
    }
    if (layer instanceof TimeDistributed) {
      return ((TimeDistributed) layer).getRnnDataFormat();
    }
    if (layer instanceof Convolution1DLayer) {
      return ((Convolution1DLayer) layer).getRnnDataFormat();
    }
    if (layer instanceof EmbeddingSequenceLayer) {
      return ((EmbeddingSequenceLayer) layer).getOutputFormat();
    }
    return layer instanceof Subsampling1DLayer
        ? ((Subsampling1DLayer) layer).getCnn2dDataFormat()
        : null;
  }

  private static Object format2D(Layer layer) {
    if (layer instanceof BatchNormalization) {
      return ((BatchNormalization) layer).getCnn2DFormat();
    }
    if (layer instanceof CnnLossLayer) {
      return ((CnnLossLayer) layer).getFormat();
    }
    try {
      return ConvolutionUtils.getFormatForLayer(layer);
    } catch (IllegalArgumentException notOfThisKind) {
      return null;
    }
  }

  private static Object format3D(Layer layer) {
    if (layer instanceof Convolution3D) {
      return ((Convolution3D) layer).getDataFormat();
    }
    if (layer instanceof Deconvolution3D) {
      return ((Deconvolution3D) layer).getDataFormat();
    }
    if (layer instanceof Cnn3DLossLayer) {
      return ((Cnn3DLossLayer) layer).getDataFormat();
    }
    return layer instanceof Subsampling3DLayer
        ? ((Subsampling3DLayer) layer).getDataFormat()
        : null;
  }
}
