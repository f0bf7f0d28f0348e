package io.github.implicitbias.extending;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;

/** Full-batch gradient descent with a small step never raises the loss. */
public final class LossFalls implements Prediction {

  @Override
  public String id() {
    return "lossFalls";
  }

  @Override
  public String statement() {
    return "The loss of the probe never rises from record to record.";
  }

  @Override
  public String source() {
    return "descent lemma, for steps below 2 / curvature";
  }

  @Override
  public Check start(Observation first) {
    if (!first.network().training().isPlainSgd()) {
      return observation -> Verdict.notApplicable("the updater is not plain SGD");
    }
    double[] before = {Double.POSITIVE_INFINITY};
    return observation -> {
      double bound = before[0];
      double loss = observation.loss();
      before[0] = loss;
      return loss > bound
          ? Verdict.violated(loss, bound, "the loss rose")
          : Verdict.holds(loss, bound);
    };
  }
}
