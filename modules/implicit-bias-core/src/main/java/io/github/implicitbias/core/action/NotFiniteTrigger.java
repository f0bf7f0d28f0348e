package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Record;
import java.util.List;

/** A number that is observed is NaN or infinite. */
final class NotFiniteTrigger extends Trigger {

  private static final int LOSS = Column.Basic.LOSS.ordinal();
  private static final int SCORE = Column.Basic.SCORE.ordinal();

  @Override
  void check(KnownNames names) {}

  @Override
  Judge start(Seen seen) {
    return new OfNumbers();
  }

  @Override
  public String toString() {
    return "not finite";
  }

  private static boolean isOdd(double value) {
    return !Absent.is(value) && !Double.isFinite(value);
  }

  private static final class OfNumbers extends Judge {
    private boolean said;
    private String detail = "";
    private double loss;
    private double score;

    @Override
    void judge(Record record) {
      EventBuffer events = record.events();
      for (int i = 0; i < events.size(); i++) {
        if (events.kind(i) == EventKind.NOT_FINITE) {
          said = true;
          detail = events.detail(i);
          layer = events.layer(i);
        } else if (events.kind(i) == EventKind.FINITE_AGAIN) {
          said = false;
        }
      }
      loss = record.value(LOSS);
      score = record.value(SCORE);
      became(said || isOdd(loss) || isOdd(score));
    }

    @Override
    void tell(List<String> into) {
      if (said) {
        into.add(detail);
      } else if (isOdd(loss)) {
        into.add("the loss is " + loss);
      } else if (isOdd(score)) {
        into.add("the score is " + score);
      }
    }
  }
}
