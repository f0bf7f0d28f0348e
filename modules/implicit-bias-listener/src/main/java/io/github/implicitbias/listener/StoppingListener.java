package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Session;
import java.util.Collection;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.dataset.api.iterator.MultiDataSetIterator;

/** The part of an {@link ImplicitBiasListener} by which training ends when that is asked for. */
abstract class StoppingListener extends BaseTrainingListener {

  /** Those that an order to this listener is for. */
  abstract Collection<Recording> family();

  abstract ImplicitBiasListener self();

  abstract Recording recording();

  /**
   * Returns true if a trigger has asked training to stop ({@code Action.stop()}), in this listener
   * or a clone. It is true as soon as the step has ended whose record the trigger speaks of.
   * Whoever trains ends then: a loop of your own, {@link #untilStopped}, or {@link #earlyStopping}.
   */
  public boolean stopRequested() {
    for (Recording one : family()) {
      Session session = one.session();
      if (session != null && session.stopRequested()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns an iterator that has no next batch once {@link #stopRequested}: {@code
   * net.fit(bias.untilStopped(iterator))} ends after the step at which a trigger has asked for it.
   * With {@code fit(iterator, epochs)} the epochs that are left are empty, and Deeplearning4j
   * counts them.
   *
   * <p>Nothing is read ahead, since batches that were would be trained on after the stop. If
   * reading is slow, give an {@code AsyncDataSetIterator} here.
   */
  public DataSetIterator untilStopped(DataSetIterator iterator) {
    return new UntilStopped(Given.given(iterator, "untilStopped"), self());
  }

  /** Returns an iterator that ends as that of {@link #untilStopped(DataSetIterator)}. */
  public MultiDataSetIterator untilStopped(MultiDataSetIterator iterator) {
    return new UntilStoppedMulti(Given.given(iterator, "untilStopped"), self());
  }

  /** Returns what Deeplearning4j's {@code EarlyStoppingTrainer} asks, answered by this listener. */
  public EarlyStopping earlyStopping() {
    return new EarlyStopping(self());
  }
}
