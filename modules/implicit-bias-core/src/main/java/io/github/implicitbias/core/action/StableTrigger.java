package io.github.implicitbias.core.action;

import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import java.util.List;

/** All activation patterns of the probe, unchanged for a number of steps. */
final class StableTrigger extends Trigger {

  static final String PATTERN = "pattern";

  private final long steps;

  StableTrigger(long steps) {
    this.steps = steps;
  }

  @Override
  void check(KnownNames names) {}

  @Override
  Judge start(Seen seen) {
    if (seen.patterns.isEmpty() || seen.header.samples() == 0) {
      throw new IllegalArgumentException(
          "this run has no pattern: it needs a probe, and a layer whose units are tracked");
    }
    return new OfPatterns(seen.patterns);
  }

  @Override
  public String toString() {
    return PATTERN + " stable for " + steps + " steps";
  }

  private final class OfPatterns extends Judge {
    private final List<PatternHistory> patterns;
    private long since;

    OfPatterns(List<PatternHistory> patterns) {
      this.patterns = patterns;
    }

    @Override
    void judge(Record record) {
      began = false;
      if (!record.isObserved()) {
        return;
      }
      since = -1;
      for (int k = 0; k < patterns.size(); k++) {
        since = Math.max(since, patterns.get(k).stableSince());
      }
      became(since >= 0 && record.step() - since >= steps);
    }

    @Override
    void tell(List<String> into) {
      if (holds) {
        into.add("the pattern is unchanged since step " + since);
      }
    }
  }
}
