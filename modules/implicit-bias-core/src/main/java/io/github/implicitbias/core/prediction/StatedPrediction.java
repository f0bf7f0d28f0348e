package io.github.implicitbias.core.prediction;

/** A prediction that says its words once, when it is made; what is left is to check it. */
public abstract class StatedPrediction implements Prediction {

  private final String id;
  private final Claim statement;

  /** Makes a prediction of a name, see {@link Prediction#id}, and a statement. */
  protected StatedPrediction(String id, Claim statement) {
    this.id = id;
    this.statement = statement;
  }

  @Override
  public final String id() {
    return id;
  }

  @Override
  public final String statement() {
    return statement.sentence();
  }

  @Override
  public final String source() {
    return statement.source();
  }

  @Override
  public final boolean isObservation() {
    return statement.isObservation();
  }

  @Override
  public final String requirements() {
    return statement.requirements();
  }

  @Override
  public final String measured() {
    return statement.measured();
  }

  @Override
  public final String bound() {
    return statement.bound();
  }

  @Override
  public final String tolerance() {
    return statement.tolerance();
  }

  @Override
  public String toString() {
    return id;
  }
}
