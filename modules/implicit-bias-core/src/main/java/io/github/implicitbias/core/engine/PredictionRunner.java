package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Verdict;
import java.util.List;

/**
 * Judges predictions: the state of the verdict as its number, the measured number and the bound in
 * three columns each, an event when a prediction turns out not to apply, is violated or reached. A
 * prediction that throws has NaN columns, and is switched off after three times in a row.
 */
final class PredictionRunner {

  private static final int MAX_EVENTS = 32;

  private final Prediction[] predictions;
  private final Prediction.Check[] checks;
  private final Verdict.State[] states;
  private final int[] said;
  private final Due[] due;
  private final Observation[] seen;
  private final Setting setting;

  PredictionRunner(List<Prediction> predictions, Setting setting) {
    this.predictions = predictions.toArray(new Prediction[0]);
    this.checks = new Prediction.Check[this.predictions.length];
    this.states = new Verdict.State[this.predictions.length];
    this.said = new int[this.predictions.length];
    this.due = new Due[this.predictions.length];
    this.setting = setting;
    this.seen = new Observation[this.predictions.length];
    for (int i = 0; i < this.predictions.length; i++) {
      Prediction prediction = this.predictions[i];
      Needs needs = Instruments.needs(prediction.id(), prediction::needs);
      due[i] =
          setting.due(
              "prediction ", prediction.id(), needs, prediction::cadence, prediction::price);
      seen[i] = setting.view(needs);
    }
  }

  /** Writes the verdicts, from index {@code at} on, and their events. */
  void judge(long record, boolean complete, double[] values, int at, EventBuffer events) {
    for (int i = 0; i < predictions.length; i++) {
      int column = at + 3 * i;
      values[column] = Absent.VALUE;
      values[column + 1] = Absent.VALUE;
      values[column + 2] = Absent.VALUE;
      if (due[i].isNow(record, complete)) {
        try {
          if (record == 0) {
            checks[i] = predictions[i].start(seen[i]);
            conditions(i, events);
          }
          if (checks[i] != null) {
            note(i, checks[i].judge(seen[i]), values, column, events);
          }
          due[i].fuse.succeeded();
        } catch (OutOfMemoryError e) {
          setting.ranOutOfMemory(due[i], e);
        } catch (Throwable e) {
          due[i].failed(e);
          values[column] = Double.NaN;
          values[column + 1] = Double.NaN;
          values[column + 2] = Double.NaN;
        }
      }
    }
  }

  private void conditions(int i, EventBuffer events) {
    List<Condition> conditions = checks[i].conditions();
    if (!conditions.isEmpty()) {
      events.addOfPrediction(
          EventKind.PREDICTION_CONDITIONS, i, Absent.VALUE, Absent.VALUE, "", conditions);
    }
  }

  private void note(int i, Verdict verdict, double[] values, int column, EventBuffer events) {
    Verdict.State state = verdict.state();
    values[column] = state.ordinal();
    values[column + 1] = verdict.measured();
    values[column + 2] = verdict.bound();
    EventKind kind = state == states[i] ? null : EventKind.of(state);
    states[i] = state;
    if (state == Verdict.State.NOT_APPLICABLE) {
      // For ever, so it need not be asked again.
      checks[i] = null;
    }
    if (kind != null && said[i] < MAX_EVENTS) {
      said[i]++;
      events.addOfPrediction(
          kind, i, verdict.measured(), verdict.bound(), verdict.detail(), List.of());
    }
  }
}
