package io.github.implicitbias.core.finding;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.LongToDoubleFunction;

/** The course of a run that is told to a rule, number by number. */
final class Told {

  private static final int UNITS = 100;

  private final RunHeader header;
  private final FindingWatch watch;
  private final List<String> failed = new ArrayList<>();
  private final List<Finding> said = new ArrayList<>();
  private long step;
  private int epoch;

  /** Begins a run of one tracked layer of 100 units, with metrics of the network. */
  Told(FindingRule rule, boolean single, String... metrics) {
    HeaderBuilder builder =
        new HeaderBuilder("told", "worker", 0)
            .layers(List.of(new TrackedLayer("layer0", 0, UNITS, "relu")));
    for (Column.Basic basic : Column.Basic.values()) {
      builder.basic(basic, Definition.NONE);
    }
    for (String metric : metrics) {
      builder.metric(metric, Definition.NONE);
    }
    header = builder.build();
    watch =
        new FindingWatch(
            List.of(rule), header, NetworkView.opaque(1), single, (id, e) -> failed.add(id + e));
  }

  /** Tells records; the metrics that are named have values, all else is absent. */
  Told records(int count, Map<String, LongToDoubleFunction> values) {
    for (int k = 0; k < count; k++) {
      record(values, new EventBuffer());
    }
    return this;
  }

  /** Tells one record with an event. */
  Told event(EventKind kind, Map<String, LongToDoubleFunction> values) {
    EventBuffer events = new EventBuffer();
    events.add(kind, -1, -1, -1, "");
    return record(values, events);
  }

  private Told record(Map<String, LongToDoubleFunction> values, EventBuffer events) {
    Record record = new Record(header.columns().size());
    record.at(step, epoch, true);
    Arrays.fill(record.values(), Absent.VALUE);
    values.forEach(
        (name, value) -> record.set(header.columnNumber(name), value.applyAsDouble(step)));
    events.moveTo(record.events());
    watch.addTo(record);
    for (int i = 0; i < record.events().size(); i++) {
      if (record.events().finding(i) != null) {
        said.add(record.events().finding(i));
      }
    }
    step++;
    return this;
  }

  /** Tells an epoch of 1,000 samples. */
  Told epoch(int dead, int linear, Map<EpochNumber, Double> numbers) {
    VisitLayer layer =
        new VisitLayer("layer0", new float[UNITS], false, dead, linear, -1, -1, null);
    watch.epoch(new VisitEpoch(epoch, Math.max(0, step - 10), step, numbers, List.of(layer)));
    epoch++;
    return this;
  }

  /** Says that the next record is the last. */
  Told last() {
    watch.lastComes();
    return this;
  }

  /** Returns what was found last. */
  Finding found() {
    if (!failed.isEmpty()) {
      throw new AssertionError(failed.toString());
    }
    List<Finding> all = watch.findings();
    return all.isEmpty()
        ? Finding.of("", Finding.Level.NOTHING, Finding.Subject.FIT, "")
        : all.get(0);
  }

  /** Returns everything that was said, in order. */
  List<Finding> said() {
    return said;
  }
}
