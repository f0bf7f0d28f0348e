package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Verdict;
import java.util.List;

/** A prediction that is violated or reached. */
final class VerdictTrigger extends Trigger {

  private final String prediction;
  private final Verdict.State state;

  VerdictTrigger(String prediction, Verdict.State state) {
    this.prediction = prediction;
    this.state = state;
  }

  @Override
  void check(KnownNames names) {
    names.requirePrediction(prediction);
  }

  @Override
  Judge start(Seen seen) {
    return new OfVerdict(seen.verdict(prediction));
  }

  @Override
  public String toString() {
    return prediction + " " + state.words();
  }

  private final class OfVerdict extends Judge {
    private final int column;
    private double measured;
    private double bound;

    OfVerdict(int column) {
      this.column = column;
    }

    @Override
    void judge(Record record) {
      double value = record.value(column);
      became(Double.isNaN(value) ? holds : value == state.ordinal());
      if (began) {
        // The measured number and the bound stand behind the verdict.
        measured = record.value(column + 1);
        bound = record.value(column + 2);
      }
    }

    @Override
    void tell(List<String> into) {
      if (holds) {
        String numbers = Absent.is(measured) ? "" : ", measured " + measured;
        String limit = Absent.is(bound) ? "" : ", bound " + bound;
        into.add(VerdictTrigger.this + numbers + limit);
      }
    }
  }
}
