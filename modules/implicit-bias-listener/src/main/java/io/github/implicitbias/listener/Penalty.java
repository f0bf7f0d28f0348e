package io.github.implicitbias.listener;

import java.util.List;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.schedule.FixedSchedule;
import org.nd4j.linalg.schedule.ISchedule;

/** The penalty of weights, where it is one for all of them. */
final class Penalty {

  private Penalty() {}

  /**
   * Returns lambda if lambda W is added to the gradient of every trained matrix of weights and
   * nothing else restrains training, see {@link
   * io.github.implicitbias.core.network.TrainingSetup#l2}; else NaN.
   */
  static double l2(Network net) {
    double lambda = Double.NaN;
    boolean first = true;
    for (NetworkNode node : net.nodes()) {
      if (node.isLayer() && ConfiguredTraining.isNoisy(node.layer())) {
        return Double.NaN;
      }
      if (node.trainable() == 0) {
        continue;
      }
      if (!node.isLayer()
          || !(node.layer() instanceof BaseLayer)
          || ConfiguredTraining.isConstrained(node.layer())) {
        return Double.NaN;
      }
      TrainingConfig config = node.implementation().getConfig();
      for (String key : node.implementation().paramTable().keySet()) {
        double its = of(config.getRegularizationByParam(key));
        if (!node.layer().initializer().isWeightParam(node.layer(), key)) {
          if (its != 0) {
            return Double.NaN;
          }
        } else if (first) {
          lambda = its;
          first = false;
        } else if (its != lambda) {
          return Double.NaN;
        }
      }
    }
    return lambda;
  }

  /** Returns lambda of a single constant l2, 0 without a penalty, NaN for everything else. */
  private static double of(List<Regularization> all) {
    if (all == null || all.isEmpty()) {
      return 0;
    }
    if (all.size() > 1 || !(all.get(0) instanceof L2Regularization)) {
      return Double.NaN;
    }
    ISchedule schedule = ((L2Regularization) all.get(0)).getL2();
    return schedule instanceof FixedSchedule ? schedule.valueAt(0, 0) : Double.NaN;
  }
}
