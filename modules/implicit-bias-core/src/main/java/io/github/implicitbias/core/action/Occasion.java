package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.format.RunHeader;

/** A record at which a trigger has begun to hold. */
final class Occasion {

  final RunHeader header;
  final String trigger;
  final Event event;
  final TriggerWatch watch;

  Occasion(RunHeader header, String trigger, Event event, TriggerWatch watch) {
    this.header = header;
    this.trigger = trigger;
    this.event = event;
    this.watch = watch;
  }
}
