package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.finding.FindingRule;
import io.github.implicitbias.core.finding.FindingWatch;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Has the rules of a run say how training is; their failures are counted, and go no further. */
final class FindingRunner {

  private final FindingWatch watch;
  private final FailureLog failures;
  private final Map<String, Fuse> fuses = new HashMap<>();
  private boolean off;

  FindingRunner(
      List<FindingRule> rules,
      RunHeader header,
      NetworkView network,
      boolean single,
      FailureLog failures) {
    this.failures = failures;
    this.watch = new FindingWatch(rules, header, network, single, this::failed);
  }

  private void failed(String rule, Throwable cause) {
    Fuse fuse = fuses.computeIfAbsent(rule, id -> new Fuse("rule " + id));
    failures.failed(fuse, EventKind.METRIC_FAILED, cause, ", what it would find is missing");
  }

  /** Adds what is found at a record that is complete otherwise. */
  void addTo(Record record) {
    if (off) {
      return;
    }
    try {
      watch.addTo(record);
    } catch (Throwable e) {
      off = true;
      failed("of findings", e);
    }
  }

  void epoch(VisitEpoch ended) {
    watch.epoch(ended);
  }

  void samples(VisitTable table) {
    watch.samples(table);
  }

  void lastComes() {
    watch.lastComes();
  }
}
