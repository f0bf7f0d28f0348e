package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.finding.FindingRule;
import io.github.implicitbias.core.law.StepSource;
import io.github.implicitbias.core.visit.VisitColumns;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.RunHeader;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What steps of training add to the records of a run: the columns of visits, and a record of each
 * step at which the probe is not observed; the verdicts of laws; findings. Allocates nothing per
 * step.
 */
final class StepRecords {

  private static final int LEARNING_RATE = Column.Basic.LEARNING_RATE.ordinal();
  private static final int SCORE = Column.Basic.SCORE.ordinal();

  private final @Nullable VisitColumns columns;
  private final StepReading reading;
  private final int from;
  private final double[] shown;
  private final Record unobserved;
  private final CostMeter meter;
  private final FailureLog failures;
  private long visitedStep = -1;
  private @Nullable LawRunner judge;
  private @Nullable FindingRunner findings;

  /**
   * Makes the records of a run.
   *
   * @param columns the last columns of the run; null without visits
   * @param all how many columns the run has in all
   */
  StepRecords(@Nullable VisitColumns columns, int all, CostMeter meter, FailureLog failures) {
    this.meter = meter;
    this.failures = failures;
    int count = columns == null ? 0 : columns.size();
    this.columns = columns;
    this.reading = new StepReading(meter, this);
    this.from = all - count;
    this.shown = new double[count];
    this.unobserved = new Record(all);
  }

  /** Returns true if every step has a record. */
  boolean areAll() {
    return columns != null;
  }

  /** Returns where to say when visits are read, null without visits. */
  @Nullable StepReading visits() {
    return columns == null ? null : reading;
  }

  /**
   * Has laws judged, which stand behind the predictions. To be called before the first record.
   *
   * @param every at every how many steps to read one, 0 to follow from sizes
   */
  LawRunner judge(RunHeader header, Instruments instruments, StepSource source, int every) {
    int first = instruments.predictions().size();
    int at = 0;
    while (header.columns().get(at).prediction() < first) {
      at++;
    }
    LawRunner runner = new LawRunner(instruments.laws(), source, every, first, at, failures);
    judge = runner;
    reading.judge(runner);
    return runner;
  }

  /** Has rules say how training is. To be called before the first record. */
  void find(List<FindingRule> rules, RunHeader header, NetworkSource source, VisitRecorder told) {
    findings =
        new FindingRunner(rules, header, source.view(), source.isSinglePrecision(), failures);
    told.alsoTell(findings);
  }

  /** Says whether the next record is the last. */
  void lastComes(boolean isLast) {
    if (findings != null && isLast) {
      findings.lastComes();
    }
  }

  /** Returns where to say when laws may read a step, null if there are none. */
  @Nullable StepReading laws() {
    return reading.hasLaws() ? reading : null;
  }

  /** Counts a failure of a part that goes on no more. */
  void failed(String part, Throwable cause, String consequence) {
    failures.failed(new Fuse(part), EventKind.METRIC_FAILED, cause, consequence);
  }

  /** Ends the judging of laws because a number is not finite, unless the reason is null. */
  void endLaws(long step, @Nullable String reason) {
    if (judge != null && reason != null) {
      judge.endAll(step, reason);
    }
  }

  /** Takes note of what the visits of a step say, which is no longer there at the next. */
  void visited(long step) {
    if (columns != null) {
      columns.write(shown, 0);
      visitedStep = step;
    }
  }

  /**
   * Writes what the visits of its step have said into a record, absent if nothing was said, and
   * what laws say, and what rules find.
   */
  void addTo(Record record) {
    if (record.step() == visitedStep) {
      System.arraycopy(shown, 0, record.values(), from, shown.length);
    } else {
      Arrays.fill(record.values(), from, from + shown.length, Absent.VALUE);
    }
    if (judge != null) {
      double score = record.values()[SCORE];
      if (!Absent.is(score) && !Double.isFinite(score)) {
        endLaws(
            record.step(),
            "cannot be judged since step " + record.step() + ": the score is not finite");
      }
      judge.addTo(record);
    }
    if (findings != null) {
      findings.addTo(record);
    }
  }

  /**
   * Records a step at which the probe was not observed: what training itself has shown.
   *
   * @param learningRate of the update that leaves the parameters of the step
   * @return false if there was no room for it
   */
  boolean record(
      Engine engine, long step, int epoch, double learningRate, double score, long watchNanos) {
    engine.completeLast(0);
    if (!engine.hasRoom(step)) {
      return false;
    }
    unobserved.events().clear();
    unobserved.at(step, epoch, false);
    unobserved.unobserved();
    engine.putTimes(unobserved.values());
    unobserved.set(LEARNING_RATE, Double.isNaN(learningRate) ? Absent.VALUE : learningRate);
    unobserved.set(SCORE, score);
    addTo(unobserved);
    unobserved.recorded(System.currentTimeMillis(), watchNanos);
    engine.relief().add(unobserved, engine.queue(), 0);
    return true;
  }
}
