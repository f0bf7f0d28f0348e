package io.github.implicitbias.core.law;

import io.github.implicitbias.core.prediction.Stated;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Verdict;
import java.util.List;

/**
 * A statement that is exact at every step of ordinary training, judged from the gradient of a step
 * and the parameters before and after it, not from a probe. It stands among the predictions of the
 * run. An instance describes the statement; {@link #start} makes the check of one run.
 */
public interface Law extends Stated {

  /** Starts the check of a run, before its first step. */
  Check start(StepNetwork network);

  /** The check of one run. */
  interface Check {

    /** Returns the conditions, as they were judged when the check was made. */
    default List<Condition> conditions() {
      return List.of();
    }

    /**
     * Takes note of a step, while the parameters are still those of it and its gradient is known.
     * It is called at every step, and has to be quick.
     */
    default void begin(TrainingStep step) {}

    /**
     * Judges a step, after its update. It is called at every step, and has to be quick where the
     * step was not read. A law that does not apply is not asked again.
     */
    Verdict judge(TrainingStep step);
  }
}
