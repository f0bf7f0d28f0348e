package io.github.implicitbias.core.prediction;

/** A statement that says its words once, when it is made. */
public abstract class StatedClaim implements Stated {

  private final String id;
  private final Claim statement;

  /** Makes a statement of a name, see {@link Stated#id}, and its words. */
  protected StatedClaim(String id, Claim statement) {
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
  public final String advice() {
    return statement.advice();
  }

  @Override
  public String toString() {
    return id;
  }
}
