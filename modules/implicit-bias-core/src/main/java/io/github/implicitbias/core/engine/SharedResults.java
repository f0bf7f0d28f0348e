package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
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
      this.seen = value.needs().shown(of);
    }
  }

  private final Map<Class<?>, Result> results = new HashMap<>();
  private final Set<Class<?>> missed = new HashSet<>();
  private long observation;

  /** Says which results were left out at the first record, although they remember it. */
  void missed(Set<Class<?>> atFirst) {
    missed.addAll(atFirst);
  }

  /** Forgets results with their arrays; what they remembered of the first record is lost. */
  void letGo(Set<?> types) {
    for (Object type : types) {
      if (type instanceof Class && results.remove(type) != null) {
        missed.add((Class<?>) type);
      }
    }
  }

  /** Forgets all results with their arrays. */
  void letGo() {
    try {
      missed.addAll(results.keySet());
    } finally {
      results.clear();
    }
  }

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
      if (missed.contains(type)) {
        result.value.startLate();
      }
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
        letGo(Set.of(type));
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
