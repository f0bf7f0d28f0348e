package io.github.implicitbias.nn.init;

import java.util.List;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.deeplearning4j.nn.weights.WeightInit;
import org.jspecify.annotations.Nullable;

/**
 * Starts for the weights of one layer.
 *
 * <p>What is drawn or given here goes into {@code weightInit(...)} of a layer and is part of its
 * configuration. {@link #set(MultiLayerNetwork, int, double[][], double[])} writes into a network
 * that is initialised already. Starts that couple layers are in {@link NetworkInitializer}.
 */
public final class Weights {

  private Weights() {}

  /**
   * Independent normal weights of mean 0, with a standard deviation that follows the number of
   * inputs.
   *
   * <p>Draws N(0, (scale / sqrt(fanIn))^2): the squared norm of an incoming vector with fanIn
   * entries has mean scale^2, and ||w||^2 fanIn / scale^2 is chi-square distributed with fanIn
   * degrees of freedom. Weights are drawn unit by unit.
   *
   * <p>The fan-in is the one Deeplearning4j gives its own initializers, so that {@code
   * gaussian(scale)} has the law of {@code WeightInit.NORMAL} times scale: the inputs of a dense,
   * output or simple recurrent layer, the channels in times the size of the kernel for
   * convolutions. It is not the number of entries of an incoming vector for an LSTM (the number of
   * cells, for both weight arrays), an embedding (1), a 1d convolution (the length of the kernel
   * counts twice) and a depthwise convolution (all channels count): there E ||w||^2 = scale^2
   * entries / fanIn. PReLU gives none; each slope then counts as one input.
   *
   * <p>Small normal weights are the start of Frei, Vardi, Bartlett, Srebro and Hu (arXiv
   * 2210.07082) for the hidden layer, there with a standard deviation ({@link
   * #gaussianOfDeviation}), and with a scale that goes to 0, of the hidden layer of Boursier,
   * Pillaud-Vivien and Flammarion (arXiv 2206.00939), whose code divides it by the square root of
   * units times inputs: {@code gaussian(scale / Math.sqrt(units))}.
   *
   * <p>Cost: O(weights), once.
   *
   * @param scale root mean square of the norm of an incoming vector with fanIn entries
   * @throws IllegalArgumentException if the scale is not positive and finite
   */
  public static DrawnWeights gaussian(double scale) {
    return GaussianWeights.ofScale(scale);
  }

  /**
   * Draws independent normal weights of mean 0 and this standard deviation, N(0, deviation^2),
   * whatever the number of inputs.
   *
   * @throws IllegalArgumentException if the deviation is not positive and finite
   */
  public static DrawnWeights gaussianOfDeviation(double deviation) {
    return GaussianWeights.ofStandardDeviation(deviation);
  }

  /**
   * Incoming vectors that are independent and uniform on the sphere of a given radius.
   *
   * <p>w_j = radius u_j with u_j uniform on the unit sphere. Every unit has the same norm: ||w_j||
   * is the radius to 2 units in the last place of a double, before the weights are rounded to the
   * data type of the network. With one input w_j is +radius or -radius. Directions are those of
   * normal vectors, unit by unit.
   *
   * <p>Meant for single neurons in the setting of Vardi, Yehudai and Shamir (arXiv 2106.01101), in
   * which gradient descent fails from some directions and radii and not from others. Cost:
   * O(weights), once.
   *
   * @param radius norm of every incoming vector
   * @throws IllegalArgumentException if the radius is not positive and finite
   */
  public static DrawnWeights sphere(double radius) {
    return new SphereWeights(radius);
  }

  /**
   * Incoming vectors that are orthogonal to each other and have the same norm.
   *
   * <p>With W [units, inputs] the matrix of rows: for units &lt;= inputs, W W^T = scale^2 I, every
   * unit having norm scale; with more units than inputs, where that cannot be, W^T W = scale^2 I:
   * the columns are orthogonal, the layer keeps angles, and the norms of the units are at most
   * scale. Entries of W W^T (or W^T W) are right to a few 1e-15 scale^2, before the weights are
   * rounded to the data type of the network. For convolutions a row is the flattened filter: it is
   * the filters that are orthogonal, not the convolution as a map.
   *
   * <p>W is Haar distributed, uniform among all such matrices: it is Q of the QR decomposition of a
   * matrix of independent normal numbers, its columns multiplied by the signs of the diagonal of R
   * (Mezzadri, Notices of the AMS 54, 2007).
   *
   * <p>Cost: O(units x inputs x min(units, inputs)), on one thread, and two doubles of memory per
   * weight.
   *
   * @param scale norm of the rows, or of the columns if there are more units than inputs
   * @throws IllegalArgumentException if the scale is not positive and finite
   */
  public static DrawnWeights orthonormal(double scale) {
    return new OrthonormalWeights(scale);
  }

  /**
   * The weights of any other initializer, times a factor: Glorot's times 0.01, for example.
   *
   * <p>W = factor V, V being what the other initializer draws for the layer in the data type of the
   * network; the product is formed in double and rounded once. Without a seed V is, number for
   * number, what the other initializer would have drawn from ND4J's generator in its place, so that
   * a network keeps its weights up to the factor. With a seed V is what it draws after the
   * generator was set to that seed, as for the first layer of a network with that {@code seed}; the
   * state of the generator is put back afterwards, so that later layers draw as if this one had
   * not. An initializer with a seed of its own keeps to that.
   *
   * <p>A negative factor is the mirror image, of the same law if the initializer's law is
   * symmetric.
   *
   * <p>Cost: that of the other initializer, and O(weights).
   *
   * @param init any initializer, of Deeplearning4j, of this package or your own
   * @param factor finite and not 0
   * @throws IllegalArgumentException if there is no initializer, or the factor is 0 or not finite
   */
  public static IWeightInit scaled(IWeightInit init, double factor) {
    return new ScaledWeights(init, factor);
  }

  /**
   * The weights of one of Deeplearning4j's named initializers, times a factor, as {@link
   * #scaled(IWeightInit, double)} describes.
   *
   * @param init any name but {@code DISTRIBUTION}
   * @param factor finite and not 0
   * @throws IllegalArgumentException if the name stands for no initializer by itself, or the factor
   *     is 0 or not finite
   */
  public static IWeightInit scaled(WeightInit init, double factor) {
    return new ScaledWeights(init, factor);
  }

  /**
   * The weights of any other initializer, times a factor, drawn from ND4J's generator set to a
   * seed.
   *
   * @param init any initializer, of Deeplearning4j, of this package or your own
   * @param factor finite and not 0
   * @throws IllegalArgumentException if there is no initializer, or the factor is 0 or not finite
   */
  public static IWeightInit scaled(IWeightInit init, double factor, long seed) {
    return new ScaledWeights(init, factor).withSeed(seed);
  }

  /**
   * The weights of one of Deeplearning4j's named initializers, times a factor, drawn from ND4J's
   * generator set to a seed.
   *
   * @param init any name but {@code DISTRIBUTION}
   * @param factor finite and not 0
   * @throws IllegalArgumentException if the name stands for no initializer by itself, or the factor
   *     is 0 or not finite
   */
  public static IWeightInit scaled(WeightInit init, double factor, long seed) {
    return new ScaledWeights(init, factor).withSeed(seed);
  }

  /**
   * Starts the weights of one layer at given values.
   *
   * <p>Row j of the given matrix is the incoming vector of unit j. Of dense, output and recurrent
   * layers Deeplearning4j holds the transpose, [nIn, nOut]; an LSTM has four units for each of its
   * n cells, the input, forget, output and modulation gates of all cells in this order, and takes
   * [nIn, 4 n] for the input and, with {@code weightInitRecurrent}, [n, 4 n] for the recurrent
   * weights. Of a convolution a unit is an output channel, and its row holds its filter channel by
   * channel, (plane by plane,) line by line. Of a depthwise convolution a unit is an output channel
   * too, with the filter of its one input channel.
   *
   * <p>In a network of type float the values are rounded to float. The values are part of the
   * configuration (JSON and YAML) and survive it exactly. An initializer sees no biases: use {@code
   * biasInit}, or {@link #set(MultiLayerNetwork, int, double[][], double[])} after {@code
   * net.init()}.
   *
   * <p>An initializer is not told which layer it serves. A deconvolution with as many channels in
   * as out looks like a convolution and gets its channels in and out exchanged.
   *
   * <p>Cost: O(weights), once.
   *
   * @param rowsPerUnit one row per unit, one column per input
   * @throws IllegalArgumentException if the matrix is empty, ragged or not finite
   */
  public static IWeightInit given(double[][] rowsPerUnit) {
    return new GivenWeights(rowsPerUnit);
  }

  /**
   * Writes weights and biases into one layer of an initialised network.
   *
   * <p>Row j of the given matrix is the incoming vector of unit j, entry j of the bias its bias.
   * The values are written into the parameters of the network in place and rounded to its data
   * type; a value that does not fit the layer throws before anything is written.
   *
   * @param net network on which {@code init()} was called
   * @param layer index of the layer, from 0
   * @param rowsPerUnit one row per unit, one column per input
   * @param bias one entry per unit; null for a layer without bias
   * @throws IllegalArgumentException if the layer does not exist, has no such parameters, has fixed
   *     ones, or has another shape, or if a value is not finite
   * @throws IllegalStateException if the network is not initialised
   */
  public static void set(
      MultiLayerNetwork net, int layer, double[][] rowsPerUnit, double @Nullable [] bias) {
    GivenParameters.apply(net, layer, rowsPerUnit, bias);
  }

  /**
   * Writes weights and biases into one layer of an initialised network, as {@link
   * #set(MultiLayerNetwork, int, double[][], double[])} does.
   *
   * @param net network on which {@code init()} was called
   * @param layer name of the layer
   * @param rowsPerUnit one row per unit, one column per input
   * @param bias one entry per unit; null for a layer without bias
   * @throws IllegalArgumentException if the layer does not exist, has no such parameters, has fixed
   *     ones, or has another shape, or if a value is not finite
   * @throws IllegalStateException if the network is not initialised
   */
  public static void set(
      ComputationGraph net, String layer, double[][] rowsPerUnit, double @Nullable [] bias) {
    GivenParameters.apply(net, layer, rowsPerUnit, bias);
  }

  /**
   * Tells which parameters of a network, as they are now, are too small for its data type.
   *
   * <p>Below its smallest normal number (float and bfloat16 1.2e-38, half 6.1e-5, double 2.2e-308)
   * a type loses digits, and soon after becomes 0. Three sizes are compared with it: that of a
   * typical weight of a layer, the root mean square s; its square s^2, since gradients and outputs
   * contain products of weights of two layers (so s should be at least 1.1e-19 in float and
   * 1.5e-154 in double); and for a whole network the product of the typical norms s sqrt(inputs) of
   * the incoming vectors from the input on, the scale of what reaches a layer. Nothing of this is
   * an error, and training goes on, from a start that is partly or wholly 0.
   *
   * <p>Recurrent weights count for their own size, not for the product over layers; slopes of PReLU
   * and gains of normalisations do not count at all. Activations are taken to keep the scale, as
   * ReLU and the identity do. The initializers of this package log the same sentences as warnings.
   *
   * @return one sentence for each thing that underflows, with the layer and what to change; empty
   *     when all is well
   * @throws IllegalStateException if {@code net.init()} was not called
   */
  public static List<String> underflows(MultiLayerNetwork net) {
    return UnderflowGuard.check(net);
  }

  /**
   * Tells which parameters of a network, as they are now, are too small for its data type, as for a
   * {@link MultiLayerNetwork}.
   *
   * <p>Where paths meet, the product over layers is the largest of those that arrive.
   *
   * @return one sentence for each thing that underflows, with the layer and what to change; empty
   *     when all is well
   * @throws IllegalStateException if {@code net.init()} was not called
   */
  public static List<String> underflows(ComputationGraph net) {
    return UnderflowGuard.check(net);
  }
}
