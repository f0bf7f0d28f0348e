package io.github.implicitbias.nn.init;

import java.util.Arrays;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link NetworkInitializer#teacherStudent(MultiLayerNetwork, double)} describes. */
final class TeacherStudent extends RandomInitializer {

  private static final long serialVersionUID = 1L;

  @JsonProperty("weights")
  private final double[][][] weights;

  @JsonProperty("biases")
  private final double[] @Nullable [] biases;

  @JsonProperty("distance")
  private final double distance;

  @JsonCreator
  private TeacherStudent(
      @JsonProperty("weights") double[][][] weights,
      @JsonProperty("biases") double[] @Nullable [] biases,
      @JsonProperty("distance") double distance,
      @JsonProperty("seed") @Nullable Long seed) {
    super(seed);
    check(weights, biases);
    if (!(distance >= 0) || Double.isInfinite(distance)) {
      throw new IllegalArgumentException(
          "The distance from the teacher is " + distance + "; give a finite number from 0.");
    }
    this.weights = new double[weights.length][][];
    this.biases = new double[weights.length][];
    for (int l = 0; l < weights.length; l++) {
      this.weights[l] = UnitRows.checkedCopy(weights[l]);
      this.biases[l] = biases[l] == null ? null : biases[l].clone();
    }
    this.distance = distance;
  }

  TeacherStudent(double[][][] weights, double[] @Nullable [] biases, double distance) {
    this(weights, biases, distance, null);
  }

  TeacherStudent(MultiLayerNetwork teacher, double distance) {
    this(WeightStack.of(teacher), distance);
  }

  TeacherStudent(ComputationGraph teacher, double distance) {
    this(WeightStack.of(teacher), distance);
  }

  private TeacherStudent(WeightStack teacher, double distance) {
    this(weightsOf(teacher), biasesOf(teacher), distance, null);
  }

  @Override
  public TeacherStudent withSeed(long seed) {
    return new TeacherStudent(weights, biases, distance, seed);
  }

  @Override
  void start(WeightStack stack, Draws draws) {
    if (stack.size() != weights.length) {
      throw new IllegalArgumentException(
          "The teacher has "
              + weights.length
              + " layers with weights but the student "
              + stack.size()
              + "; give them the same number.");
    }
    double[][] start = new double[weights.length][];
    int trainable = 0;
    for (int l = 0; l < weights.length; l++) {
      WeightLayer layer = stack.layer(l);
      checkShape(layer, l);
      start[l] = teacherVectors(layer, l);
      if (layer.isFixed()) {
        checkFixed(layer, start[l]);
      } else {
        trainable = Math.addExact(trainable, start[l].length);
      }
    }
    if (trainable == 0) {
      throw new IllegalArgumentException(
          "Every layer of the student is fixed or frozen; leave one to be trained.");
    }
    double[] direction = new double[trainable];
    draws.direction(direction, 0, trainable);
    int next = 0;
    for (int l = 0; l < weights.length; l++) {
      if (!stack.layer(l).isFixed()) {
        for (int i = 0; i < start[l].length; i++) {
          start[l][i] += distance * direction[next++];
        }
        stack.layer(l).setTrained(start[l]);
      }
    }
  }

  /** Returns the incoming vectors of the teacher in the larger layer of the student. */
  private double[] teacherVectors(WeightLayer layer, int l) {
    int length = layer.vectorLength();
    double[] vectors = new double[Math.multiplyExact(layer.units(), length)];
    for (int unit = 0; unit < weights[l].length; unit++) {
      System.arraycopy(weights[l][unit], 0, vectors, unit * length, weights[l][unit].length);
      if (biases[l] != null) {
        vectors[unit * length + layer.inputs()] = biases[l][unit];
      }
    }
    return vectors;
  }

  private void checkShape(WeightLayer layer, int l) {
    boolean sameInputs = l > 0 || layer.inputs() == weights[l][0].length;
    boolean sameOutputs = l < weights.length - 1 || layer.units() == weights[l].length;
    boolean wideEnough =
        layer.inputs() >= weights[l][0].length && layer.units() >= weights[l].length;
    if (!sameInputs || !sameOutputs || !wideEnough) {
      throw new IllegalArgumentException(
          layer.subject()
              + " of the student has "
              + layer.shape()
              + ", but the teacher has "
              + UnitRows.describe(weights[l])
              + " there. Give both the same inputs and outputs, and the student at least as many"
              + " hidden units.");
    }
    if (biases[l] != null && !layer.hasBias()) {
      throw new IllegalArgumentException(
          layer.subject()
              + " of the student has no bias but that of the teacher has one; set hasBias(true) on"
              + " it.");
    }
  }

  private static void checkFixed(WeightLayer layer, double[] teacher) {
    double[] student = layer.vectors();
    for (int i = 0; i < teacher.length; i++) {
      if (student[i] != layer.precision().round(teacher[i])) {
        throw new IllegalArgumentException(
            layer.subject()
                + " of the student is fixed or frozen at other parameters than the teacher's; give"
                + " it those of the teacher.");
      }
    }
  }

  private static void check(double[][][] weights, double[] @Nullable [] biases) {
    if (weights == null || weights.length == 0 || biases == null) {
      throw new IllegalArgumentException(
          "The teacher has no layers; give the weights and biases of at least one.");
    }
    if (biases.length != weights.length) {
      throw new IllegalArgumentException(
          "The teacher has weights for "
              + weights.length
              + " layers and biases for "
              + biases.length
              + "; give one entry per layer, null for a layer without bias.");
    }
    for (int l = 0; l < weights.length; l++) {
      double[][] rows = UnitRows.checkedCopy(weights[l]);
      if (l > 0 && rows[0].length != weights[l - 1].length) {
        throw new IllegalArgumentException(
            "Layer "
                + l
                + " of the teacher has "
                + UnitRows.describe(rows)
                + ", but the layer before it has "
                + weights[l - 1].length
                + " units; give every unit one weight per unit before it.");
      }
      if (biases[l] != null && biases[l].length != rows.length) {
        throw new IllegalArgumentException(
            "Layer "
                + l
                + " of the teacher has "
                + rows.length
                + " units but "
                + biases[l].length
                + " biases; give one per unit, or null.");
      }
      if (biases[l] != null && !Arrays.stream(biases[l]).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException(
            "The biases of layer " + l + " of the teacher are not all finite; give finite ones.");
      }
    }
  }

  private static double[][][] weightsOf(WeightStack teacher) {
    double[][][] weights = new double[teacher.size()][][];
    for (int l = 0; l < weights.length; l++) {
      WeightLayer layer = teacher.layer(l);
      double[] vectors = layer.vectors();
      weights[l] = new double[layer.units()][];
      for (int unit = 0; unit < layer.units(); unit++) {
        int from = unit * layer.vectorLength();
        weights[l][unit] = Arrays.copyOfRange(vectors, from, from + layer.inputs());
      }
    }
    return weights;
  }

  private static double[] @Nullable [] biasesOf(WeightStack teacher) {
    double[][] biases = new double[teacher.size()][];
    for (int l = 0; l < biases.length; l++) {
      WeightLayer layer = teacher.layer(l);
      if (layer.hasBias()) {
        double[] vectors = layer.vectors();
        biases[l] = new double[layer.units()];
        for (int unit = 0; unit < layer.units(); unit++) {
          biases[l][unit] = vectors[unit * layer.vectorLength() + layer.inputs()];
        }
      }
    }
    return biases;
  }

  @Override
  Object[] distribution() {
    return new Object[] {weights, biases, distance};
  }

  @Override
  String describeDistribution() {
    int parameters = 0;
    for (int l = 0; l < weights.length; l++) {
      parameters += weights[l].length * weights[l][0].length;
      parameters += biases[l] == null ? 0 : biases[l].length;
    }
    return "teacher with "
        + weights.length
        + (weights.length == 1 ? " layer and " : " layers and ")
        + parameters
        + " parameters, distance "
        + distance;
  }
}
