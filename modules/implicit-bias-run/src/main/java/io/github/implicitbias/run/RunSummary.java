package io.github.implicitbias.run;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a training is, in words: a headline, what to do next, and the findings, the gravest first.
 * Immutable.
 */
public final class RunSummary {

  private static final int MOST_ADVICE = 2;

  private final List<Finding> findings;

  /**
   * Puts findings together.
   *
   * @param newest the newest of each rule; of two that are as grave as each other the one of lower
   *     rank comes first
   */
  RunSummary(List<Finding> newest) {
    List<Finding> sorted = new ArrayList<>(newest);
    sorted.removeIf(finding -> finding.level() == Finding.Level.NOTHING);
    sorted.sort(Comparator.comparing(Finding::level).thenComparing(Finding::rank));
    findings = List.copyOf(sorted);
  }

  /** Returns true if the run has no findings, as those recorded before there were any. */
  public boolean isEmpty() {
    return findings.isEmpty();
  }

  /**
   * Returns the level of the gravest finding; that of waiting if nothing has been judged yet, good
   * if there is nothing to object to.
   */
  public Finding.Level level() {
    Finding.Level gravest = findings.isEmpty() ? Finding.Level.WAITING : findings.get(0).level();
    return gravest == Finding.Level.INFORMATION && count(Finding.Level.GOOD) > 0
        ? Finding.Level.GOOD
        : gravest;
  }

  /** Returns all findings, the gravest first; what cannot be judged yet comes last. */
  public List<Finding> findings() {
    return findings;
  }

  /** Returns how many findings have a level. */
  public int count(Finding.Level level) {
    return (int) findings.stream().filter(finding -> finding.level() == level).count();
  }

  /** Returns what a rule has found; null if it has found nothing. */
  public @Nullable Finding of(String rule) {
    return findings.stream().filter(one -> one.rule().equals(rule)).findFirst().orElse(null);
  }

  /**
   * Returns one or two sentences: how training fits its data, and the gravest finding beside that.
   */
  public List<String> headline() {
    Finding fit = null;
    Finding gravest = null;
    Finding second = null;
    for (Finding finding : findings) {
      boolean judged = finding.level() != Finding.Level.WAITING;
      if (fit == null && finding.subject() == Finding.Subject.FIT && judged) {
        fit = finding;
      } else if (gravest == null && finding.level().needsAttention()) {
        gravest = finding;
      } else if (second == null && finding.level().needsAttention()) {
        second = finding;
      }
    }
    List<String> sentences = new ArrayList<>();
    if (gravest != null && gravest.level() == Finding.Level.PROBLEM) {
      sentences.add(gravest.text());
      Finding next = fit == null ? second : fit;
      if (next != null) {
        sentences.add(next.text());
      }
      return sentences;
    }
    if (fit != null) {
      sentences.add(fit.text());
    }
    if (gravest != null) {
      sentences.add(gravest.text());
    } else if (fit != null) {
      sentences.add(
          fit.level().needsAttention()
              ? "Nothing else calls for attention."
              : "Nothing calls for attention.");
    } else if (!findings.isEmpty()) {
      sentences.add("Training has just begun.");
    }
    return sentences;
  }

  /** Returns what to do next, one or two sentences; empty if there is nothing to do. */
  public String next() {
    List<String> advice = new ArrayList<>();
    for (Finding finding : findings) {
      boolean wanted = finding.level().needsAttention() && !finding.advice().isEmpty();
      if (wanted && advice.size() < MOST_ADVICE && !advice.contains(finding.advice())) {
        advice.add(finding.advice());
      }
    }
    return String.join(" ", advice);
  }

  /** Returns the headline, what to do next, and a line for each finding. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(String.join(" ", headline()));
    if (!next().isEmpty()) {
      text.append("\nNext: ").append(next());
    }
    for (Finding finding : findings) {
      text.append("\n  ").append(finding);
    }
    return text.toString();
  }
}
