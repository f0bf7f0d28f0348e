package io.github.implicitbias.nn.init;

import io.github.implicitbias.nn.layer.DoubledDenseLayer;
import io.github.implicitbias.nn.layer.DoubledOutputLayer;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonSubTypes;
import org.nd4j.shade.jackson.annotation.JsonTypeInfo;

/**
 * Sets the start of a whole network, where the weights of one layer depend on those of another.
 *
 * <p>A weight initializer of Deeplearning4j sees one layer at a time; these are applied once, after
 * {@code net.init()} and before {@code fit}. They write the parameters in place, rounded to the
 * data type of the network. A network that does not fit is refused before anything is written, with
 * a sentence that names the layer and the reason.
 *
 * <p>They are no part of the configuration of the network: keep them beside it as JSON or YAML.
 * What is read back is equal to what was written. Reading names classes of this package and of
 * Deeplearning4j's weight initializers only, so that text from elsewhere loads no others.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = AllActive.class, name = "AllActive"),
  @JsonSubTypes.Type(value = Balanced.class, name = "Balanced"),
  @JsonSubTypes.Type(value = Dominated.class, name = "Dominated"),
  @JsonSubTypes.Type(value = FixedSigns.class, name = "FixedSigns"),
  @JsonSubTypes.Type(value = ScaledParameters.class, name = "ScaledParameters"),
  @JsonSubTypes.Type(value = SphereStart.class, name = "SphereStart"),
  @JsonSubTypes.Type(value = TeacherStudent.class, name = "TeacherStudent"),
  @JsonSubTypes.Type(value = Unbalanced.class, name = "Unbalanced"),
  @JsonSubTypes.Type(value = ZeroOutput.class, name = "ZeroOutput")
})
public interface NetworkInitializer {

  /**
   * Sets the parameters of a network.
   *
   * @throws IllegalStateException if {@code net.init()} was not called
   * @throws IllegalArgumentException if the network does not fit
   */
  void apply(MultiLayerNetwork net);

  /**
   * Sets the parameters of a network, whose layers must form one chain unless the initializer says
   * otherwise.
   *
   * @throws IllegalStateException if {@code net.init()} was not called
   * @throws IllegalArgumentException if the network does not fit
   */
  void apply(ComputationGraph net);

  /**
   * Returns the same start with draws from a generator of its own, so that it is the same whatever
   * the seed of the network; a start that draws nothing is returned as it is.
   */
  NetworkInitializer withSeed(long seed);

  /** Returns the initializer as JSON. */
  String toJson();

  /** Returns the initializer as YAML. */
  String toYaml();

  /**
   * Reads what {@link #toJson} has written.
   *
   * @throws IllegalArgumentException if the text is not an initializer of this package
   */
  static NetworkInitializer fromJson(String json) {
    return InitializerText.JSON.read(json);
  }

  /**
   * Reads what {@link #toYaml} has written.
   *
   * @throws IllegalArgumentException if the text is not an initializer of this package
   */
  static NetworkInitializer fromYaml(String yaml) {
    return InitializerText.YAML.read(yaml);
  }

  /**
   * Balanced initialisation: every hidden unit starts with an outgoing vector as long as its
   * incoming one.
   *
   * <p>With one output, a_j = s_j ||w_j|| with random signs s_j; with several, the outgoing vector
   * of unit j is uniform on the sphere of radius ||w_j||. In networks with more than two layers
   * this is done layer by layer from the input on: the outgoing vectors of a layer are the columns
   * of the next weight matrix (in the layout [units, inputs]), whose rows are the incoming vectors
   * of the next layer. A bias of the first hidden layer counts as one more input (the papers write
   * (x, 1)): it is drawn as the last entry of w_j, and ||w_j|| includes it. Later biases start at
   * 0.
   *
   * <p>Gradient flow conserves a_j^2 - ||w_j||^2 (Du, Hu and Lee 2018), so units started this way
   * stay balanced and keep the signs of a_j; this is the setting of Boursier, Pillaud-Vivien and
   * Flammarion (arXiv 2206.00939). It needs positively homogeneous hidden activations: ReLU, leaky
   * ReLU or the identity.
   *
   * <p>For the numbers that the network holds, |a_j^2 - ||w_j||^2| is at most 4 ulp of ||w_j||^2 in
   * its data type, for every ||w_j|| between the smallest normal number and the largest one. With
   * several outputs the same holds for the norm of the outgoing vector.
   *
   * <p>Draws: first the hidden layer, then unit by unit the outgoing vectors. Cost: O(parameters).
   *
   * @param hidden distribution of the incoming vectors of the first hidden layer
   * @throws IllegalArgumentException if it is null
   */
  static NetworkInitializer balanced(DrawnWeights hidden) {
    return new Balanced(hidden);
  }

  /**
   * Keeps the weights and biases that the first hidden layer has, and balances the later layers
   * with it as {@link #balanced} does.
   */
  static NetworkInitializer balancedWithPresentWeights() {
    return Balanced.ofPresentWeights();
  }

  /**
   * Starts the output weights of a network with one hidden layer at normal numbers that do not
   * depend on the hidden ones.
   *
   * <p>a_jk ~ N(0, outputDeviation^2) for unit j and output k. A bias of the hidden layer counts as
   * one more input: it is drawn as the last entry of w_j. A bias of the output layer starts at 0.
   * Any hidden activation will do. This is the usual start to compare {@link #balanced} with: the
   * gaps a_j^2 - ||w_j||^2 are what they are by chance, and gradient flow conserves them if the
   * activation is positively homogeneous.
   *
   * <p>Draws: first the hidden layer, then unit by unit the output weights. Cost: O(parameters).
   *
   * @param hidden distribution of the incoming vectors of the hidden layer
   * @param outputDeviation standard deviation of the output weights
   * @throws IllegalArgumentException if hidden is null, or the deviation not positive and finite
   */
  static NetworkInitializer unbalanced(DrawnWeights hidden, double outputDeviation) {
    return new Unbalanced(hidden, outputDeviation);
  }

  /**
   * Starts every unit of a network with one hidden layer with an output weight that dominates its
   * incoming vector.
   *
   * <p>|a_j| = ratio ||w_j|| with random signs and ratio &gt;= 1; with several outputs the outgoing
   * vector of unit j is uniform on the sphere of that radius. A bias of the hidden layer counts as
   * one more input: it is drawn as the last entry of w_j, and ||w_j|| includes it. A bias of the
   * output layer starts at 0.
   *
   * <p>|a_j| &gt;= ||w_j|| holds exactly for the numbers that the network holds; where the nearest
   * number is too small the next one is taken. Because gradient flow conserves a_j^2 - ||w_j||^2
   * (Du, Hu and Lee 2018), a_j then never changes sign: the assumption under which Boursier,
   * Pillaud-Vivien and Flammarion (arXiv 2206.00939) and later work fix the signs. It needs a
   * positively homogeneous hidden activation: ReLU, leaky ReLU or the identity.
   *
   * <p>Draws: first the hidden layer, then unit by unit the outgoing vectors. Cost: O(parameters).
   *
   * @param hidden distribution of the incoming vectors of the hidden layer
   * @param ratio |a_j| / ||w_j||
   * @throws IllegalArgumentException if hidden is null, or the ratio below 1 or not finite
   */
  static NetworkInitializer dominated(DrawnWeights hidden, double ratio) {
    return new Dominated(hidden, ratio);
  }

  /**
   * Antisymmetric initialisation: units come in pairs that cancel, so that the network starts at 0
   * for every input.
   *
   * <p>The units of a pair have the same incoming vector (and bias) and the output weights +a and
   * -a, or -a and +a: one random sign per pair and output. Biases of the output layer start at 0.
   * The units are those of the last hidden layer; earlier ones stay as they are. A bias of the last
   * hidden layer counts as one more input: it is drawn as the last entry of the incoming vector.
   * This is also known as the doubling trick; see Chizat, Oyallon and Bach (arXiv 1812.07956).
   *
   * <p>Use it with {@link DoubledDenseLayer} as last hidden layer and {@link DoubledOutputLayer}.
   * Units j and j + m/2 of m are then a pair, and the output is exactly 0 for every input whose
   * hidden activations and their weighted sums are finite, in float and in double, whatever kernels
   * and threads the matrix library picks, provided that it computes equal arrays equally each time.
   * (Tried with the kernels of OpenBLAS 0.3.19 for SSE, AVX, AVX2 and AVX-512 on one, two and four
   * threads.)
   *
   * <p>With stock layers the output is 0 up to rounding, because a matrix library adds up the units
   * in an order of its own. Units 2j and 2j + 1 are then a pair, and |a| is the power of two
   * nearest to the given magnitude (in ratio), so that little is rounded: |f| was at most 0.2 eps
   * sum_j |a_j| (|h_j| + sum_i |w_ji x_i| + |b_j|) in all that was measured, eps being 2^-23 for
   * float and 2^-52 for double. It was exactly 0 with the AVX kernels of OpenBLAS 0.3.19 on one
   * thread ({@code OPENBLAS_CORETYPE=SANDYBRIDGE}, {@code OMP_NUM_THREADS=1}), and it was not in
   * general with other kernels, or with more threads.
   *
   * <p>Any hidden activation will do, as long as nothing random (dropout, weight noise) tells the
   * units of a pair apart; what is zero is what comes before the output activation. Gradients are
   * not zero: a pair separates in the first step.
   *
   * <p>Draws: first one incoming vector per pair, then pair by pair the signs. Cost: O(parameters).
   *
   * @param hidden distribution of the incoming vectors of the last hidden layer
   * @param outputMagnitude |a|
   * @throws IllegalArgumentException if hidden is null, or the magnitude not positive and finite
   */
  static NetworkInitializer zeroOutput(DrawnWeights hidden, double outputMagnitude) {
    return new ZeroOutput(hidden, outputMagnitude);
  }

  /**
   * Starts the output weights of a network with one hidden layer at +1/sqrt(m) or -1/sqrt(m), with
   * random signs.
   *
   * <p>m is the number of hidden units; with several outputs every weight has a sign of its own.
   * The output layer is trained as usual: for one that no training moves use {@link
   * FixedSignOutputLayer}, as Frei, Vardi, Bartlett, Srebro and Hu (arXiv 2210.07082) do. A bias of
   * the hidden layer counts as one more input: it is drawn as the last entry of w_j. A bias of the
   * output layer starts at 0. Any hidden activation will do.
   *
   * <p>Draws: first the hidden layer, then unit by unit the signs. Cost: O(parameters).
   *
   * @param hidden distribution of the incoming vectors of the hidden layer
   * @throws IllegalArgumentException if it is null
   */
  static NetworkInitializer fixedSigns(DrawnWeights hidden) {
    return new FixedSigns(hidden);
  }

  /**
   * Starts every unit of the first layer in the span of the samples, on for all of them.
   *
   * <p>w = scale X^T (X X^T)^{-1} 1: the shortest vector with w . x_i = scale for every sample. A
   * bias of the layer starts at 0, layers after the first stay as they are. The samples must be
   * linearly independent, so at most as many as inputs. A network is refused if, for the numbers
   * rounded to its data type, some w . x_i is not above 8 eps ||w|| ||x_i||, because it might then
   * compute the sample as off.
   *
   * <p>This is the start of the reconstructed setting of Lai, Wang, Tao and Muthukumar (arXiv
   * 2603.04895), with scale 1e-6: it plays the part of w = 0 with sigma'(0) = 1. The paper's own
   * start is not known to us.
   *
   * <p>Nothing is drawn. Cost: O(samples^2 x inputs) once, when the initializer is made; the
   * samples are part of its JSON.
   *
   * @param x one row per sample as the first layer sees it, one column per input
   * @param scale w . x_i
   * @throws IllegalArgumentException if x is empty, ragged, not finite or linearly dependent (the
   *     message names its rank), or the scale is not positive and finite
   */
  static NetworkInitializer allActive(double[][] x, double scale) {
    return new AllActive(x, scale);
  }

  /**
   * Starts the units of the first layer uniformly on a sphere, with a bias that is 0 or positive.
   *
   * <p>w_j is uniform on the sphere of the given radius, the bias not included; b_j is 0 ({@link
   * #sphereWithZeroBias}) or the radius ({@link #sphereWithPositiveBias}). Layers after the first
   * stay as they are. For a network of one neuron, or of many neurons trained side by side, these
   * are the starts that Vardi, Yehudai and Shamir (arXiv 2106.01101) compare for a single neuron
   * with bias: a unit sphere with bias 0 may fail, a small sphere with a suitable bias starts below
   * the loss of the dead neuron. (What the paper states is quoted from memory here; the
   * measurements are ours.)
   *
   * <p>Draws: unit by unit. Cost: O(parameters of the first layer).
   *
   * @param radius norm of every incoming vector
   * @throws IllegalArgumentException if it is not positive and finite
   */
  static NetworkInitializer sphereWithZeroBias(double radius) {
    return SphereStart.withZeroBias(radius);
  }

  /**
   * Starts the units of the first layer as {@link #sphereWithZeroBias} does, but every bias at the
   * radius.
   *
   * @param radius norm of every incoming vector, and every bias
   * @throws IllegalArgumentException if it is not positive and finite
   */
  static NetworkInitializer sphereWithPositiveBias(double radius) {
    return SphereStart.withPositiveBias(radius);
  }

  /**
   * Starts a network, the student, at a given distance from another one, the teacher.
   *
   * <p>theta = theta_teacher + distance u, with u uniform on the unit sphere of the trainable
   * parameters of the student, biases included; ||theta - theta_teacher|| is the distance, up to
   * the rounding of theta. (It is the D of the analyses of a single neuron, arXiv 2106.01101, where
   * it never increases under gradient flow.) The student has as many layers with weights as the
   * teacher, the same inputs and outputs, and at least as many units in every hidden layer:
   * additional units are those of a teacher with zero weights in and out. A bias that only the
   * student has is one of 0 of the teacher. Layers of the student with fixed or frozen parameters
   * are left as they are and must equal the teacher's.
   *
   * <p>The parameters of the teacher are copied when the initializer is made, and are part of its
   * JSON. Activation functions are not compared: give the student those of the teacher. Labels are
   * what the teacher returns: {@code teacher.output(features)}.
   *
   * <p>Draws: layer by layer and unit by unit one normal number per trainable parameter, a unit's
   * bias after its weights. Cost: O(parameters).
   *
   * @param teacher initialised network, a chain of dense layers
   * @param distance ||theta - theta_teacher||, from 0
   * @throws IllegalStateException if {@code teacher.init()} was not called
   * @throws IllegalArgumentException if the teacher has layers of another kind
   */
  static NetworkInitializer teacherStudent(MultiLayerNetwork teacher, double distance) {
    return new TeacherStudent(teacher, distance);
  }

  /**
   * Starts a network, the student, at a given distance from another one, the teacher, as {@link
   * #teacherStudent(MultiLayerNetwork, double)} does.
   *
   * @param teacher initialised network, a chain of dense layers
   * @param distance ||theta - theta_teacher||, from 0
   * @throws IllegalStateException if {@code teacher.init()} was not called
   * @throws IllegalArgumentException if the teacher has layers of another kind
   */
  static NetworkInitializer teacherStudent(ComputationGraph teacher, double distance) {
    return new TeacherStudent(teacher, distance);
  }

  /**
   * Starts a network at a given distance from a teacher that is known as plain arrays; they are
   * copied.
   *
   * @param weights for every layer of the teacher one row per unit, one column per input
   * @param biases for every layer one entry per unit, null for a layer without bias
   * @param distance ||theta - theta_teacher||, from 0
   * @throws IllegalArgumentException if the arrays are not those of a network, or not finite
   */
  static NetworkInitializer teacherStudent(
      double[][][] weights, double[] @Nullable [] biases, double distance) {
    return new TeacherStudent(weights, biases, distance);
  }

  /**
   * Multiplies every trainable parameter of a network by a factor.
   *
   * <p>theta = factor theta_present, biases included. It is the global scale of studies of lazy and
   * rich training (after Chizat, Oyallon and Bach 2019): large factors give lazy training, in which
   * parameters hardly move relative to their size, small ones rich training. Parameters are
   * multiplied in double and rounded once.
   *
   * <p>It works on networks of any layers, and on graphs that are no chain. Layers with fixed or
   * frozen parameters are left as they are. Networks with batch normalization, layer normalization
   * or L2 normalization are refused, because normalization undoes the scale.
   *
   * <p>Nothing is drawn; applied twice, the factor counts twice. Cost: O(parameters).
   *
   * @throws IllegalArgumentException if the factor is not positive and finite
   */
  static NetworkInitializer scaledParameters(double factor) {
    return new ScaledParameters(factor);
  }
}
