package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The means per class of what the output layer takes, less their mean: M, K x width. With M M^T u =
 * e u, the pseudoinverse of S_B = M^T M / K is K times the sum of M^T u u^T M / e^2, so that tr(S_W
 * S_B^+) is K times the sum of mean_i (u . M (h_i - mean of its class))^2 / e^2: no matrix of the
 * width squared is made.
 */
final class ClassMeans implements Shared {

  private static final int MOST_CLASSES = 200;

  /** Eigenvalues below this share of the largest are 0. */
  private static final double RANK = 1e-10;

  private int classes;
  private int width;
  private double[] means = {};
  private double[] centre = {};
  private double[] rest = {};
  private double[] projected = {};
  private double within;
  private double agreement;
  private boolean known;

  @Override
  public Needs needs() {
    return Targets.NEEDS;
  }

  /** Returns why a value is absent where labels are one output per class. */
  String whyNone(Observation observation) {
    NetworkView network = observation.network();
    if (network.outputs() > MOST_CLASSES) {
      return "there are " + network.outputs() + " classes; needs at most " + MOST_CLASSES;
    }
    WeightLayer last = network.layers() == 0 ? null : network.layer(network.layers() - 1);
    if (last == null || !last.isOutput() || last.inputActivations() == null) {
      return "what the output layer takes is not known as a matrix";
    }
    Targets targets = Targets.of(observation);
    boolean[] present = new boolean[network.outputs()];
    for (int i = 0; i < targets.classes().length; i++) {
      present[targets.classes()[i]] |= targets.counts(i);
    }
    for (int c = 0; c < present.length; c++) {
      if (!present[c]) {
        return "no sample of the probe is of class " + c;
      }
    }
    return "at step " + observation.step() + " " + whyNoMeans();
  }

  private String whyNoMeans() {
    int equal = 0;
    int one = 0;
    for (int c = 0; c < classes; c++) {
      double square = ScalarProduct.of(means, c * width, means, c * width, width);
      if (!Double.isFinite(square)) {
        return "the mean of class " + c + " is not finite";
      }
      equal += square == 0 ? 1 : 0;
      one = square == 0 ? c : one;
    }
    return equal == classes
        ? "all classes have the same mean"
        : "the mean of class " + one + " is that of all classes";
  }

  boolean isKnown() {
    return known;
  }

  double within() {
    return within;
  }

  double agreement() {
    return agreement;
  }

  @Override
  public void compute(Observation observation) {
    known = false;
    NetworkView network = observation.network();
    Targets targets = Targets.of(observation);
    WeightLayer last = network.layers() == 0 ? null : network.layer(network.layers() - 1);
    classes = network.outputs();
    if (last == null || !last.isOutput() || !targets.isMulticlass() || classes > MOST_CLASSES) {
      return;
    }
    double[] h = last.inputActivations();
    double[] z = network.outputPreActivations();
    if (h == null || z == null || !findMeans(h, last.inputs(), targets)) {
      return;
    }
    known = findWithin(h, targets);
    findAgreement(h, z, targets);
  }

  private boolean findMeans(double[] h, int inputs, Targets targets) {
    width = inputs;
    means = new double[classes * width];
    centre = new double[width];
    rest = new double[width];
    projected = new double[classes];
    int[] of = targets.classes();
    int[] sizes = new int[classes];
    for (int i = 0; i < of.length; i++) {
      if (targets.counts(i)) {
        sizes[of[i]]++;
        Backpropagation.add(1, h, i * width, means, of[i] * width, width);
      }
    }
    for (int c = 0; c < classes; c++) {
      if (sizes[c] == 0) {
        return false;
      }
      for (int k = c * width; k < (c + 1) * width; k++) {
        means[k] /= sizes[c];
        centre[k - c * width] += means[k] / classes;
      }
    }
    for (int c = 0; c < classes; c++) {
      Backpropagation.add(-1, centre, 0, means, c * width, width);
    }
    return true;
  }

  /** Writes M (h_i - centre) and takes that of the class away. */
  private void project(double[] h, int sample, int ofClass) {
    System.arraycopy(h, sample * width, rest, 0, width);
    Backpropagation.add(-1, centre, 0, rest, 0, width);
    Backpropagation.add(-1, means, ofClass * width, rest, 0, width);
    for (int c = 0; c < classes; c++) {
      projected[c] = ScalarProduct.of(means, c * width, rest, 0, width);
    }
  }

  private boolean findWithin(double[] h, Targets targets) {
    DMatrixRMaj gram = new DMatrixRMaj(classes, classes);
    for (int c = 0; c < classes; c++) {
      for (int d = 0; d < classes; d++) {
        gram.set(c, d, ScalarProduct.of(means, c * width, means, d * width, width));
      }
    }
    for (int k = 0; k < gram.getNumElements(); k++) {
      if (!Double.isFinite(gram.get(k))) {
        return false;
      }
    }
    EigenDecomposition_F64<DMatrixRMaj> eigen = DecompositionFactory_DDRM.eig(classes, true, true);
    if (!eigen.decompose(gram)) {
      return false;
    }
    double largest = 0;
    for (int r = 0; r < classes; r++) {
      largest = Math.max(largest, eigen.getEigenvalue(r).getReal());
    }
    double[] sums = new double[classes];
    int counted = 0;
    int[] of = targets.classes();
    for (int i = 0; i < of.length; i++) {
      if (targets.counts(i)) {
        counted++;
        project(h, i, of[i]);
        for (int r = 0; r < classes; r++) {
          double along =
              ScalarProduct.of(eigen.getEigenVector(r).getData(), 0, projected, 0, classes);
          sums[r] += along * along;
        }
      }
    }
    within = 0;
    for (int r = 0; r < classes; r++) {
      double e = eigen.getEigenvalue(r).getReal();
      within += e > RANK * largest ? sums[r] / counted / e / e : 0;
    }
    return largest > 0;
  }

  private void findAgreement(double[] h, double[] z, Targets targets) {
    int[] of = targets.classes();
    double[] squares = new double[classes];
    for (int c = 0; c < classes; c++) {
      squares[c] = ScalarProduct.of(means, c * width, means, c * width, width);
    }
    int alike = 0;
    int counted = 0;
    for (int i = 0; i < of.length; i++) {
      if (targets.counts(i)) {
        System.arraycopy(h, i * width, rest, 0, width);
        Backpropagation.add(-1, centre, 0, rest, 0, width);
        int nearest = 0;
        int chosen = 0;
        double best = Double.POSITIVE_INFINITY;
        for (int c = 0; c < classes; c++) {
          double distance = squares[c] - 2 * ScalarProduct.of(means, c * width, rest, 0, width);
          if (distance < best) {
            best = distance;
            nearest = c;
          }
          chosen = z[i * classes + c] > z[i * classes + chosen] ? c : chosen;
        }
        counted++;
        alike += nearest == chosen ? 1 : 0;
      }
    }
    agreement = (double) alike / counted;
  }

  /** Returns the root mean square of cos(m_c, m_d) + 1/(K-1) over the pairs of classes. */
  double simplex() {
    double[] norms = new double[classes];
    Arrays.setAll(
        norms, c -> Math.sqrt(ScalarProduct.of(means, c * width, means, c * width, width)));
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      for (int d = 0; d < c; d++) {
        double product = ScalarProduct.of(means, c * width, means, d * width, width);
        double off = product / (norms[c] * norms[d]) + 1.0 / (classes - 1);
        sum += off * off;
      }
    }
    double mean = 2 * sum / (classes * (classes - 1.0));
    return Double.isFinite(mean) ? Math.sqrt(mean) : Absent.VALUE;
  }
}
