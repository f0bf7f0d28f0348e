package io.github.implicitbias.testkit;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What {@link Contracts#prediction} checks. */
final class PredictionContract {

  private static final int STEPS = 6;

  private PredictionContract() {}

  static void check(Supplier<? extends Prediction> factory) {
    Prediction prediction = factory.get();
    String id = prediction.id();
    Checks.id(id);
    text(id, "statement", prediction.statement());
    text(id, "source", prediction.source());
    Checks.cadence(id, prediction::cadence);
    Checks.that(prediction.needs() != null, id + ": needs() is null; give Needs.NONE");
    List<List<String>> apart = new ArrayList<>();
    for (Map.Entry<String, PlainStack> situation : Situations.all().entrySet()) {
      Run run = new Run(prediction, id + ", " + situation.getKey(), situation.getValue());
      for (int step = 0; step < STEPS; step++) {
        run.step();
      }
      apart.add(run.verdicts);
    }
    Observation unknown = new DeclaredRun(id, null, prediction.needs()).seen();
    judge(id + ", a network of unknown kind", start(id, prediction, unknown), unknown);
    List<Run> together = new ArrayList<>();
    for (Map.Entry<String, PlainStack> situation : Situations.all().entrySet()) {
      together.add(new Run(prediction, id + ", " + situation.getKey(), situation.getValue()));
    }
    for (int step = 0; step < STEPS; step++) {
      for (Run run : together) {
        run.step();
      }
    }
    for (int k = 0; k < together.size(); k++) {
      Checks.that(
          together.get(k).verdicts.equals(apart.get(k)),
          together.get(k).where + ": other verdicts when other runs are judged at the same time");
    }
  }

  private static void text(String id, String what, String text) {
    Checks.that(text != null && text.length() > 3, id + ": the " + what + " is missing");
  }

  private static Prediction.Check start(String where, Prediction prediction, Observation first) {
    try {
      Prediction.Check check = prediction.start(first);
      Checks.that(check != null, where + ": start gives null; give a check that does not apply");
      return check;
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw new AssertionError(where + ": start throws", e);
    }
  }

  private static Verdict judge(String where, Prediction.Check check, Observation observation) {
    Verdict verdict;
    try {
      verdict = check.judge(observation);
    } catch (RuntimeException | LinkageError | StackOverflowError e) {
      throw new AssertionError(where + ": it throws; say that it does not apply instead", e);
    }
    Checks.that(verdict != null, where + ": the verdict is null");
    if (verdict.state() == Verdict.State.NOT_APPLICABLE) {
      Checks.that(!verdict.detail().isEmpty(), where + ": does not apply, without a reason");
    } else {
      Checks.that(
          !Double.isNaN(verdict.measured()) || verdict.state() == Verdict.State.HOLDS,
          where + ": " + verdict.state().words() + ", but the measured number is not a number");
    }
    return verdict;
  }

  /** One network being judged. */
  private static final class Run {
    final Prediction prediction;
    final String where;
    final DeclaredRun run;
    final Observation net;
    final List<String> verdicts = new ArrayList<>();
    private Prediction.@Nullable Check check;
    private boolean never;

    Run(Prediction prediction, String where, PlainStack net) {
      this.prediction = prediction;
      this.where = where;
      this.run = new DeclaredRun(where, net, prediction.needs());
      this.net = run.seen();
    }

    void step() {
      run.observe();
      int before = Checks.fingerprint(net);
      Prediction.Check asked = check == null ? start(where, prediction, net) : check;
      check = asked;
      Verdict verdict = judge(where, asked, net);
      Checks.that(Checks.fingerprint(net) == before, where + ": what it reads was changed");
      boolean applies = verdict.state() != Verdict.State.NOT_APPLICABLE;
      Checks.that(!never || !applies, where + ": it applies after it did not");
      never |= !applies;
      verdicts.add(verdict + " " + verdict.measured() + " " + verdict.bound());
      run.step();
    }
  }
}
