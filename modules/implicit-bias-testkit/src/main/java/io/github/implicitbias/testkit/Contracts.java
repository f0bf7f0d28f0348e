package io.github.implicitbias.testkit;

import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Recorder;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/**
 * Checks what the interfaces for your own metrics, predictions and recorders promise.
 *
 * <p>They need no test framework; for example in a JUnit test: {@code
 * Contracts.metric(MyMetric::new);}
 */
public final class Contracts {

  private Contracts() {}

  /** Opens the place that a recorder writes to. */
  public interface Place {

    /** Makes a recorder that writes to a new, empty place. */
    Recorder open() throws IOException;

    /**
     * Returns what the recorder last opened has written, after it was closed.
     *
     * @return the header as it was given last, encoded, then the blocks in order; only the header
     *     if there were no blocks
     */
    List<byte[]> contents() throws IOException;
  }

  /**
   * Checks what {@link Metric} promises: a usable id, a cadence for networks of every size, values
   * that depend on the run alone and not on when they are first asked for, nothing used that {@code
   * needs()} does not name, no change to what was read, and no exception on networks of every kind,
   * the degenerate ones included. Where a metric does not apply it returns absent.
   *
   * @param factory makes the metric
   * @throws AssertionError that says which promise is broken, and where
   */
  public static void metric(Supplier<? extends Metric> factory) {
    MetricContract.check(factory);
  }

  /**
   * Checks the same of a metric that gives one number per sample.
   *
   * @param factory makes the metric
   * @throws AssertionError that says which promise is broken, and where
   */
  public static void perSample(Supplier<? extends SampleMetric> factory) {
    MetricContract.checkPerSample(factory);
  }

  /**
   * Checks the same of a metric that gives one number per unit.
   *
   * @param factory makes the metric
   * @throws AssertionError that says which promise is broken, and where
   */
  public static void perUnit(Supplier<? extends UnitMetric> factory) {
    MetricContract.checkPerUnit(factory);
  }

  /**
   * Checks what {@link Prediction} promises: texts that are there, a cadence, a verdict for
   * networks of every kind with the numbers that go with it, a reason where it does not apply and
   * no change of mind about that, nothing used that {@code needs()} does not name, and checks of
   * several runs that do not disturb each other.
   *
   * @param factory makes the prediction
   * @throws AssertionError that says which promise is broken, and where
   */
  public static void prediction(Supplier<? extends Prediction> factory) {
    PredictionContract.check(factory);
  }

  /**
   * Checks what {@link Recorder} promises: it takes a header and any number of blocks of any size
   * in order, leaves the bytes as they are, can be closed at any time, and gives back what it was
   * given.
   *
   * @throws AssertionError that says which promise is broken
   * @throws IOException if the place cannot be opened or read
   */
  public static void recorder(Place place) throws IOException {
    RecorderContract.check(place);
  }

  /**
   * Checks that a value depends on nothing but the run: every metric and prediction of a set gives
   * the same values, bit for bit, alone, with all the others, and when the others are first asked
   * at a later record, on networks of every kind and at the cadences of small and of large
   * networks.
   *
   * @throws AssertionError that names the first whose values differ, and where
   */
  public static void independence(Instruments instruments) {
    IndependenceContract.check(instruments);
  }
}
