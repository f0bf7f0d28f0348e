package io.github.implicitbias.core.action;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line in the log. */
final class LogAction extends Action {

  private static final Logger LOG = LoggerFactory.getLogger(Action.class);

  @Override
  Work prepare(Occasion occasion) {
    return () -> LOG.info("Step {}: {}.", occasion.event.step(), occasion.event.detail());
  }

  @Override
  public String toString() {
    return "log";
  }
}
