package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.Stack;
import org.jspecify.annotations.Nullable;

/** The linear map of a stack with one output: see {@link LinearMap}. */
final class ObservedMap implements Shared {

  private final LinearMap map = new LinearMap();
  private boolean valid;

  /** Returns the map; null if the network is no stack with one output. */
  public static @Nullable LinearMap of(Observation observation) {
    return observation.shared(ObservedMap.class, ObservedMap::new).map();
  }

  @Override
  public void compute(Observation observation) {
    valid = false;
    Stack stack = observation.stack();
    if (stack != null && stack.outputs() == 1) {
      map.compute(stack);
      valid = true;
    }
  }

  /** Returns the map; null if the network is no stack with one output. */
  @Nullable LinearMap map() {
    return valid ? map : null;
  }
}
