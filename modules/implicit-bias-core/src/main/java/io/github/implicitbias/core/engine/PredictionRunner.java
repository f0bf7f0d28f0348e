package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Verdict;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges predictions: the state of the verdict as its number, the measured number and the bound in
 * three columns each, an event when a prediction turns out not to apply, is violated or reached. A
 * prediction that throws has NaN columns, and is switched off after three times in a row.
 *
 * <p>Nothing is judged from the first record on at which a number is not finite, see {@link
 * FiniteNumbers}; nor is one that gives such a number. While nothing has been measured, nothing is
 * said: the columns are absent.
 */
final class PredictionRunner {

  private static final int MAX_EVENTS = 32;

  private final Prediction[] predictions;
  private final Prediction.Check[] checks;
  private final Verdict.State[] states;
  private final int[] said;
  private final boolean[] measured;
  private final Due[] due;
  private final Observation[] seen;
  private final Setting setting;

  PredictionRunner(List<Prediction> predictions, Setting setting) {
    this.predictions = predictions.toArray(new Prediction[0]);
    this.checks = new Prediction.Check[this.predictions.length];
    this.states = new Verdict.State[this.predictions.length];
    this.said = new int[this.predictions.length];
    this.measured = new boolean[this.predictions.length];
    this.due = new Due[this.predictions.length];
    this.setting = setting;
    this.seen = new Observation[this.predictions.length];
    for (int i = 0; i < this.predictions.length; i++) {
      Prediction prediction = this.predictions[i];
      Needs needs = Instruments.needs(prediction.id(), prediction::needs);
      due[i] =
          setting.due(
              "prediction ",
              prediction.id(),
              needs,
              prediction::cadence,
              (sizes, network) -> price(prediction, sizes, network));
      seen[i] = setting.view(needs);
    }
  }

  /**
   * Whether the weights are finite is looked at for every prediction, see {@link FiniteNumbers}.
   */
  private static Price price(Prediction prediction, Dimensions sizes, NetworkView network) {
    Price own = prediction.price(sizes, network);
    return (own == null ? Price.FREE : own).and(Price.ofWeights(network));
  }

  /** Returns true if one that is still judged is due. */
  boolean areDue(long record, boolean complete) {
    for (int i = 0; i < predictions.length; i++) {
      if ((record == 0 || checks[i] != null) && due[i].isNow(record, complete)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Writes the verdicts, from index {@code at} on, and their events.
   *
   * @param reason why nothing is judged any more, null if that is not so
   */
  void judge(
      long step,
      long record,
      boolean complete,
      @Nullable String reason,
      double[] values,
      int at,
      EventBuffer events) {
    for (int i = 0; i < predictions.length; i++) {
      int column = at + 3 * i;
      values[column] = Absent.VALUE;
      values[column + 1] = Absent.VALUE;
      values[column + 2] = Absent.VALUE;
      if (reason != null) {
        if (record == 0 || checks[i] != null) {
          note(i, Verdict.notApplicable(reason), values, column, events);
        }
      } else if (due[i].isNow(record, complete)) {
        try {
          if (record == 0) {
            checks[i] = predictions[i].start(seen[i]);
            conditions(i, events);
          }
          if (checks[i] != null) {
            note(i, guarded(step, checks[i].judge(seen[i])), values, column, events);
          }
          due[i].fuse.succeeded();
        } catch (OutOfMemoryError e) {
          setting.mayTryAgain(due[i], e);
        } catch (Throwable e) {
          due[i].failed(e);
          values[column] = Double.NaN;
          values[column + 1] = Double.NaN;
          values[column + 2] = Double.NaN;
        }
      }
    }
  }

  /** A verdict whose numbers are not finite says nothing, now or later. */
  private static Verdict guarded(long step, Verdict verdict) {
    boolean unknown =
        Absent.is(verdict.measured())
            && (verdict.state() == Verdict.State.VIOLATED
                || verdict.state() == Verdict.State.REACHED);
    boolean noBound = !Absent.is(verdict.bound()) && Double.isNaN(verdict.bound());
    if (unknown || noBound || isOdd(verdict.measured())) {
      return Verdict.notApplicable(
          "cannot be judged since step " + step + ": what is measured is not finite");
    }
    return verdict;
  }

  private static boolean isOdd(double number) {
    return !Absent.is(number) && !Double.isFinite(number);
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
    measured[i] |= !Absent.is(verdict.measured());
    if (state == Verdict.State.HOLDS && !measured[i]) {
      return;
    }
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
