package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Stack;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.SingularValues;
import io.github.implicitbias.core.probe.Probe;
import java.util.Arrays;

/**
 * A network that is one layer of ReLU neurons, neuron k fitting column k of the labels: what does
 * not change in a run, found at the first record, the dear parts when they are first asked for. A
 * bias is the weight of an input 1.
 */
final class NeuronLayer implements Shared {

  private static final double LARGEST_WORK = 5e8;
  private static final double TOLERANCE = 1e-5;

  private boolean looked;
  private double precision;
  private boolean isLayer;
  private int count;
  private double[] features = {};
  private double[] labels = {};
  private int inputs;
  private int width;
  private boolean behindKink;
  private double factor = Double.NaN;
  private double curvature;
  private boolean curvatureKnown;
  private double[][] teachers = {};
  private double[] conditions = {};
  private double residual;
  private String noTeacher = "";

  static NeuronLayer of(Observation observation) {
    return observation.shared(NeuronLayer.class, NeuronLayer::new);
  }

  @Override
  public void compute(Observation observation) {
    if (!looked) {
      looked = true;
      look(observation);
    }
  }

  private void look(Observation observation) {
    Stack stack = observation.stack();
    if (stack == null || stack.depth() != 1) {
      return;
    }
    WeightLayer layer = stack.layer(0);
    isLayer = layer.negativeSlope() == 0 && layer.isTrained();
    if (!isLayer) {
      return;
    }
    Probe probe = observation.probe();
    count = layer.units();
    inputs = layer.inputs();
    width = inputs + (layer.hasBias() ? 1 : 0);
    behindKink = layer.isOutput();
    features = probe.features();
    if (probe.outputs() == count) {
      labels = probe.labels();
    } else if (probe.outputs() == 1) {
      double[] one = probe.labels();
      labels = new double[probe.samples() * count];
      for (int i = 0; i < one.length; i++) {
        Arrays.fill(labels, i * count, (i + 1) * count, one[i]);
      }
    }
    factor = factor(observation.network());
    precision = 2 * layer.precision().unit();
  }

  /** Returns kappa if the derivative of the loss by each output is kappa times its residual. */
  private double factor(NetworkView network) {
    double[] z = network.outputPreActivations();
    double[] derivatives = network.lossDerivatives();
    double kappa = network.training().kappa();
    if (z == null || derivatives == null || labels.length == 0 || !(kappa > 0)) {
      return Double.NaN;
    }
    for (int k = 0; k < labels.length; k++) {
      double expected = behindKink && !(z[k] > 0) ? 0 : kappa * (Math.max(0, z[k]) - labels[k]);
      if (!(Math.abs(derivatives[k] - expected) <= TOLERANCE * Math.abs(expected) + 1e-300)) {
        return Double.NaN;
      }
    }
    return kappa;
  }

  /** Returns true if the network is one trained layer of ReLU neurons; else nothing else is. */
  boolean isLayer() {
    return isLayer;
  }

  int count() {
    return count;
  }

  int samples() {
    return features.length / inputs;
  }

  /** Returns the number of weights of a neuron, a bias included. */
  int width() {
    return width;
  }

  boolean hasBias() {
    return width > inputs;
  }

  /** Returns the labels, samples x neurons. */
  double[] labels() {
    return labels;
  }

  double[] features() {
    return features;
  }

  boolean isSquaredLoss() {
    return factor > 0;
  }

  /**
   * Returns the length of the present step as one on F = (1/2n) sum of squared residuals of a
   * neuron.
   */
  double step(Observation observation) {
    return factor * observation.network().training().learningRate();
  }

  /**
   * Returns the precision of a neuron's weights: twice the rounding unit of their type, at least
   * 2^-23 if all of them are floats.
   */
  double precision(WeightLayer layer, int neuron) {
    boolean single = layer.bias(neuron) == (float) layer.bias(neuron);
    for (int j = neuron * inputs; single && j < (neuron + 1) * inputs; j++) {
      single = layer.weights()[j] == (float) layer.weights()[j];
    }
    return Math.max(precision, single ? 0x1p-23 : 0x1p-52);
  }

  double smallestLabel() {
    double smallest = Double.POSITIVE_INFINITY;
    for (double y : labels) {
      smallest = Math.min(smallest, y);
    }
    return smallest;
  }

  private double[][] rows() {
    double[][] rows = new double[samples()][width];
    for (int i = 0; i < rows.length; i++) {
      Arrays.fill(rows[i], 1);
      System.arraycopy(features, i * inputs, rows[i], 0, inputs);
    }
    return rows;
  }

  /** Returns true if {@link #curvature} is affordable. */
  boolean isCurvatureAffordable() {
    return 4.0 * samples() * width * Math.min(samples(), width) <= LARGEST_WORK;
  }

  /** Returns the largest eigenvalue of (1/n) X^T X; not a number if the samples are not finite. */
  double curvature() {
    if (!curvatureKnown) {
      curvatureKnown = true;
      double[] matrix = Arrays.stream(rows()).flatMapToDouble(Arrays::stream).toArray();
      SingularValues values = SingularValues.of(matrix, samples(), width);
      curvature = values == null ? Double.NaN : values.value(0) * values.value(0) / samples();
    }
    return curvature;
  }

  /**
   * Returns one row per neuron, the weights of the neuron that made its labels; no rows if there is
   * none, see {@link #whyNoTeacher}.
   */
  double[][] teachers() {
    if (teachers.length == 0 && noTeacher.isEmpty()) {
      findTeachers();
    }
    return teachers;
  }

  private void findTeachers() {
    double[][] found = new double[count][];
    double[][] columns = new double[count][];
    conditions = new double[count];
    double[][] x = rows();
    double work = 0;
    try {
      for (int k = 0; k < count; k++) {
        columns[k] = column(k);
        int same = 0;
        while (!Arrays.equals(columns[same], columns[k])) {
          same++;
        }
        if (same == k) {
          work += 4.0 * x.length * width * width;
          if (work > LARGEST_WORK) {
            noTeacher = "the data are too large to find the neurons that made the labels";
            return;
          }
          TeacherNeuron teacher = TeacherNeuron.of(x, columns[k]);
          found[k] = teacher.solution();
          conditions[k] = teacher.conditionNumber();
          residual = Math.max(residual, teacher.residual());
        } else {
          found[k] = found[same];
          conditions[k] = conditions[same];
        }
      }
    } catch (IllegalArgumentException e) {
      noTeacher = "the labels are not realizable by one neuron: " + e.getMessage();
      return;
    }
    teachers = found;
  }

  private double[] column(int neuron) {
    double[] column = new double[samples()];
    for (int i = 0; i < column.length; i++) {
      column[i] = labels[i * count + neuron];
    }
    return column;
  }

  String whyNoTeacher() {
    return noTeacher;
  }

  /** Returns by how much the neuron that was found may be less precise than the samples. */
  double conditionOf(int neuron) {
    return conditions[neuron];
  }

  /** Returns the largest difference between a label and what the neuron found makes of it. */
  double residual() {
    return residual;
  }

  /** Returns the largest norm of a sample, without the input 1 of the bias. */
  double radius() {
    double largest = 0;
    for (int i = 0; i < samples(); i++) {
      double squared = 0;
      for (int j = 0; j < inputs; j++) {
        squared += features[i * inputs + j] * features[i * inputs + j];
      }
      largest = Math.max(largest, squared);
    }
    return Math.sqrt(largest);
  }
}
