package io.github.implicitbias.core.action;

import org.jspecify.annotations.Nullable;

/** Asks training to stop. */
final class StopAction extends Action {

  @Override
  @Nullable Work prepare(Occasion occasion) {
    occasion.watch.requestStop();
    return null;
  }

  @Override
  public String toString() {
    return "stop";
  }
}
