package io.github.implicitbias.testkit;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** What {@link Contracts#metric} checks. */
final class MetricContract {

  private static final int STEPS = 4;
  private static final double NEARLY = 1e-6;

  private MetricContract() {}

  static void check(Supplier<? extends Metric> factory) {
    Metric metric = factory.get();
    String id = metric.id();
    Checks.id(id);
    Checks.that(id.equals(metric.id()), "the id changes from call to call: " + id);
    Checks.that(metric.scope() != null, id + ": the scope is null");
    Checks.cadence(id, metric::cadence);
    check(
        id,
        metric.scope(),
        needs(id, metric::needs),
        (observation, layer) -> new double[] {metric.evaluate(observation, layer)},
        (observation, layer) -> new double[] {factory.get().evaluate(observation, layer)});
  }

  static void checkPerSample(Supplier<? extends SampleMetric> factory) {
    SampleMetric metric = factory.get();
    String id = metric.id();
    Checks.id(id);
    Checks.that(id.equals(metric.id()), "the id changes from call to call: " + id);
    Checks.that(metric.scope() != null, id + ": the scope is null");
    Checks.cadence(id, metric::cadence);
    check(
        id,
        metric.scope(),
        needs(id, metric::needs),
        (observation, layer) -> values(metric, observation, layer),
        (observation, layer) -> values(factory.get(), observation, layer));
  }

  static void checkPerUnit(Supplier<? extends UnitMetric> factory) {
    UnitMetric metric = factory.get();
    String id = metric.id();
    Checks.id(id);
    Checks.that(id.equals(metric.id()), "the id changes from call to call: " + id);
    Checks.cadence(id, metric::cadence);
    check(
        id,
        Metric.Scope.LAYER,
        needs(id, metric::needs),
        (observation, layer) -> values(metric, observation, layer),
        (observation, layer) -> values(factory.get(), observation, layer));
  }

  private static double[] values(UnitMetric metric, Observation observation, int layer) {
    double[] values = new double[observation.pattern(layer).units()];
    Arrays.fill(values, 0.123456789);
    boolean there =
        metric.appliesTo(observation.network(), observation.probe(), layer)
            && metric.evaluate(observation, layer, values);
    return there ? values : new double[0];
  }

  private static double[] values(SampleMetric metric, Observation observation, int layer) {
    double[] values = new double[observation.probe().samples()];
    Arrays.fill(values, 0.123456789);
    boolean there = metric.evaluate(observation, layer, values);
    return there ? values : new double[0];
  }

  private interface Evaluation {
    double[] at(Observation observation, int layer);
  }

  private static Needs needs(String id, Supplier<Needs> asked) {
    Needs needs = asked.get();
    Checks.that(needs != null, id + ": needs() is null; give Needs.NONE");
    Checks.that(needs.equals(asked.get()), id + ": needs() changes from call to call");
    return needs;
  }

  private static void check(
      String id, Metric.Scope scope, Needs needs, Evaluation evaluation, Evaluation fresh) {
    for (Map.Entry<String, PlainStack> situation : Situations.all().entrySet()) {
      List<List<double[]>> all = new ArrayList<>();
      DeclaredRun run = new DeclaredRun(id, situation.getValue(), needs);
      for (int step = 0; step < STEPS; step++) {
        run.observe();
        String where = id + ", " + situation.getKey() + ", step " + step;
        all.add(values(where, scope, evaluation, run.seen()));
        run.step();
      }
      // Another instance on another run: nothing may be left over from the first.
      again(id, situation.getKey(), scope, needs, fresh, all, 0);
      // Asked only from the third record on: the run remembers what was declared, and no more.
      again(id, situation.getKey(), scope, needs, fresh, all, STEPS / 2);
    }
    DeclaredRun unknown = new DeclaredRun(id, null, needs);
    values(id + ", a network of unknown kind", scope, evaluation, unknown.seen());
  }

  private static void again(
      String id,
      String situation,
      Metric.Scope scope,
      Needs needs,
      Evaluation fresh,
      List<List<double[]>> expected,
      int from) {
    DeclaredRun run = new DeclaredRun(id, Situations.all().get(situation), needs);
    for (int step = 0; step < STEPS; step++) {
      run.observe();
      Iterator<double[]> values = expected.get(step).iterator();
      for (int layer = first(scope); step >= from && layer < last(scope, run.seen()); layer++) {
        Checks.that(
            areSame(values.next(), fresh.at(run.seen(), layer), from > 0),
            id
                + ", "
                + situation
                + ", step "
                + step
                + (from == 0
                    ? ": another run of the same network gives other values"
                    : ": first asked at step "
                        + from
                        + " it gives another value; name in needs() what it remembers: "
                        + Arrays.toString(expected.get(step).get(layer - first(scope)))
                        + Arrays.toString(fresh.at(run.seen(), layer))));
      }
      run.step();
    }
  }

  /** Searches that go on from where they ended before are the same within what they leave. */
  private static boolean areSame(double[] expected, double[] actual, boolean nearly) {
    boolean same = expected.length == actual.length;
    for (int k = 0; same && k < expected.length; k++) {
      double size = Math.max(1, Math.max(Math.abs(expected[k]), Math.abs(actual[k])));
      same =
          Double.compare(expected[k], actual[k]) == 0
              || nearly && Math.abs(expected[k] - actual[k]) <= NEARLY * size;
    }
    return same;
  }

  private static int first(Metric.Scope scope) {
    return scope == Metric.Scope.NETWORK ? -1 : 0;
  }

  private static int last(Metric.Scope scope, Observation observation) {
    return scope == Metric.Scope.NETWORK ? 0 : observation.layers();
  }

  private static List<double[]> values(
      String where, Metric.Scope scope, Evaluation evaluation, Observation observation) {
    List<double[]> all = new ArrayList<>();
    for (int layer = first(scope); layer < last(scope, observation); layer++) {
      int before = Checks.fingerprint(observation);
      double[] values = at(where, evaluation, observation, layer);
      all.add(values);
      Checks.that(Checks.fingerprint(observation) == before, where + ": what it reads was changed");
      Checks.that(
          Arrays.equals(values, at(where, evaluation, observation, layer)),
          where + ": a second call on the same observation gives another value");
    }
    return all;
  }

  private static double[] at(
      String where, Evaluation evaluation, Observation observation, int layer) {
    try {
      return evaluation.at(observation, layer);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw new AssertionError(where + ": it throws; return absent where it does not apply", e);
    }
  }
}
