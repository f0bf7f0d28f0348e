package io.github.implicitbias.core.prediction;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Verdict;
import java.util.List;

/**
 * A checkable statement about training: conditions on configuration, data and first parameters, and
 * a verdict per record. An instance describes the statement; {@link #start} makes the check of one
 * run.
 */
public interface Prediction extends Stated {

  /** What {@link Conditions#ofGradientDescent} and {@link Targets} need. */
  Needs USUAL_NEEDS = Needs.FULL_BATCH.and(Needs.OWN_UPDATE).and(Targets.NEEDS);

  /** Returns how often the verdict is renewed; every record by default. */
  default Cadence cadence(Dimensions dimensions) {
    return Cadence.everyRecord();
  }

  /**
   * Returns what the run has to find out or remember for the prediction; {@link #USUAL_NEEDS} by
   * default. What is not declared is not there when the check asks for it.
   */
  default Needs needs() {
    return USUAL_NEEDS;
  }

  /**
   * Returns what one evaluation takes, beside what {@link #needs} names; nothing worth counting by
   * default. At the first and the last record, what is too dear is left out; a prediction that was
   * at the first is judged at no record.
   */
  default Price price(Dimensions dimensions, NetworkView network) {
    return Price.FREE;
  }

  /**
   * Starts the check of a run, at its first record. Conditions that can be judged then are judged
   * here; a check that does not apply answers {@link Verdict#notApplicable} for ever.
   */
  Check start(Observation first);

  /** The check of one run. */
  @FunctionalInterface
  interface Check {

    /**
     * Returns the conditions under which the prediction applies, as they were judged when the check
     * was made; {@link Conditions} helps with them. Empty if the check does not list them.
     */
    default List<Condition> conditions() {
      return List.of();
    }

    /** Judges an observation; the first is the one that {@link Prediction#start} was given. */
    Verdict judge(Observation observation);
  }
}
