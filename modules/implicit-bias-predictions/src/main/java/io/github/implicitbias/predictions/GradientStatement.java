package io.github.implicitbias.predictions;

import io.github.implicitbias.core.catalogue.LossGradient;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.prediction.Claim;
import io.github.implicitbias.core.prediction.Conditions;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.StatedClaim;
import io.github.implicitbias.run.Verdict;

/** A statement about the gradient of the loss of the probe, of a stack of dense layers. */
abstract class GradientStatement extends StatedClaim implements Prediction {

  GradientStatement(String id, Claim statement) {
    super(id, statement);
  }

  @Override
  public Cadence cadence(Dimensions dimensions) {
    return LossGradient.cadence(dimensions);
  }

  @Override
  public Price price(Dimensions dimensions, NetworkView network) {
    return LossGradient.price(dimensions, network);
  }

  /** Adds that the network is such a stack. */
  static Conditions requireStack(Conditions conditions, Observation first) {
    return conditions.require(
        first.stack() != null,
        "a stack of dense layers with piecewise linear activations",
        first.whyNoStack());
  }

  /** Adds that the gradient of such a stack is known. */
  static Conditions requireGradient(Conditions conditions, Observation first) {
    String none = first.stack() == null ? null : LossGradient.whyNone(first);
    return conditions.require(
        none == null, "the gradient is known", "the gradient is not known: " + none);
  }

  /** Returns the verdict where the gradient is not known all the same. */
  static Verdict unknown(Observation observation) {
    return Verdict.notApplicable("the gradient is not known at step " + observation.step());
  }
}
