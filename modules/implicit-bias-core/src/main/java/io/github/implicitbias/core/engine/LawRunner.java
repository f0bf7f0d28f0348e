package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.StepSource;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/*
 * Reading a step costs two passes over the parameters, so it is done at every k-th step only. k
 * follows from the sizes of the network and of its batches alone, so that what is judged depends on
 * nothing but the run: it keeps the cost below 1 % of a step by the prices below, which
 * docs/performance.md measures.
 */

/**
 * Judges laws at the steps of training, and keeps their verdicts for the records. A law that throws
 * has NaN columns, and is switched off after three times in a row.
 */
final class LawRunner {

  /** What reading a step takes: so much at least, and so much per parameter. */
  private static final double READ_NANOS = 12_000;

  private static final double READ_NANOS_PER_PARAMETER = 6;

  /** What a step of training takes: so much at least, and per sample and product. */
  private static final double STEP_NANOS = 60_000;

  private static final double STEP_NANOS_PER_PRODUCT = 0.115;

  private static final double SHARE = 0.006;

  private final StepSource source;
  private final List<Law> laws;
  private final List<Law.@Nullable Check> checks = new ArrayList<>();
  private final List<Fuse> fuses = new ArrayList<>();
  private final Verdicts verdicts;
  private final EventBuffer events = new EventBuffer();
  private final double[] values;
  private final FailureLog failures;
  private final int at;
  private int every;
  private @Nullable StepSums steps;
  private long next;
  private boolean begun;
  private boolean isDue;
  private boolean isOff;
  private boolean isGivenUp;

  /**
   * Makes the runner of one run.
   *
   * @param every at every how many steps to read one; 0 to follow from sizes
   * @param first place of the first law among the predictions of the run
   * @param at place of the first of their columns
   */
  LawRunner(List<Law> laws, StepSource source, int every, int first, int at, FailureLog failures) {
    this.laws = laws;
    this.source = source;
    this.every = every;
    this.failures = failures;
    this.at = at;
    this.verdicts = new Verdicts(laws.size(), first);
    this.values = new double[3 * laws.size()];
    for (int i = 0; i < laws.size(); i++) {
      Verdicts.clear(values, 3 * i);
      fuses.add(new Fuse("law " + laws.get(i).id()));
    }
  }

  /** Returns at every how many steps one has to be read to stay within a share of the time. */
  static int every(StepNetwork network, int samples) {
    double read = READ_NANOS + READ_NANOS_PER_PARAMETER * network.parameters();
    double step = STEP_NANOS + STEP_NANOS_PER_PRODUCT * samples * network.products();
    return (int) Math.max(1, Math.ceil(read / step / SHARE));
  }

  /** Returns true if the step that has begun is to be read. */
  boolean isDue(long step) {
    isDue = !isOff && step >= next;
    return isDue;
  }

  /** Begins a step, when its gradient is known and the parameters are still those of it. */
  void begin(long step, int epoch, int samples) {
    if (isOff) {
      return;
    }
    try {
      StepSums reading = steps == null ? start(step, samples) : steps;
      if (isOff) {
        return;
      }
      reading.begin(step, epoch, samples, isDue);
      begun = true;
      for (int i = 0; i < checks.size(); i++) {
        Law.Check check = checks.get(i);
        if (check != null) {
          check.begin(reading);
        }
      }
      if (isDue) {
        next = step + every;
      }
    } catch (Throwable e) {
      failedAltogether(step, e);
    }
  }

  private StepSums start(long step, int samples) {
    StepSums reading = new StepSums(source);
    steps = reading;
    every = every > 0 ? every : every(reading.network(), samples);
    boolean fits = StepSums.fits(reading.network());
    for (int i = 0; i < laws.size(); i++) {
      checks.add(null);
      try {
        Law.Check check = laws.get(i).start(reading.network());
        checks.set(i, check);
        verdicts.conditions(i, step, check.conditions(), events);
      } catch (Throwable e) {
        failed(i, e);
      }
    }
    if (!fits) {
      endAll(step, "the parameters are too many to be kept from before a step to after it");
    }
    return reading;
  }

  /** Ends the step that has begun: the parameters are those that the update has left. */
  void end() {
    StepSums reading = steps;
    if (isOff || !begun || reading == null) {
      return;
    }
    begun = false;
    try {
      reading.end();
    } catch (Throwable e) {
      failedAltogether(reading.step(), e);
      return;
    }
    if (!reading.isFinite()) {
      endAll(
          reading.step(),
          "not finite at step " + reading.step() + ": a parameter, its gradient or its update");
      return;
    }
    for (int i = 0; i < checks.size(); i++) {
      Law.Check check = checks.get(i);
      if (check != null) {
        try {
          note(i, reading.step(), check.judge(reading));
          fuses.get(i).succeeded();
        } catch (Throwable e) {
          failed(i, e);
        }
      }
    }
  }

  private void note(int i, long step, Verdict verdict) {
    if (!verdicts.note(i, step, verdict, values, 3 * i, events)) {
      checks.set(i, null);
    }
  }

  /** Ends all laws for good, because a number is not finite. */
  void endAll(long step, String reason) {
    if (isOff) {
      return;
    }
    for (int i = 0; i < laws.size(); i++) {
      if (checks.isEmpty() || checks.get(i) != null) {
        verdicts.note(i, step, Verdict.notApplicable(reason), values, 3 * i, events);
      }
    }
    checks.clear();
    isOff = true;
    steps = null;
  }

  private void failedAltogether(long step, Throwable e) {
    isOff = true;
    steps = null;
    begun = false;
    failures.failed(
        new Fuse("laws"),
        EventKind.METRIC_FAILED,
        e,
        ", no law is judged from step " + step + " on");
  }

  private void failed(int i, Throwable e) {
    Fuse fuse = fuses.get(i);
    failures.failed(fuse, EventKind.METRIC_FAILED, e, ", its verdicts are missing");
    Verdicts.fail(values, 3 * i);
    if (fuse.isBlown() || FailureLog.isFatal(e)) {
      checks.set(i, null);
    }
  }

  /** Frees the memory of the parameters, when it is needed for something else. */
  void letGo() {
    isOff = true;
    isGivenUp |= steps != null;
    steps = null;
  }

  /** Returns the laws that were judged and were given up, none if there was nothing to free. */
  List<String> givenUp() {
    return isGivenUp ? laws.stream().map(Law::id).collect(Collectors.toList()) : List.of();
  }

  /** Writes the verdicts into a record, and the events since the record before. */
  void addTo(Record record) {
    System.arraycopy(values, 0, record.values(), at, values.length);
    events.moveTo(record.events());
  }
}
