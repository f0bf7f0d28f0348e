package io.github.implicitbias.core.finding;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Has rules judge the course of a run, and adds what they find to its records as events. Rules are
 * asked at the first record, at records whose number grows by a tenth from one time to the next,
 * after epochs, when numbers cease to be finite, and at the last record; a record takes a few
 * additions otherwise. Not thread-safe, except {@link #epoch} and {@link #samples}.
 */
public final class FindingWatch {

  private static final int LEAST_DISTANCE = 8;
  private static final int FIRST_EPOCHS = 20;
  private static final int MOST_FAILURES = 3;

  private final List<FindingRule> rules;
  private final Course course;
  private final @Nullable Finding[] found;
  private final long[] saidAt;
  private final int[] failures;
  private final BiConsumer<String, Throwable> failed;
  private final Queue<Object> shown = new ConcurrentLinkedQueue<>();
  private long next = 1;
  private int nextEpoch = 1;
  private boolean lastComes;

  /**
   * Begins before the first record.
   *
   * @param network whose layers have names, and are trained or not
   * @param single true if parameters are floats
   * @param failed is told the id of a rule that has failed, and how
   */
  public FindingWatch(
      List<FindingRule> rules,
      RunHeader header,
      NetworkView network,
      boolean single,
      BiConsumer<String, Throwable> failed) {
    this.rules = List.copyOf(rules);
    this.failed = failed;
    this.found = new Finding[rules.size()];
    this.saidAt = new long[rules.size()];
    this.failures = new int[rules.size()];
    Set<String> columns = new LinkedHashSet<>();
    for (int k = 0; k < rules.size(); k++) {
      try {
        columns.addAll(this.rules.get(k).reads());
      } catch (RuntimeException e) {
        failures[k] = MOST_FAILURES;
        failed.accept(this.rules.get(k).id(), e);
      }
    }
    this.course = new Course(header, network, single, columns);
  }

  /** Takes note of an epoch of visits that has ended. */
  public void epoch(VisitEpoch ended) {
    shown.add(ended);
  }

  /** Takes note of what visits have shown of the samples. */
  public void samples(VisitTable table) {
    shown.add(table);
  }

  /** Says that the next record is the last. */
  public void lastComes() {
    lastComes = true;
  }

  /** Takes a record that is complete but for its findings, and adds those that are new. */
  public void addTo(Record record) {
    boolean changed = course.record(record);
    boolean due = changed || course.records() >= next || lastComes;
    for (Object one = shown.poll(); one != null; one = shown.poll()) {
      if (one instanceof VisitEpoch) {
        course.epoch((VisitEpoch) one);
        due |= course.epochs() >= nextEpoch;
      } else {
        course.samples((VisitTable) one);
        due = true;
      }
    }
    if (due) {
      if (lastComes) {
        course.last();
      }
      judge(record);
      long records = course.records();
      next = Math.max(records + LEAST_DISTANCE, records + records / 10);
      int epochs = course.epochs();
      nextEpoch = epochs < FIRST_EPOCHS ? epochs + 1 : epochs + epochs / FIRST_EPOCHS;
    }
  }

  private void judge(Record record) {
    for (int k = 0; k < found.length; k++) {
      if (failures[k] >= MOST_FAILURES) {
        continue;
      }
      FindingRule rule = rules.get(k);
      try {
        say(
            k,
            Objects.requireNonNull(rule.judge(course), "what the rule has found").ranked(k),
            record);
        failures[k] = 0;
      } catch (RuntimeException e) {
        failures[k]++;
        failed.accept(rule.id(), e);
      }
    }
  }

  /** A sentence whose numbers have changed is said again now and then, another level at once. */
  private void say(int k, Finding now, Record record) {
    Finding before = found[k];
    Finding.Level level = before == null ? Finding.Level.NOTHING : before.level();
    long began = level.needsAttention() && before != null ? before.since() : record.step();
    Finding dated = now.level().needsAttention() && now.since() < 0 ? now.since(began) : now;
    boolean isOld = course.records() >= saidAt[k] + saidAt[k] / 4 + 1;
    boolean wanted =
        dated.level() != level
            || (!dated.equals(before) && (isOld || course.isLast()) && before != null);
    if (wanted) {
      found[k] = dated;
      saidAt[k] = course.records();
      record.events().add(dated);
    }
  }

  /** Returns what was found last, in the order of the rules. */
  public List<Finding> findings() {
    List<Finding> all = new ArrayList<>();
    for (Finding one : found) {
      if (one != null) {
        all.add(one);
      }
    }
    return all;
  }
}
