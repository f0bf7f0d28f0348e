package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.DeclaredObservation;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What several metrics need of one observation, computed for the first that asks. Where that fails,
 * all that ask at the same observation fail, and nobody is given what an earlier one has left.
 */
final class SharedResults {

  private static final class Result {
    final Shared value;
    final Observation seen;
    long observation = -1;
    boolean done;
    @Nullable Throwable failure;

    Result(Shared value, Observation of) {
      this.value = value;
      this.seen = new DeclaredObservation(of, value.needs());
    }
  }

  private final Map<Class<?>, Result> results = new HashMap<>();
  private long observation;

  /** Begins an observation. */
  void next() {
    observation++;
  }

  /** Returns a result as last computed; null if nobody has asked for it or that failed. */
  <T extends Shared> @Nullable T last(Class<T> type) {
    Result result = results.get(type);
    return result == null || result.failure != null ? null : type.cast(result.value);
  }

  <T extends Shared> T get(Class<T> type, Supplier<T> factory, Observation of) {
    Result result = results.get(type);
    if (result == null) {
      result = new Result(factory.get(), of);
      results.put(type, result);
    }
    if (result.observation != observation) {
      result.observation = observation;
      result.done = false;
      result.failure = null;
      try {
        result.value.compute(result.seen);
        result.done = true;
      } catch (OutOfMemoryError e) {
        throw e;
      } catch (Throwable e) {
        result.failure = e;
        throw e;
      }
    } else if (!result.done) {
      String what = result.failure == null ? " needs itself" : " failed";
      throw new IllegalStateException(type.getSimpleName() + what, result.failure);
    }
    return type.cast(result.value);
  }
}
