package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Record;
import java.util.List;

/** A trigger that begins to hold a few times only. */
final class FewTimesTrigger extends Trigger {

  private final Trigger of;
  private final int most;

  FewTimesTrigger(Trigger of, int most) {
    this.of = of;
    this.most = most;
  }

  @Override
  void check(KnownNames names) {
    of.check(names);
  }

  @Override
  Judge start(Seen seen) {
    return new Counting(of.start(seen));
  }

  @Override
  public String toString() {
    return of + (most == 1 ? ", once" : ", " + most + " times");
  }

  private final class Counting extends Judge {
    private final Judge inner;
    private int count;
    private boolean counted;

    Counting(Judge inner) {
      this.inner = inner;
    }

    @Override
    void judge(Record record) {
      inner.judge(record);
      if (inner.began) {
        counted = count < most;
        count += counted ? 1 : 0;
      }
      holds = inner.holds && counted;
      began = inner.began && counted;
    }

    @Override
    void tell(List<String> into) {
      if (holds) {
        inner.tell(into);
      }
    }

    @Override
    Judge place() {
      return inner.place();
    }
  }
}
