package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Event;
import java.util.function.Consumer;

/** Something of the user's own. */
final class CallAction extends Action {

  private final Consumer<Event> receiver;

  CallAction(Consumer<Event> receiver) {
    this.receiver = receiver;
  }

  @Override
  Work prepare(Occasion occasion) {
    return () -> receiver.accept(occasion.event);
  }

  @Override
  public String toString() {
    return "call";
  }
}
