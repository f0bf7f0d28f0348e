package io.github.implicitbias.core.prediction;

/** The words of a statement about training that is checked while training runs. */
public interface Stated {

  /** Returns the name, of letters and digits, in camel case. */
  String id();

  /** Returns the statement, one sentence. */
  String statement();

  /** Returns where the statement comes from: arXiv id and place, or that it is derived here. */
  String source();

  /**
   * Returns true if the statement is an observation: seen in most runs, and not derived, so that a
   * run which meets all conditions may contradict it. Its {@link #source} says so.
   */
  default boolean isObservation() {
    return false;
  }

  /** Returns in words what must be given beside what the conditions of every run say. */
  default String requirements() {
    return "";
  }

  /** Returns in words what the measured number is. */
  default String measured() {
    return "";
  }

  /** Returns in words, or as a number, what the measured number is compared with. */
  default String bound() {
    return "";
  }

  /**
   * Returns within what the measured number may miss the bound, as a phrase; empty if it may not at
   * all.
   */
  default String tolerance() {
    return "";
  }

  /**
   * Returns what it is good for, one sentence for whoever trains a network, shown when it is
   * violated or reached; may be empty.
   */
  default String advice() {
    return "";
  }
}
