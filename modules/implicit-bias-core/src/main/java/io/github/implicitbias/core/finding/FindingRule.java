package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import java.util.Set;

/**
 * Judges how a training is, by the course of its run so far. A rule keeps no state: one instance
 * may judge several runs at a time.
 */
public interface FindingRule {

  /** Returns the id: letters and digits, unique among the rules of a run. */
  String id();

  /**
   * Returns the ids of the columns whose history the rule asks {@link Course#trend} for, such as
   * {@code updateNorm}; those that a run does not have are empty there.
   */
  Set<String> reads();

  /**
   * Judges. Called at the first record, from time to time, after each of the first epochs, when
   * numbers cease to be finite, and at the last record; never at the same time for two steps.
   *
   * @return with the id of this rule; of level {@link Finding.Level#WAITING} if it cannot be judged
   *     yet, with a sentence that says what it waits for, and of {@link Finding.Level#NOTHING} if
   *     there is nothing to say
   */
  Finding judge(Course course);
}
