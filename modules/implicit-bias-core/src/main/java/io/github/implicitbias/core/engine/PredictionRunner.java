package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.EventBuffer;
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

  private final Prediction[] predictions;
  private final Prediction.Check[] checks;
  private final Verdicts verdicts;
  private final Due[] due;
  private final Observation[] seen;
  private final Setting setting;

  PredictionRunner(List<Prediction> predictions, Setting setting) {
    this.predictions = predictions.toArray(new Prediction[0]);
    this.checks = new Prediction.Check[this.predictions.length];
    this.verdicts = new Verdicts(this.predictions.length, 0);
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
      Verdicts.clear(values, column);
      if (reason != null) {
        if (record == 0 || checks[i] != null) {
          note(i, step, Verdict.notApplicable(reason), values, column, events);
        }
      } else if (due[i].isNow(record, complete)) {
        try {
          if (record == 0) {
            checks[i] = predictions[i].start(seen[i]);
            verdicts.conditions(i, step, checks[i].conditions(), events);
          }
          if (checks[i] != null) {
            note(i, step, checks[i].judge(seen[i]), values, column, events);
          }
          due[i].fuse.succeeded();
        } catch (OutOfMemoryError e) {
          setting.mayTryAgain(due[i], e);
        } catch (Throwable e) {
          due[i].failed(e);
          Verdicts.fail(values, column);
        }
      }
    }
  }

  private void note(
      int i, long step, Verdict verdict, double[] values, int column, EventBuffer events) {
    if (!verdicts.note(i, step, verdict, values, column, events)) {
      // For ever, so it need not be asked again.
      checks[i] = null;
    }
  }
}
