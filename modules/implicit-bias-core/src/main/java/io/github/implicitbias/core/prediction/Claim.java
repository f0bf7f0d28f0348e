package io.github.implicitbias.core.prediction;

import java.util.Arrays;

/**
 * What a prediction says, in words for readers: the statement, where it comes from, what must be
 * given, what is measured and with what it is compared. Immutable; each method returns a claim with
 * one thing more.
 */
public final class Claim {

  private static final int SENTENCE = 0;
  private static final int SOURCE = 1;
  private static final int REQUIREMENTS = 2;
  private static final int MEASURED = 3;
  private static final int BOUND = 4;
  private static final int TOLERANCE = 5;
  private static final int ADVICE = 6;
  private static final int WORDS = 7;

  private final String[] words;
  private final boolean observation;

  private Claim(String[] words, boolean observation) {
    this.words = words;
    this.observation = observation;
  }

  /** Begins with the statement itself, one sentence. */
  public static Claim that(String sentence) {
    String[] words = new String[WORDS];
    Arrays.fill(words, "");
    words[SENTENCE] = sentence;
    return new Claim(words, false);
  }

  private Claim with(int which, String text) {
    String[] changed = words.clone();
    changed[which] = text;
    return new Claim(changed, observation);
  }

  /**
   * Says that it is an observation, see {@link Stated#isObservation}: runs may contradict it though
   * all conditions are met. The source says so, too.
   */
  public Claim observed() {
    return new Claim(words, true);
  }

  /** Says where it comes from, as {@link Stated#source}. */
  public Claim source(String where) {
    return with(SOURCE, where);
  }

  /** Says what must be given, as {@link Stated#requirements}. */
  public Claim requires(String what) {
    return with(REQUIREMENTS, what);
  }

  /** Says what is measured, as {@link Stated#measured}. */
  public Claim measures(String what) {
    return with(MEASURED, what);
  }

  /** Says what the measured number is compared with, as {@link Stated#bound}. */
  public Claim against(String what) {
    return with(BOUND, what);
  }

  /** Says by how much it may miss that, as {@link Stated#tolerance}. */
  public Claim within(String what) {
    return with(TOLERANCE, what);
  }

  /** Says what it is good for, as {@link Stated#advice}. */
  public Claim advises(String what) {
    return with(ADVICE, what);
  }

  String sentence() {
    return words[SENTENCE];
  }

  boolean isObservation() {
    return observation;
  }

  String source() {
    return (observation ? "an observation, which a run may contradict; " : "") + words[SOURCE];
  }

  String requirements() {
    return words[REQUIREMENTS];
  }

  String measured() {
    return words[MEASURED];
  }

  String bound() {
    return words[BOUND];
  }

  String tolerance() {
    return words[TOLERANCE];
  }

  String advice() {
    return words[ADVICE];
  }
}
