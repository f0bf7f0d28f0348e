package io.github.implicitbias.testkit;

import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What {@link Contracts#independence} checks. */
final class IndependenceContract {

  private static final int STEPS = 12;
  private static final int LATE = 5;

  /** Sizes at which everything is due at every record, and at which much is not. */
  private static final List<Dimensions> SIZES =
      List.of(
          new Dimensions(8, 3, 1, 26, 5, 3, 5),
          new Dimensions(64, 40, 1, 4_201, 100, 40, 100),
          new Dimensions(128, 784, 10, 814_090, 1024, 784, 1024));

  private IndependenceContract() {}

  static void check(Instruments instruments) {
    for (String situation : Situations.all().keySet()) {
      for (Dimensions size : SIZES) {
        check(instruments, situation, size, true);
      }
      check(instruments, situation, SIZES.get(0), false);
    }
  }

  private static void check(
      Instruments instruments, String situation, Dimensions size, boolean full) {
    List<Instrument> all = all(instruments, size);
    run(all, situation, full, -1, null);
    for (int k = 0; k < all.size(); k++) {
      Instrument one = all.get(k);
      List<Instrument> alone = List.of(all(instruments, size).get(k));
      run(alone, situation, full, -1, null);
      compare(one, alone.get(0), situation, "with all others than alone");
    }
    for (int late = 0; late < 2; late++) {
      // Half of them at a time, so that everything has company that comes late.
      List<Instrument> others = all(instruments, size);
      run(others, situation, full, late, all);
    }
  }

  private static void compare(Instrument one, Instrument other, String situation, String how) {
    for (int step = 0; step < one.values.size(); step++) {
      Checks.that(
          one.values.get(step).equals(other.values.get(step)),
          one.id
              + ", "
              + situation
              + ", step "
              + step
              + ": other values "
              + how
              + ": "
              + one.values.get(step)
              + " "
              + other.values.get(step));
    }
  }

  /**
   * Runs a network.
   *
   * @param full false to say from some step on that training has left the probe
   * @param late remainder of the number, modulo 2, of those first asked at a later record; -1: none
   * @param expected what those that are asked at once must say; null if that is not known
   */
  private static void run(
      List<Instrument> instruments,
      String situation,
      boolean full,
      int late,
      @Nullable List<Instrument> expected) {
    PlainStack net = Objects.requireNonNull(Situations.all().get(situation), situation);
    Needs needs = Needs.NONE;
    for (Instrument instrument : instruments) {
      needs = needs.and(instrument.needs);
      instrument.seen = instrument.needs.shown(net);
    }
    for (int step = 0; step < STEPS; step++) {
      net.setFullBatch(full || step < LATE - 2);
      net.observe(needs.includes(Needs.BOUNDARY));
      needs.compute(net, step == 0);
      for (int k = 0; k < instruments.size(); k++) {
        if (k % 2 != late || step >= LATE) {
          instruments.get(k).ask(step);
        }
      }
      net.descend();
    }
    for (int k = 0; expected != null && k < instruments.size(); k++) {
      if (k % 2 != late) {
        compare(instruments.get(k), expected.get(k), situation, "when others are asked late");
      }
    }
  }

  private static List<Instrument> all(Instruments instruments, Dimensions size) {
    List<Instrument> all = new ArrayList<>();
    for (Metric metric : instruments.metrics()) {
      Metric.Scope scope = metric.scope();
      all.add(
          new Instrument(metric.id(), metric.needs(), metric.cadence(size)) {
            @Override
            String value(Observation observation) {
              return layers(scope, observation, l -> metric.evaluate(observation, l));
            }
          });
    }
    for (SampleMetric metric : instruments.sampleMetrics()) {
      all.add(
          new Instrument(metric.id(), metric.needs(), metric.cadence(size)) {
            @Override
            String value(Observation observation) {
              double[] row = new double[observation.probe().samples()];
              return layers(
                  metric.scope(),
                  observation,
                  l -> metric.evaluate(observation, l, row) ? Arrays.toString(row) : "");
            }
          });
    }
    for (UnitMetric metric : instruments.unitMetrics()) {
      all.add(
          new Instrument(metric.id(), metric.needs(), metric.cadence(size)) {
            @Override
            String value(Observation observation) {
              return layers(Metric.Scope.LAYER, observation, l -> row(metric, observation, l));
            }
          });
    }
    for (Prediction prediction : instruments.predictions()) {
      all.add(
          new Instrument(prediction.id(), prediction.needs(), prediction.cadence(size)) {
            private Prediction.@Nullable Check check;

            @Override
            String value(Observation observation) {
              check = check == null ? prediction.start(observation) : check;
              Verdict verdict = check.judge(observation);
              return verdict + " " + verdict.measured() + " " + verdict.bound();
            }
          });
    }
    return all;
  }

  private static String row(UnitMetric metric, Observation observation, int layer) {
    double[] row = new double[observation.pattern(layer).units()];
    return metric.appliesTo(observation.network(), observation.probe(), layer)
            && metric.evaluate(observation, layer, row)
        ? Arrays.toString(row)
        : "";
  }

  private static String layers(
      Metric.Scope scope, Observation observation, Function<Integer, Object> value) {
    if (scope == Metric.Scope.NETWORK) {
      return value.apply(-1).toString();
    }
    Map<Integer, Object> values = new LinkedHashMap<>();
    for (int layer = 0; layer < observation.layers(); layer++) {
      values.put(layer, value.apply(layer));
    }
    return values.toString();
  }

  /** One metric or prediction of a run, with what it has said so far. */
  private abstract static class Instrument {
    final String id;
    final Needs needs;
    final Cadence cadence;
    final List<String> values = new ArrayList<>();
    @Nullable Observation seen;

    Instrument(String id, Needs needs, Cadence cadence) {
      this.id = id;
      this.needs = needs;
      this.cadence = cadence;
    }

    /** Returns what it says of an observation; doubles as text have all their bits. */
    abstract String value(Observation observation);

    void ask(int record) {
      boolean due = record == 0 || record == STEPS - 1 || cadence.isDue(record);
      values.add(due ? value(Objects.requireNonNull(seen)) : "");
    }
  }
}
