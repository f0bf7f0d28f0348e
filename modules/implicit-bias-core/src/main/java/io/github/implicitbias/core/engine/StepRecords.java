package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.TriggerWatch;
import io.github.implicitbias.core.finding.FindingRule;
import io.github.implicitbias.core.law.StepSource;
import io.github.implicitbias.core.visit.VisitColumns;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.PatternHistory;
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
  private @Nullable TriggerWatch triggers;
  private @Nullable NetworkSource source;
  private long begunStep = -1;

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

  /** Has triggers judge the records. To be called before the first record. */
  void act(
      TriggerWatch.Plan plan, RunHeader header, List<PatternHistory> patterns, NetworkSource of) {
    source = of;
    triggers = plan.start(header, patterns, this::copy, failures::actionFailed);
  }

  private Action.Copy copy() throws Exception {
    Action.Model model = source == null ? null : source.model();
    if (model == null) {
      throw new IllegalStateException("the network does not say how it is copied");
    }
    return model.copy();
  }

  /** Goes on with another network, null for none. */
  void follow(@Nullable NetworkSource next) {
    source = next;
  }

  /** Returns what judges the records, null if nothing is to be done. */
  @Nullable TriggerWatch triggers() {
    return triggers;
  }

  /** Returns true if laws read the update of the step that has begun. */
  private boolean isLawDue() {
    return judge != null && reading.isDue();
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
   * what laws say, what rules find, and what triggers say of all that.
   *
   * @param early true if the update is still to come, so that the model is that of the record; laws
   *     say what they say of it in {@link #update}
   */
  void addTo(Record record, boolean early) {
    if (record.step() == visitedStep) {
      System.arraycopy(shown, 0, record.values(), from, shown.length);
    } else {
      Arrays.fill(record.values(), from, from + shown.length, Absent.VALUE);
    }
    if (early && judge != null) {
      judge.addTo(record);
    } else {
      addLaws(record);
    }
    if (findings != null) {
      findings.addTo(record);
    }
    judge(record, early);
  }

  private void addLaws(Record record) {
    if (judge != null) {
      double score = record.values()[SCORE];
      if (!Absent.is(score) && !Double.isFinite(score)) {
        endLaws(
            record.step(),
            "cannot be judged since step " + record.step() + ": the score is not finite");
      }
      judge.addTo(record);
    }
  }

  /** Adds to a record what laws say of the update that has been done since {@link #addTo}. */
  void update(Record record) {
    if (judge != null) {
      int events = record.events().size();
      addLaws(record);
      if (reading.isDue() || record.events().size() > events) {
        judge(record, false);
      }
    }
  }

  private void judge(Record record, boolean modelIsOfRecord) {
    if (triggers != null) {
      try {
        triggers.judge(record, modelIsOfRecord);
        if (modelIsOfRecord && isLawDue()) {
          triggers.keepModel();
        }
      } catch (Throwable e) {
        failures.actionFailed("triggers", e);
      }
    }
  }

  /**
   * Begins the record of a step at which the probe is not observed: what training itself has shown.
   * Calling it again for the same step does nothing more.
   *
   * @param learningRate of the update that leaves the parameters of the step
   * @param early true if the update is still to come
   * @return false if there is no room for it, or not every step has a record
   */
  boolean begin(
      Engine engine, long step, int epoch, double learningRate, double score, boolean early) {
    if (!areAll()) {
      return false;
    }
    if (begunStep == step) {
      return true;
    }
    engine.completeLast(0, false);
    if (!engine.hasRoom(step)) {
      return false;
    }
    begunStep = step;
    unobserved.events().clear();
    unobserved.at(step, epoch, false);
    unobserved.unobserved();
    engine.putTimes(unobserved.values());
    known(learningRate, score);
    addTo(unobserved, early);
    return true;
  }

  private void known(double learningRate, double score) {
    unobserved.set(LEARNING_RATE, Double.isNaN(learningRate) ? Absent.VALUE : learningRate);
    unobserved.set(SCORE, score);
  }

  /**
   * Records a step at which the probe was not observed.
   *
   * @param learningRate of the update that leaves the parameters of the step
   */
  void record(
      Engine engine, long step, int epoch, double learningRate, double score, long watchNanos) {
    boolean early = begunStep == step;
    if (begin(engine, step, epoch, learningRate, score, false)) {
      known(learningRate, score);
      if (early) {
        update(unobserved);
      }
      unobserved.recorded(System.currentTimeMillis(), watchNanos);
      engine.relief().add(unobserved, engine.queue(), 0);
    }
  }
}
