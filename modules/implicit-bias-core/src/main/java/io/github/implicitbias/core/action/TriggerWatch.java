package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges the triggers of one run at its records, and has their actions done. Not thread-safe,
 * except {@link #isStopRequested} and {@link #close}.
 */
public final class TriggerWatch {

  /** What is done when; collected before a run. */
  public static final class Plan {
    private final List<Trigger> triggers = new ArrayList<>();
    private final List<Action> actions = new ArrayList<>();

    /** Makes one in which nothing is done. */
    public Plan() {}

    /** Adds what is done when. */
    public void add(Trigger trigger, Action action) {
      triggers.add(trigger);
      actions.add(action);
    }

    /** Adds all that another has. */
    public void addAll(Plan other) {
      triggers.addAll(other.triggers);
      actions.addAll(other.actions);
    }

    /** Returns true if nothing is done. */
    public boolean isEmpty() {
      return triggers.isEmpty();
    }

    /**
     * Checks what can be known before there is a network: of a column of one layer its beginning.
     *
     * @param columns ids of metrics and other columns
     * @param predictions ids of predictions and laws
     * @param rules ids of rules on findings
     * @throws IllegalArgumentException if there is no such name, with the nearest there is, or an
     *     action could never be done
     */
    public void check(
        Collection<String> columns, Collection<String> predictions, Collection<String> rules) {
      check(new KnownNames(columns, predictions, rules, false), true);
    }

    /**
     * Checks that a run has all that is asked for.
     *
     * @param rules ids of rules on findings
     * @param modelIsKnown true if the model can be copied
     * @throws IllegalArgumentException if it has not, with the nearest name there is
     */
    public void check(RunHeader header, Collection<String> rules, boolean modelIsKnown) {
      List<String> columns = new ArrayList<>(header.columnNames());
      header.columns().forEach(column -> columns.add(column.id()));
      List<String> predictions = new ArrayList<>();
      header.predictions().forEach(statement -> predictions.add(statement.id()));
      check(new KnownNames(columns, predictions, rules, true), modelIsKnown);
    }

    private void check(KnownNames names, boolean modelIsKnown) {
      for (Trigger trigger : triggers) {
        try {
          trigger.check(names);
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException("when(" + trigger + "): " + e.getMessage(), e);
        }
      }
      actions.forEach(action -> action.check(modelIsKnown));
    }

    /**
     * Begins to judge the records of a run. A trigger on what the run does not have is left out,
     * and counted among the failures.
     *
     * @param patterns of the tracked layers, as they are at each record
     * @param model copies the model, null if that is not known
     * @param failed is told what has failed, by its name, and how; from any thread
     */
    public TriggerWatch start(
        RunHeader header,
        List<PatternHistory> patterns,
        Action.@Nullable Model model,
        BiConsumer<String, Throwable> failed) {
      return new TriggerWatch(this, new Seen(header, patterns), model, failed);
    }

    @Override
    public String toString() {
      List<String> all = new ArrayList<>();
      for (int k = 0; k < triggers.size(); k++) {
        all.add(triggers.get(k) + ": " + actions.get(k));
      }
      return all.toString();
    }
  }

  private final RunHeader header;
  private final Action.@Nullable Model model;
  private final BiConsumer<String, Throwable> failed;
  private final List<String> words = new ArrayList<>();
  private final List<Judge> judges = new ArrayList<>();
  private final List<ActionThread> threads = new ArrayList<>();
  private final boolean needsModel;
  private final long[] actedAt;
  private @Nullable SharedCopy kept;
  private boolean isModelOfRecord;
  private volatile boolean stopRequested;

  private TriggerWatch(
      Plan plan, Seen seen, Action.@Nullable Model model, BiConsumer<String, Throwable> failed) {
    this.header = seen.header;
    this.model = model;
    this.failed = failed;
    boolean anyNeeds = false;
    for (int k = 0; k < plan.triggers.size(); k++) {
      Trigger trigger = plan.triggers.get(k);
      Action action = plan.actions.get(k);
      try {
        judges.add(trigger.start(seen));
        words.add(trigger + ": " + action);
        threads.add(new ActionThread("action " + action + " on " + trigger, action, failed));
        anyNeeds |= action.needsModel();
      } catch (IllegalArgumentException e) {
        failed.accept("trigger " + trigger, e);
      }
    }
    this.needsModel = anyNeeds;
    this.actedAt = new long[judges.size()];
    Arrays.fill(actedAt, -1);
  }

  /**
   * Says that the model is that of the record which will be judged again, and will not be then: it
   * is copied if an action may need it.
   */
  public void keepModel() {
    forget();
    if (needsModel && model != null) {
      try {
        kept = new SharedCopy(model.copy());
      } catch (Throwable e) {
        failed.accept("copy of the model", e);
      }
    }
  }

  private void forget() {
    if (kept != null) {
      kept.letGo();
      kept = null;
    }
  }

  /**
   * Judges a record that is complete, adds which triggers have begun to hold to its events, and has
   * their actions done. Allocates nothing while none begins.
   *
   * @param modelIsOfRecord true if the model is now that of the record
   */
  public void judge(Record record, boolean modelIsOfRecord) {
    isModelOfRecord = modelIsOfRecord;
    for (int k = 0; k < judges.size(); k++) {
      judges.get(k).judge(record);
    }
    for (int k = 0; k < judges.size(); k++) {
      if (judges.get(k).began && actedAt[k] != record.step()) {
        actedAt[k] = record.step();
        act(k, record);
      }
    }
    forget();
  }

  private void act(int k, Record record) {
    Judge judge = judges.get(k);
    List<String> told = new ArrayList<>();
    judge.tell(told);
    String detail = words.get(k) + (told.isEmpty() ? "" : " (" + String.join("; ", told) + ")");
    Judge place = judge.place();
    Event event =
        new Event(
            record.step(), EventKind.TRIGGERED, place.layer, place.unit, place.sample, detail);
    record.events().add(event);
    threads.get(k).take(new Occasion(header, words.get(k), event, this));
  }

  /** Returns a copy of the model as it is, or was, at the record that is judged. */
  SharedCopy copy() throws Exception {
    SharedCopy there = kept;
    if (there == null) {
      if (model == null || !isModelOfRecord) {
        throw new IllegalStateException(
            "the parameters of the record are gone: say known(...) before the update");
      }
      there = new SharedCopy(model.copy());
      kept = there;
    }
    return there.hold();
  }

  void requestStop() {
    stopRequested = true;
  }

  /** Returns true if an action has asked training to stop. */
  public boolean isStopRequested() {
    return stopRequested;
  }

  /**
   * Waits for what is still being done, as long as that may take, and ends it then.
   *
   * @param timeoutMillis after which it ends in any case
   */
  public void close(long timeoutMillis) {
    long begun = System.nanoTime();
    threads.forEach(ActionThread::beginClose);
    for (ActionThread thread : threads) {
      thread.close(begun, begun + timeoutMillis * 1_000_000);
    }
  }
}
