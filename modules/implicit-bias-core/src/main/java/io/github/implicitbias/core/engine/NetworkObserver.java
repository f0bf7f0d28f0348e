package io.github.implicitbias.core.engine;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads the network of a session: at an observation, and before one that is expected. */
final class NetworkObserver {

  private final Engine engine;
  private final CostMeter meter;
  private final Reading reading;
  private final ParameterCadence parameters;
  private @Nullable NetworkSource source;

  NetworkObserver(Engine engine, ParameterCadence parameters, NetworkSource source) {
    this.engine = engine;
    this.meter = engine.meter();
    this.reading = new Reading(engine);
    this.parameters = parameters;
    this.source = source;
    meter.inPlace(() -> source().isInPlace());
  }

  NetworkSource source() {
    return Objects.requireNonNull(source, "the session has ended");
  }

  boolean isThere() {
    return source != null;
  }

  void follow(NetworkSource next) {
    source = next;
    engine.continueWith(next.view());
    engine.steps().follow(next);
  }

  void release() {
    source = null;
    engine.release();
  }

  /** Makes an observation. */
  void observe(long step, int epoch, boolean inPlace, boolean last) {
    boolean norms = parameters.isDue(engine.beginObservation(step, last));
    try {
      double loss = read(inPlace, norms);
      boolean known = parameters.isKnownBefore(step);
      reading.advance();
      engine.observe(step, epoch, inPlace, norms, known, loss);
    } finally {
      source().release();
    }
    parameters.recorded(step, norms);
  }

  /** Reads the network; where memory runs out over that, once more with less to keep. */
  private double read(boolean inPlace, boolean norms) {
    while (true) {
      try {
        long began = inPlace ? 0 : CpuClock.nanos();
        double loss = source().read(reading, inPlace);
        meter.read(inPlace ? 0 : CpuClock.nanos() - began);
        if (norms) {
          parameters.read(source());
        }
        return loss;
      } catch (OutOfMemoryError e) {
        boolean again = engine.relief().next();
        source().release();
        parameters.forget();
        if (!again) {
          throw e;
        }
      }
    }
  }

  /** Keeps what the observation of the next step needs of this one; true if it was read. */
  boolean prepareNext(long step) {
    return engine.expects(step + 1) && parameters.remember(source(), step, engine.isAllRequested());
  }

  /** Forgets which step was read last. */
  void forget() {
    parameters.forget();
  }
}
