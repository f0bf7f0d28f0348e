package io.github.implicitbias.run;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a rule has found in a training: how grave it is, one sentence with numbers, the evidence,
 * what to do about it, and since when it is so. Immutable.
 */
public final class Finding {

  private static final String SUPERSCRIPTS =
      "\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079";

  /** How grave a finding is, the gravest first. The order is part of the format. */
  public enum Level {
    /** The result is lost, or will be. */
    PROBLEM("problem"),
    /** Training works, but this should be looked at. */
    ATTENTION("attention"),
    /** Worth knowing. */
    INFORMATION("information"),
    /** As it should be. */
    GOOD("good"),
    /** It cannot be judged yet; the sentence says what it waits for. */
    WAITING("waiting"),
    /** The rule was judged, and there is nothing to say. */
    NOTHING("nothing");

    private final String id;

    Level(String id) {
      this.id = id;
    }

    /** Returns the word for the level in exports and on the page. */
    public String id() {
      return id;
    }

    /** Returns true if somebody should do something about it. */
    public boolean needsAttention() {
      return this == PROBLEM || this == ATTENTION;
    }
  }

  /** What a finding is about. The order is part of the format. */
  public enum Subject {
    /** How training fits its data. */
    FIT("fit"),
    /** How it does on data that it does not see. */
    GENERALISATION("generalisation"),
    /** The units of the layers. */
    UNITS("units"),
    /** The labels and the classes. */
    LABELS("labels"),
    /** Samples that are learned and forgotten. */
    FORGETTING("forgetting"),
    /** The steps that training takes. */
    UPDATE("update"),
    /** The activation patterns, and how far training has moved from its start. */
    PATTERN("pattern"),
    /** How training is watched. */
    WATCHING("watching");

    private final String id;

    Subject(String id) {
      this.id = id;
    }

    /** Returns the word for the subject in exports and on the page. */
    public String id() {
      return id;
    }
  }

  private final String rule;
  private final Level level;
  private final Subject subject;
  private final String text;
  private final long since;
  private final String advice;
  private final String threshold;
  private final Map<String, String> evidence;
  private final int layer;
  private final int unit;
  private final int sample;
  private final int rank;

  private Finding(
      String rule,
      Level level,
      Subject subject,
      String text,
      long since,
      String advice,
      String threshold,
      Map<String, String> evidence,
      int layer,
      int unit,
      int sample,
      int rank) {
    this.rule = Objects.requireNonNull(rule, "rule");
    this.level = Objects.requireNonNull(level, "level");
    this.subject = Objects.requireNonNull(subject, "subject");
    this.text = Objects.requireNonNull(text, "text");
    this.since = since;
    this.advice = Objects.requireNonNull(advice, "advice");
    this.threshold = Objects.requireNonNull(threshold, "threshold");
    this.evidence = evidence;
    this.layer = layer;
    this.unit = unit;
    this.sample = sample;
    this.rank = rank;
  }

  /**
   * Begins with what every finding has.
   *
   * @param rule id of the rule
   * @param text one sentence with numbers; may be empty where there is nothing to say
   */
  public static Finding of(String rule, Level level, Subject subject, String text) {
    return new Finding(rule, level, subject, text, -1, "", "", Map.of(), -1, -1, -1, 0);
  }

  /** Returns a number as m x 10^n, as sentences with very small and very large numbers have it. */
  public static String powerOfTen(double value) {
    String[] parts = String.format(Locale.ROOT, "%.1e", value).split("e");
    StringBuilder text = new StringBuilder(parts[0]).append("\u00b710");
    for (char c : Integer.toString(Integer.parseInt(parts[1])).toCharArray()) {
      text.append(c == '-' ? '\u207b' : SUPERSCRIPTS.charAt(c - '0'));
    }
    return text.toString();
  }

  /** Returns the same since a step, -1 if that is not known. */
  public Finding since(long step) {
    return new Finding(
        rule, level, subject, text, step, advice, threshold, evidence, layer, unit, sample, rank);
  }

  /** Returns the same with what to do about it, one sentence. */
  public Finding advising(String sentence) {
    return new Finding(
        rule, level, subject, text, since, sentence, threshold, evidence, layer, unit, sample,
        rank);
  }

  /** Returns the same with the limits of the rule, in words. */
  public Finding threshold(String words) {
    return new Finding(
        rule, level, subject, text, since, advice, words, evidence, layer, unit, sample, rank);
  }

  /** Returns the same with one more piece of evidence. */
  public Finding with(String what, String number) {
    Map<String, String> more = new LinkedHashMap<>(evidence);
    more.put(what, number);
    return new Finding(
        rule,
        level,
        subject,
        text,
        since,
        advice,
        threshold,
        Collections.unmodifiableMap(more),
        layer,
        unit,
        sample,
        rank);
  }

  /**
   * Returns the same about a place.
   *
   * @param ofLayer index among the tracked layers, -1 for none
   * @param ofUnit the unit, -1 for none
   * @param ofSample number among the samples of the visits, -1 for none
   */
  public Finding at(int ofLayer, int ofUnit, int ofSample) {
    return new Finding(
        rule, level, subject, text, since, advice, threshold, evidence, ofLayer, ofUnit, ofSample,
        rank);
  }

  /**
   * Returns the same of a rule that has a place among others: of findings of one level that of the
   * lower place comes first.
   */
  public Finding ranked(int place) {
    return new Finding(
        rule, level, subject, text, since, advice, threshold, evidence, layer, unit, sample, place);
  }

  /** Returns the id of the rule. */
  public String rule() {
    return rule;
  }

  /** Returns how grave it is. */
  public Level level() {
    return level;
  }

  /** Returns what it is about. */
  public Subject subject() {
    return subject;
  }

  /** Returns one sentence with numbers; empty if there is nothing to say. */
  public String text() {
    return text;
  }

  /** Returns the step since which it is so, -1 if that is not known. */
  public long since() {
    return since;
  }

  /** Returns what to do about it, one sentence; may be empty. */
  public String advice() {
    return advice;
  }

  /** Returns the limits of the rule, in words. */
  public String threshold() {
    return threshold;
  }

  /** Returns what the finding is drawn from: what, and the number. */
  public Map<String, String> evidence() {
    return evidence;
  }

  /** Returns the index among the tracked layers, -1 for none. */
  public int layer() {
    return layer;
  }

  /** Returns the unit, -1 for none. */
  public int unit() {
    return unit;
  }

  /** Returns the number among the samples of the visits, -1 for none. */
  public int sample() {
    return sample;
  }

  /** Returns the place of the rule among those of the run, from 0. */
  public int rank() {
    return rank;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Finding)) {
      return false;
    }
    Finding that = (Finding) other;
    return rule.equals(that.rule)
        && level == that.level
        && subject == that.subject
        && text.equals(that.text)
        && since == that.since
        && advice.equals(that.advice)
        && threshold.equals(that.threshold)
        && evidence.equals(that.evidence)
        && layer == that.layer
        && unit == that.unit
        && sample == that.sample
        && rank == that.rank;
  }

  @Override
  public int hashCode() {
    return Objects.hash(rule, level, text, since);
  }

  @Override
  public String toString() {
    return level.id()
        + ": "
        + (text.isEmpty() ? rule : text)
        + (since < 0 || !level.needsAttention() ? "" : " Since step " + since + ".")
        + (advice.isEmpty() ? "" : " " + advice);
  }
}
