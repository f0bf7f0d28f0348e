package io.github.implicitbias.run;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a prediction says, in words, as the header of a run keeps it. Immutable. */
public final class Statement {

  private final String id;
  private final String text;
  private final String source;
  private final String tolerance;
  private final String measured;
  private final String bound;

  /**
   * Puts the words together.
   *
   * @param id name of the prediction, unique in the run
   * @param text the statement, one sentence
   * @param source where it comes from
   * @param tolerance within what the measured number may miss the bound; may be empty
   * @param measured in words what the measured number is; may be empty
   * @param bound in words what it is compared with; may be empty
   */
  public Statement(
      String id, String text, String source, String tolerance, String measured, String bound) {
    this.id = Objects.requireNonNull(id);
    this.text = Objects.requireNonNull(text);
    this.source = Objects.requireNonNull(source);
    this.tolerance = Objects.requireNonNull(tolerance);
    this.measured = Objects.requireNonNull(measured);
    this.bound = Objects.requireNonNull(bound);
  }

  /** Returns the name of the prediction. */
  public String id() {
    return id;
  }

  /** Returns the statement, one sentence. */
  public String text() {
    return text;
  }

  /** Returns where the statement comes from. */
  public String source() {
    return source;
  }

  /** Returns within what the measured number may miss the bound; may be empty. */
  public String tolerance() {
    return tolerance;
  }

  /** Returns in words what the measured number is; may be empty. */
  public String measured() {
    return measured;
  }

  /** Returns in words what the measured number is compared with; may be empty. */
  public String bound() {
    return bound;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Statement)) {
      return false;
    }
    Statement that = (Statement) other;
    return id.equals(that.id)
        && text.equals(that.text)
        && source.equals(that.source)
        && tolerance.equals(that.tolerance)
        && measured.equals(that.measured)
        && bound.equals(that.bound);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, text, source, tolerance, measured, bound);
  }

  @Override
  public String toString() {
    return id + ": " + text;
  }
}
