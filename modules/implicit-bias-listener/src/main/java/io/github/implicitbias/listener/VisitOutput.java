package io.github.implicitbias.listener;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.loss.BatchLoss;
import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.network.AffinePreActivation;
import io.github.implicitbias.core.visit.LabelKind;
import io.github.implicitbias.core.visit.VisitedBatch;
import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.params.CenterLossParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;

/*
 * Outputs that are sequences or images have a row for each position: row i * positions + p is sample
 * i at position p, whatever the order in DL4J. DL4J's score adds the losses of the positions up and
 * divides by the number of samples, so the loss of a sample is a sum over its positions.
 *
 * What the score saw is read at the backward pass, when dropout has changed the input of the layer.
 * DL4J's layers with weights multiply the pre-activations of a row by its weight before the loss
 * sees them; loss layers do not (see HeadLoss).
 */

/**
 * One output of a network, at each visit: its pre-activations, its labels and what masks them, and
 * from these margins, confidences and losses of the samples. Not thread-safe.
 */
final class VisitOutput {

  private final NetworkNode node;
  private final DataType type;
  private final NativeReader reader;
  private final OutputProduct product;
  private final ILossFunction loss;
  private final IActivation activation;
  private final OutputRounding rounding;
  private final @Nullable PerSampleLoss onArrays;
  private final boolean affine;
  private final boolean hasCenters;
  private @Nullable String whyNoLosses;

  private int samples;
  private int positions;
  private int outputs;
  private int labelWidth;
  private double[] z = {};
  private double[] y = {};
  private double[] rows = {};
  private double[] given = {};
  private double[] derivative = {};
  private double[] sampleLosses = {};
  private double[] samplePulls = {};
  private boolean weighted;
  private boolean derivativesKnown;

  private VisitOutput(NetworkNode node, DataType type, NativeReader reader) {
    this.node = node;
    this.type = type;
    this.reader = reader;
    this.product = new OutputProduct(node, reader);
    Layer layer = node.layer();
    loss = LossTask.lossOf(layer);
    activation = LossTask.activationOf(layer);
    rounding = new OutputRounding(loss, activation, type);
    affine = layer instanceof BaseOutputLayer;
    hasCenters = layer instanceof CenterLossOutputLayer;
    BatchLoss known = StockLosses.of(loss, activation);
    onArrays = known instanceof PerSampleLoss ? (PerSampleLoss) known : null;
    whyNoLosses = whyNoLosses(known);
  }

  private @Nullable String whyNoLosses(@Nullable BatchLoss known) {
    String name = loss.getClass().getSimpleName();
    boolean ofAll = known != null ? !(known instanceof PerSampleLoss) : loss instanceof BatchLoss;
    if (ofAll) {
      return name + " is a loss of all samples together";
    }
    if (onArrays == null && activation instanceof ActivationRReLU) {
      return "the activation function of " + node.name() + " is random";
    }
    return null;
  }

  /** Returns a reader of an output; null if {@link #problem} says why not. */
  static @Nullable VisitOutput of(NetworkNode node, DataType type, NativeReader reader) {
    return problem(node) == null ? new VisitOutput(node, type, reader) : null;
  }

  /** Returns why an output cannot be read; null if it can. */
  static @Nullable String problem(NetworkNode node) {
    if (!node.isLayer()) {
      return "the output " + node.name() + " is not a layer";
    }
    Layer layer = node.layer();
    boolean known =
        layer.getClass() == org.deeplearning4j.nn.conf.layers.OutputLayer.class
            || layer.getClass() == RnnOutputLayer.class
            || layer.getClass() == CenterLossOutputLayer.class
            || layer instanceof AffinePreActivation && layer instanceof BaseOutputLayer
            || layer.getClass() == LossLayer.class
            || layer.getClass() == RnnLossLayer.class
            || layer.getClass() == CnnLossLayer.class
            || layer.getClass() == Cnn3DLossLayer.class;
    return known
        ? null
        : "the output "
            + node.name()
            + " is a "
            + layer.getClass().getSimpleName()
            + ", whose outputs are not known here";
  }

  NetworkNode node() {
    return node;
  }

  /** Returns true if the labels are classes. */
  boolean classifies() {
    return LossTask.classifies(loss, activation);
  }

  /** Returns what the labels of an output of a width say. */
  LabelKind kind(int width) {
    if (!classifies()) {
      return LabelKind.NUMBERS;
    }
    boolean one = width == 1;
    if (activation instanceof ActivationSoftmax) {
      return LabelKind.CLASSES;
    }
    if (activation instanceof ActivationSigmoid) {
      return one ? LabelKind.SIGMOID : LabelKind.INDEPENDENT;
    }
    return one ? LabelKind.SIGNS : LabelKind.NUMBERS;
  }

  /** Returns why samples have no losses of their own; null if they have. */
  @Nullable String whyNoLosses() {
    return whyNoLosses;
  }

  /** Returns the losses of the samples, as the score adds them up; absent where not known. */
  double[] losses() {
    return sampleLosses;
  }

  /** Returns by how much the sum of the losses may be off. */
  double rounding() {
    int length = Math.min(z.length, y.length);
    return rounding.ofLosses(z, y, derivativesKnown ? derivative : null, outputs, length);
  }

  /** Returns the norms of the derivatives of the samples' losses; absent where not known. */
  double[] pulls() {
    return samplePulls;
  }

  /** Returns what loss and activation are together. */
  StepNetwork.Goal goal() {
    return affine && !hasCenters ? StepPlan.goal(loss, activation) : StepNetwork.Goal.OTHER;
  }

  /**
   * Shows what was read last to laws.
   *
   * @param whole true to read the inputs of the layer, too
   */
  void show(BatchOutput into, boolean whole) {
    double[] derivatives = derivativesKnown ? derivative : null;
    into.show(samples, samples * positions, outputs, z, y, derivatives, sampleLosses, weighted);
    rounding.tell(into, z, y, outputs, samples);
    if (loss instanceof LossBinaryXENT) {
      into.sigmoidCutOff(((LossBinaryXENT) loss).getClipEps());
    }
    INDArray input = node.implementation().input();
    if (whole && affine && input != null) {
      int width = rows(input, false);
      into.inputs(rows, width);
    }
  }

  /** Returns what the score divides the losses of a batch by. */
  int divisor() {
    boolean sum = affine && !hasCenters && !node.implementation().conf().isMiniBatch();
    return sum ? 1 : samples;
  }

  /**
   * Reads the output at the backward pass.
   *
   * @param labels one row per sample
   * @param judged true to write labels, margins and confidences, and who takes no part
   * @param into where to write them
   * @return false if labels do not fit: nothing is known then
   */
  boolean read(int count, INDArray labels, boolean judged, VisitedBatch into) {
    samples = count;
    if (sampleLosses.length != count) {
      sampleLosses = new double[count];
      samplePulls = new double[count];
    }
    Arrays.fill(sampleLosses, Absent.VALUE);
    Arrays.fill(samplePulls, Absent.VALUE);
    if (!preActivations() || !labels(labels)) {
      return false;
    }
    double[] factors = weights(node.implementation().getMaskArray());
    weighted = !areZeroOrOne(factors);
    derivativesKnown = false;
    if (judged && labelWidth == outputs) {
      kind(outputs).judge(into, positions, z, y, outputs, factors);
    }
    if (whyNoLosses == null) {
      if (onArrays != null && labelWidth == outputs && areZeroOrOne(factors)) {
        lossesInJava(onArrays, factors);
      } else {
        lossesByFunction(factors);
      }
      if (hasCenters) {
        addDistancesToCenters();
      }
    }
    return true;
  }

  private boolean isLast(int rank) {
    return rank > 2 && LayerTable.channelsLast(node, rank);
  }

  /** Reads an array of any rank as rows, one per sample and position; returns their width. */
  private int rows(INDArray array, boolean ofLabels) {
    int rank = array.rank();
    INDArray ordered = array;
    int width = (int) (rank == 1 ? 1 : array.size(isLast(rank) ? rank - 1 : 1));
    if (rank > 2 && !isLast(rank)) {
      int[] axes = new int[rank];
      for (int k = 1; k < rank - 1; k++) {
        axes[k] = k + 1;
      }
      axes[rank - 1] = 1;
      ordered = array.permute(axes);
    }
    int length = (int) array.length();
    if (ofLabels) {
      given = given.length == length ? given : new double[length];
      reader.asDoubles(ordered, given);
    } else {
      rows = rows.length == length ? rows : new double[length];
      reader.asDoubles(ordered, rows);
    }
    return width;
  }

  private boolean preActivations() {
    INDArray input = node.implementation().input();
    if (input == null || input.size(0) != samples) {
      return false;
    }
    boolean floats = affine && input.rank() == 2 && type == DataType.FLOAT;
    if (floats && product.multiply(input, samples)) {
      positions = 1;
      return isProduct();
    }
    int width = rows(input, false);
    positions = rows.length / width / samples;
    if (affine) {
      return product.multiply(rows, width) && isProduct();
    }
    outputs = width;
    z = rows;
    return true;
  }

  private boolean isProduct() {
    outputs = product.outputs();
    z = product.preActivations();
    return true;
  }

  private boolean labels(INDArray labels) {
    if (labels.size(0) != samples) {
      return false;
    }
    labelWidth = rows(labels, true);
    if (given.length != samples * positions * labelWidth) {
      return false;
    }
    if (LossTask.takesIndices(loss)) {
      return classes();
    }
    boolean repeats =
        node.layer() instanceof AffinePreActivation
            && ((AffinePreActivation) node.layer()).repeatsLabels()
            && labelWidth == 1;
    if (repeats && outputs > 1) {
      y = y.length == z.length ? y : new double[z.length];
      for (int k = 0; k < z.length; k++) {
        y[k] = given[k / outputs];
      }
      labelWidth = outputs;
    } else {
      y = given;
    }
    return true;
  }

  /** Writes labels that are numbers of classes as rows with a 1; a number that is none as zeros. */
  private boolean classes() {
    if (labelWidth != 1) {
      return false;
    }
    if (y.length != z.length || y == given) {
      y = new double[z.length];
    }
    Arrays.fill(y, 0);
    for (int row = 0; row < samples * positions; row++) {
      double label = given[row];
      if (label >= 0 && label < outputs && label == (int) label) {
        y[row * outputs + (int) label] = 1;
      }
    }
    labelWidth = outputs;
    return true;
  }

  /** Returns a weight per row or one per entry; null if nothing is masked. */
  private double @Nullable [] weights(@Nullable INDArray mask) {
    return mask == null ? null : VisitWeights.of(mask, samples, positions, outputs, node, reader);
  }

  private static boolean areZeroOrOne(double @Nullable [] factors) {
    for (int k = 0; factors != null && k < factors.length; k++) {
      if (factors[k] != 0 && factors[k] != 1) {
        return false;
      }
    }
    return true;
  }

  private void lossesInJava(PerSampleLoss known, double @Nullable [] factors) {
    if (factors != null && factors.length != samples * positions) {
      lossesByFunction(factors);
      return;
    }
    derivative = derivative.length == z.length ? derivative : new double[z.length];
    derivativesKnown = true;
    for (int i = 0; i < samples; i++) {
      double sum = 0;
      double squares = 0;
      for (int row = i * positions; row < (i + 1) * positions; row++) {
        if (factors == null || factors[row] != 0) {
          int at = row * outputs;
          sum += known.valueAndDerivative(z, y, at, outputs, derivative);
          for (int k = at; k < at + outputs; k++) {
            squares += derivative[k] * derivative[k];
          }
        } else {
          Arrays.fill(derivative, row * outputs, (row + 1) * outputs, 0);
        }
      }
      sampleLosses[i] = sum;
      samplePulls[i] = Math.sqrt(squares);
    }
  }

  private void lossesByFunction(double @Nullable [] factors) {
    int count = samples * positions;
    try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
      INDArray mask = factors == null ? null : matrix(factors, factors.length / count);
      boolean indices = LossTask.takesIndices(loss);
      INDArray labels = indices ? matrix(given, 1) : matrix(y, labelWidth);
      double[] seen = factors != null && affine ? scaled(factors) : z;
      INDArray each = loss.computeScoreArray(labels, matrix(seen, outputs), activation, mask);
      double[] ofRows = each.castTo(DataType.DOUBLE).dup('c').data().asDouble();
      if (ofRows.length != count) {
        noLosses("it has " + ofRows.length + " losses for " + count + " rows");
        return;
      }
      // DL4J's losses of single samples lack the division that the score of the batch has.
      double factor = loss instanceof LossMAE ? 1.0 / labelWidth : 1;
      for (int i = 0; i < samples; i++) {
        double sum = 0;
        for (int row = i * positions; row < (i + 1) * positions; row++) {
          sum += ofRows[row];
        }
        sampleLosses[i] = sum * factor;
      }
    } catch (RuntimeException e) {
      noLosses("it cannot be asked for them: " + e);
    }
  }

  /** A center loss adds lambda / 2 times the squared distance to the center of the class. */
  private void addDistancesToCenters() {
    double half = ((CenterLossOutputLayer) node.layer()).getLambda() / 2;
    rows(node.implementation().input(), false);
    int width = rows.length / samples;
    double[] centers = new double[outputs * width];
    reader.asDoubles(node.parameter(CenterLossParamInitializer.CENTER_KEY), centers);
    for (int i = 0; i < samples; i++) {
      double squares = 0;
      for (int j = 0; j < width; j++) {
        double difference = rows[i * width + j];
        for (int k = 0; k < outputs; k++) {
          difference -= y[i * outputs + k] * centers[k * width + j];
        }
        squares += difference * difference;
      }
      sampleLosses[i] += half * squares;
    }
  }

  private void noLosses(String why) {
    whyNoLosses = loss.getClass().getSimpleName() + " does not tell the losses of samples: " + why;
    Arrays.fill(sampleLosses, Absent.VALUE);
  }

  private double[] scaled(double[] factors) {
    double[] seen = new double[z.length];
    boolean perRow = factors.length != z.length || outputs == 1;
    for (int k = 0; k < z.length; k++) {
      seen[k] = z[k] * factors[perRow ? k / outputs : k];
    }
    return seen;
  }

  private INDArray matrix(double[] values, int columns) {
    return Nd4j.createFromArray(values).reshape(values.length / columns, columns).castTo(type);
  }
}
