package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Record;
import java.util.List;

/** Two triggers: both of them, or one. */
final class BothTrigger extends Trigger {

  private final Trigger one;
  private final Trigger other;
  private final boolean and;

  BothTrigger(Trigger one, Trigger other, boolean and) {
    this.one = one;
    this.other = other;
    this.and = and;
  }

  @Override
  void check(KnownNames names) {
    one.check(names);
    other.check(names);
  }

  @Override
  Judge start(Seen seen) {
    return new OfBoth(one.start(seen), other.start(seen));
  }

  @Override
  public String toString() {
    return "(" + one + (and ? " and " : " or ") + other + ")";
  }

  private final class OfBoth extends Judge {
    private final Judge first;
    private final Judge second;

    OfBoth(Judge first, Judge second) {
      this.first = first;
      this.second = second;
    }

    @Override
    void judge(Record record) {
      first.judge(record);
      second.judge(record);
      holds = and ? first.holds && second.holds : first.holds || second.holds;
      began = holds && (first.began || second.began);
    }

    @Override
    void tell(List<String> into) {
      first.tell(into);
      second.tell(into);
    }

    @Override
    Judge place() {
      return first.began ? first.place() : second.place();
    }
  }
}
