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
  private final String advice;

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
    this(id, text, source, tolerance, measured, bound, "");
  }

  /**
   * Puts the words together.
   *
   * @param advice what it is good for, one sentence for whoever trains the network; may be empty
   */
  public Statement(
      String id,
      String text,
      String source,
      String tolerance,
      String measured,
      String bound,
      String advice) {
    this.id = Objects.requireNonNull(id);
    this.text = Objects.requireNonNull(text);
    this.source = Objects.requireNonNull(source);
    this.tolerance = Objects.requireNonNull(tolerance);
    this.measured = Objects.requireNonNull(measured);
    this.bound = Objects.requireNonNull(bound);
    this.advice = Objects.requireNonNull(advice);
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

  /** Returns what it is good for, one sentence for whoever trains a network; may be empty. */
  public String advice() {
    return advice;
  }

  /** Returns the same statement with a sentence on what it is good for. */
  public Statement withAdvice(String sentence) {
    return new Statement(id, text, source, tolerance, measured, bound, sentence);
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
        && bound.equals(that.bound)
        && advice.equals(that.advice);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, text, source, tolerance, measured, bound, advice);
  }

  @Override
  public String toString() {
    return id + ": " + text;
  }
}
