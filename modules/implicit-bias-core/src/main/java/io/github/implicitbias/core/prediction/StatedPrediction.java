package io.github.implicitbias.core.prediction;

/** A prediction that says its words once, when it is made; what is left is to check it. */
public abstract class StatedPrediction extends StatedClaim implements Prediction {

  /** Makes a prediction of a name, see {@link Prediction#id}, and a statement. */
  protected StatedPrediction(String id, Claim statement) {
    super(id, statement);
  }
}
