package io.github.implicitbias.nn.init;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells when initial weights are too small for the data type of a network.
 *
 * <p>Below its smallest normal number (float and bfloat16 1.2e-38, half 6.1e-5, double 2.2e-308) a
 * type loses digits, and soon after becomes 0. Three sizes are compared with it: that of a typical
 * weight of a layer, the root mean square s; its square s^2, since gradients and outputs contain
 * products of weights of two layers (so s should be at least 1.1e-19 in float and 1.5e-154 in
 * double); and for a whole network the product of the typical norms s sqrt(inputs) of the incoming
 * vectors from the input on, the scale of what reaches a layer. Nothing of this is an error, and
 * training goes on, from a start that is partly or wholly 0.
 *
 * <p>The initializers of this package log a warning for their layer; {@link
 * #check(MultiLayerNetwork)} looks at all of an initialised network.
 */
final class UnderflowGuard {

  private static final Logger LOG = LoggerFactory.getLogger(UnderflowGuard.class);

  private UnderflowGuard() {}

  /**
   * Looks at the parameters of a network as they are now.
   *
   * <p>Recurrent weights count for their own size, not for the product over layers; slopes of PReLU
   * and gains of normalisations do not count at all. Activations are taken to keep the scale, as
   * ReLU and the identity do.
   *
   * @return one sentence for each thing that underflows, with the layer and what to change; empty
   *     when all is well
   * @throws IllegalStateException if {@code net.init()} was not called
   */
  public static List<String> check(MultiLayerNetwork net) {
    return check(LayerScale.of(net), net.getLayerWiseConfigurations().getDataType());
  }

  /**
   * Looks at the parameters of a network as they are now, as for a {@link MultiLayerNetwork}.
   *
   * <p>Where paths meet, the product over layers is the largest of those that arrive.
   *
   * @return one sentence for each thing that underflows, with the layer and what to change; empty
   *     when all is well
   * @throws IllegalStateException if {@code net.init()} was not called
   */
  public static List<String> check(ComputationGraph net) {
    return check(LayerScale.of(net), net.getConfiguration().getDataType());
  }

  private static List<String> check(List<LayerScale> layers, DataType type) {
    List<String> sentences = new ArrayList<>();
    for (LayerScale layer : layers) {
      layer.sizes().forEach((name, size) -> describe(name, size, type, sentences));
    }
    for (LayerScale layer : layers) {
      double log = layer.logScale();
      if (log < Math.log(smallestNormal(type)) && !layer.belowAnUnderflow(smallestNormal(type))) {
        sentences.add(
            "The typical incoming norms of "
                + layer.path()
                + " have the product "
                + power(log)
                + ", which underflows in type "
                + type
                + " (smallest normal number "
                + brief(smallestNormal(type))
                + "): what reaches the output of the last of them is 0 or loses digits; "
                + cure(type, "larger weights in one of them")
                + ".");
      }
    }
    return sentences;
  }

  /** Logs a warning if weights that a layer starts at underflow in its type. */
  static void warnOfLayer(Object init, double[] weights, DataType type) {
    List<String> sentences = new ArrayList<>();
    double size = rootMeanSquare(weights);
    if (size > 0) {
      describe(init.toString(), size, type, sentences);
    }
    warn(sentences);
  }

  /** Logs a warning if weights that a layer starts at, given in double, underflow in its type. */
  static void warnOfLayer(Object init, INDArray weights, DataType type) {
    warnOfLayer(init, values(weights), type);
  }

  /** Logs what {@link #check(MultiLayerNetwork)} finds. */
  static void warnOf(MultiLayerNetwork net) {
    warn(check(net));
  }

  /** Logs what {@link #check(ComputationGraph)} finds. */
  static void warnOf(ComputationGraph net) {
    warn(check(net));
  }

  private static void warn(List<String> sentences) {
    sentences.forEach(LOG::warn);
  }

  private static void describe(String name, double size, DataType type, List<String> sentences) {
    double smallest = smallestNormal(type);
    if (size == 0) {
      sentences.add(
          name
              + ": all weights are 0, so if they were not meant to be, they were too small for type"
              + " "
              + type
              + "; "
              + cure(type, leastSize(type))
              + ".");
    } else if (size < smallest) {
      sentences.add(
          name
              + ": a typical weight is "
              + brief(size)
              + ", which underflows in type "
              + type
              + " (smallest normal number "
              + brief(smallest)
              + "): weights lose digits or are 0; "
              + cure(type, leastSize(type))
              + ".");
    } else if (size * size < smallest) {
      sentences.add(
          name
              + ": a typical weight is "
              + brief(size)
              + ", whose square underflows in type "
              + type
              + " (smallest normal number "
              + brief(smallest)
              + "), as do outputs and gradients with another factor of this size; "
              + cure(type, leastSize(type))
              + ".");
    }
  }

  private static String cure(DataType type, String otherwise) {
    return (type == DataType.DOUBLE ? "use " : "use dataType(DataType.DOUBLE), or ") + otherwise;
  }

  /** The square root of the smallest normal number, rounded up. */
  private static String leastSize(DataType type) {
    switch (type) {
      case DOUBLE:
        return "weights of size at least 1.5e-154";
      case HALF:
        return "weights of size at least 7.9e-3";
      default:
        return "weights of size at least 1.1e-19";
    }
  }

  private static double smallestNormal(DataType type) {
    switch (type) {
      case DOUBLE:
        return Double.MIN_NORMAL;
      case HALF:
        return 0x1p-14;
      default:
        return Float.MIN_NORMAL;
    }
  }

  private static String brief(double value) {
    return String.format(Locale.ROOT, "%.1e", value);
  }

  /** Writes e^log, which may itself be too small for a double, with two digits. */
  private static String power(double log) {
    double decades = log / Math.log(10);
    double exponent = Math.floor(decades);
    long tenths = Math.round(10 * Math.pow(10, decades - exponent));
    if (tenths == 100) { // 9.96 is 1.0 of the next decade
      tenths = 10;
      exponent++;
    }
    return tenths / 10 + "." + tenths % 10 + "e" + (long) exponent;
  }

  /** Returns the root mean square, also where the squares of the values underflow. */
  static double rootMeanSquare(double[] values) {
    double largest = Arrays.stream(values).map(Math::abs).max().orElse(0);
    if (largest == 0) {
      return 0;
    }
    double sum = 0;
    for (double value : values) {
      double ratio = value / largest;
      sum += ratio * ratio;
    }
    return largest * Math.sqrt(sum / values.length);
  }

  /** Returns the entries as doubles, in any order. */
  static double[] values(INDArray array) {
    return array.castTo(DataType.DOUBLE).dup().data().asDouble();
  }
}
