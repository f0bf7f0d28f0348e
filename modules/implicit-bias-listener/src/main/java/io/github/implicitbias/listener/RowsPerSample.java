package io.github.implicitbias.listener;

import java.util.Set;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.StackVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.jspecify.annotations.Nullable;

/**
 * Why a layer puts out several rows for one sample: where sequences are handed to it step by step,
 * or several inputs of the network, one behind the other. Row k n + i is then sample i at step k,
 * or of input k.
 */
final class RowsPerSample {

  private static final Set<Class<?>> KEEP_ROWS =
      Set.of(
          ElementWiseVertex.class,
          L2NormalizeVertex.class,
          MergeVertex.class,
          ScaleVertex.class,
          ShiftVertex.class,
          SubsetVertex.class);

  private RowsPerSample() {}

  /**
   * Returns what the rows of a sample stand for: "time" or "input"; null if that is not known.
   *
   * @param rows how many a layer puts out for one sample
   */
  static @Nullable String axis(NetworkNode of, long rows) {
    for (@Nullable NetworkNode node = of; node != null; node = node.source()) {
      if (node.isLayer()) {
        @Nullable InputPreProcessor pre = node.preProcessor();
        if (pre != null) {
          boolean inTime =
              pre instanceof RnnToFeedForwardPreProcessor || pre instanceof RnnToCnnPreProcessor;
          if (inTime) {
            return "time";
          }
          if (!LayerReading.onlyReshapes(pre)) {
            return null;
          }
        }
      } else if (node.vertex() instanceof StackVertex) {
        return node.inputs() == rows ? "input" : null;
      } else if (node.vertex() == null || !KEEP_ROWS.contains(node.vertex().getClass())) {
        return null;
      }
    }
    return null;
  }

  /** Returns why the rows of a sample cannot be told apart, for a sentence about the layer. */
  static String whyNot(NetworkNode of, long rows) {
    for (@Nullable NetworkNode node = of; node != null; node = node.source()) {
      if (!node.isLayer() && node.vertex() != null) {
        return "it puts out "
            + rows
            + " rows for one sample behind the vertex "
            + node.name()
            + " ("
            + node.vertex().getClass().getSimpleName()
            + ")";
      }
    }
    return "it puts out " + rows + " rows for one sample";
  }
}
