package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.law.StepSource;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network as a framework shows it to a {@link Session}: what is tracked of it, and how that is
 * read. A source is written once per framework; everything else is the same for all of them.
 *
 * <p>It is called in the thread that trains, between {@link Session#begin} and {@link Session#end},
 * while the parameters are those of the step. What it throws costs the record of that step, never
 * training.
 */
public interface NetworkSource {

  /** Returns the layers whose patterns are recorded, the same at every call. */
  List<TrackedLayer> layers();

  /**
   * Returns which entries of a tracked layer exist, in the layout of its pattern; null where all
   * do.
   */
  default long @Nullable [] existing(int layer) {
    return null;
  }

  /** Returns the view through which metrics see weights and outputs, the same at every call. */
  NetworkView view();

  /** Returns the number of trained parameters, -1 if they are not shown. */
  default int parameters() {
    return -1;
  }

  /** Returns true if the parameters are floats, false if they are doubles. */
  default boolean isSinglePrecision() {
    return false;
  }

  /**
   * Returns true if the step that has begun can be read from what training itself has just
   * computed, at no extra pass. Asked at most once per step.
   */
  default boolean isInPlace() {
    return false;
  }

  /**
   * Takes note of a step, observed or not.
   *
   * @param inPlace true if it will be observed in place
   * @return true if that took time worth measuring
   */
  default boolean begun(boolean inPlace) {
    return false;
  }

  /**
   * Reads the patterns of all tracked layers, and makes the view show the network as it is now,
   * until {@link #release}.
   *
   * @param into takes the patterns
   * @param inPlace true to read from what training has just computed
   * @return the mean loss of the probe without regularization, {@code Absent.VALUE} if not known
   */
  double read(Reading into, boolean inPlace);

  /**
   * Hands over the trained parameters, in chunks and always in the same order: {@link
   * ParameterNorms#take} does so for an array. Called only if {@link #parameters} are shown.
   */
  default void readParameters(ParameterNorms into) {}

  /**
   * Returns what shows the updates of the network, for laws; null if nothing does. The same at
   * every call.
   */
  default @Nullable StepSource steps() {
    return null;
  }

  /** Ends what {@link #read} has begun, also where that failed. */
  default void release() {}

  /**
   * Returns what copies the network as it is, for {@link Action#checkpoint}; null if it cannot be
   * copied.
   */
  default Action.@Nullable Model model() {
    return null;
  }
}
