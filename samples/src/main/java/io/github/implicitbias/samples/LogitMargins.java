package io.github.implicitbias.samples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/**
 * LogitMargins of samples under a softmax, the logit of the label less the largest other, over
 * steps.
 */
final class LogitMargins {

  private final DataSet data;
  private final double[][] labels;
  private final List<double[]> found = new ArrayList<>();
  private final List<Double> steps = new ArrayList<>();

  /** Prepares to compute the margins of these samples, with one label of 1 each. */
  public LogitMargins(DataSet data) {
    this.data = data;
    this.labels = data.getLabels().toDoubleMatrix();
  }

  /** Computes the margins of a network. */
  public void look(MultiLayerNetwork net, int step) {
    double[][] p = net.output(data.getFeatures()).toDoubleMatrix();
    double[] margins = new double[p.length];
    for (int i = 0; i < p.length; i++) {
      double own = 0;
      double other = 0;
      for (int k = 0; k < p[i].length; k++) {
        if (labels[i][k] > 0) {
          own = p[i][k];
        } else {
          other = Math.max(other, p[i][k]);
        }
      }
      margins[i] = Math.log(own) - Math.log(other);
    }
    found.add(margins);
    steps.add((double) step);
  }

  /** Returns the steps at which margins were computed. */
  public double[] steps() {
    return steps.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Returns the q-th quantile of the margins at each step, 0 for the smallest. */
  public double[] quantile(double q) {
    return found.stream()
        .mapToDouble(
            margins -> {
              double[] sorted = margins.clone();
              Arrays.sort(sorted);
              return sorted[(int) Math.round(q * (sorted.length - 1))];
            })
        .toArray();
  }

  /** Returns the margins at the last step. */
  public double[] last() {
    return found.get(found.size() - 1).clone();
  }
}
