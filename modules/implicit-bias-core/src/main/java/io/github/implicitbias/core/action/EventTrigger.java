package io.github.implicitbias.core.action;

import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.RunHeader;
import java.util.List;

/** Events of a kind: it holds at each record that has one. */
final class EventTrigger extends Trigger {

  private final EventKind kind;

  EventTrigger(EventKind kind) {
    this.kind = kind;
  }

  @Override
  void check(KnownNames names) {}

  @Override
  Judge start(Seen seen) {
    return new OfEvents(seen.header);
  }

  @Override
  public String toString() {
    return "event " + kind.id();
  }

  private final class OfEvents extends Judge {
    private final RunHeader header;
    private String detail = "";
    private int count;
    private long step = -1;
    private int seen;

    OfEvents(RunHeader header) {
      this.header = header;
    }

    /** A record may be judged again when more events are known of it. */
    @Override
    void judge(Record record) {
      if (record.step() != step) {
        step = record.step();
        seen = 0;
        count = 0;
      }
      EventBuffer events = record.events();
      int before = count;
      for (int i = seen; i < events.size(); i++) {
        if (events.kind(i) == kind) {
          if (count == before) {
            layer = events.layer(i);
            unit = events.unit(i);
            sample = events.sample(i);
            detail = events.detail(i);
          }
          count++;
        }
      }
      seen = events.size();
      holds = count > 0;
      began = count > before;
    }

    @Override
    void tell(List<String> into) {
      if (holds) {
        String where = unit < 0 ? "" : " unit " + unit;
        String inLayer = layer < 0 ? "" : " of " + header.layers().get(layer).name();
        String more = count == 1 ? "" : " and " + (count - 1) + " more";
        String words = detail.isEmpty() ? "" : ", " + detail;
        into.add(kind.id() + where + inLayer + more + words);
      }
    }
  }
}
