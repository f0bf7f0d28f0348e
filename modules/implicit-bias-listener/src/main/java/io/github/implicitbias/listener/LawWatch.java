package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.engine.StepReading;
import org.jspecify.annotations.Nullable;

/**
 * Which callback is what moment of a step for laws. Throws nothing: a failure ends it, with one
 * line in the log.
 */
final class LawWatch {

  private final Network net;
  private final Session session;
  private @Nullable StepReader steps;
  private boolean due;
  private boolean begun;

  private LawWatch(Network net, Session session, StepReader steps) {
    this.net = net;
    this.session = session;
    this.steps = steps;
  }

  /** Returns what shows laws a network; null if the session judges none. */
  static @Nullable LawWatch of(
      Network net, NetworkReader reader, Session session, @Nullable VisitWatch visits) {
    StepReader steps = session.laws() == null ? null : reader.steps();
    if (steps == null) {
      return null;
    }
    steps.following(visits);
    return new LawWatch(net, session, steps);
  }

  private @Nullable StepReader steps() {
    return session.laws() == null ? null : steps;
  }

  /** At the first forward pass of a step, which the session has begun. */
  void forward(Activations activations) {
    StepReader reader = steps();
    StepReading laws = session.laws();
    begun = false;
    if (reader == null || laws == null) {
      return;
    }
    try {
      due = laws.isDueForLaws(session.step());
      reader.forward(activations, due);
      begun = true;
    } catch (Throwable e) {
      failed(e);
    }
  }

  /**
   * At the backward pass.
   *
   * @param visited true if the visits of the step were read just now
   */
  void backward(boolean visited) {
    StepReader reader = steps();
    if (reader == null || !begun) {
      return;
    }
    try {
      reader.backward(due, visited);
    } catch (Throwable e) {
      failed(e);
    }
  }

  /** When the gradient is known. */
  void gradient() {
    StepReader reader = steps();
    StepReading laws = session.laws();
    if (reader == null || laws == null || !begun) {
      return;
    }
    try {
      reader.gradient(due);
      laws.gradientKnown(session.step(), net.epoch(), reader.samples());
    } catch (Throwable e) {
      failed(e);
    }
  }

  /** After the update. */
  void updated() {
    StepReader reader = steps();
    StepReading laws = session.laws();
    if (reader == null || laws == null || !begun) {
      return;
    }
    begun = false;
    try {
      reader.updated();
      laws.updated();
    } catch (Throwable e) {
      failed(e);
    }
  }

  private void failed(Throwable e) {
    steps = null;
    StepReading laws = session.laws();
    if (laws != null) {
      laws.failedForLaws(e);
    }
  }

  /** Lets the network go. */
  void release() {
    steps = null;
  }
}
