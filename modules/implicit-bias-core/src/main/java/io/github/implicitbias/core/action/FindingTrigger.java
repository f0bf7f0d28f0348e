package io.github.implicitbias.core.action;

import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Record;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A rule that says something of a level. */
final class FindingTrigger extends Trigger {

  private final String rule;
  private final Finding.@Nullable Level level;

  /**
   * Makes the trigger.
   *
   * @param level null for all that need attention
   */
  FindingTrigger(String rule, Finding.@Nullable Level level) {
    this.rule = rule;
    this.level = level;
  }

  @Override
  void check(KnownNames names) {
    names.requireRule(rule);
  }

  @Override
  Judge start(Seen seen) {
    return new OfFindings();
  }

  @Override
  public String toString() {
    return "finding " + rule + (level == null ? "" : " of level " + level.id());
  }

  private final class OfFindings extends Judge {
    private @Nullable Finding newest;

    @Override
    void judge(Record record) {
      EventBuffer events = record.events();
      began = false;
      for (int i = 0; i < events.size(); i++) {
        Finding finding = events.finding(i);
        if (finding != null && finding.rule().equals(rule)) {
          boolean now = level == null ? finding.level().needsAttention() : finding.level() == level;
          became(now);
          newest = finding;
          layer = finding.layer();
          unit = finding.unit();
        }
      }
    }

    @Override
    void tell(List<String> into) {
      if (holds && newest != null) {
        into.add(newest.text());
      }
    }
  }
}
