package io.github.implicitbias.run.history;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Follows the predictions of a run while its blocks are indexed. */
final class VerdictIndex {

  private static final Verdict.State[] STATES = Verdict.State.values();
  private static final List<Column.Kind> KINDS =
      List.of(Column.Kind.VERDICT, Column.Kind.MEASURED, Column.Kind.BOUND);

  private final RunHeader header;
  private final int[][] columns;
  private final double[][] last;
  private final boolean[] applied;
  private final Event[][] firsts;
  private final List<List<Condition>> conditions = new ArrayList<>();

  VerdictIndex(RunHeader header) {
    this.header = header;
    int predictions = header.predictions().size();
    columns = new int[predictions][KINDS.size()];
    last = new double[predictions][KINDS.size()];
    applied = new boolean[predictions];
    firsts = new Event[predictions][STATES.length];
    for (int i = 0; i < predictions; i++) {
      Arrays.fill(columns[i], -1);
      Arrays.fill(last[i], Absent.VALUE);
      conditions.add(List.of());
    }
    for (int k = 0; k < header.columns().size(); k++) {
      Column column = header.columns().get(k);
      int kind = KINDS.indexOf(column.kind());
      if (kind >= 0 && column.prediction() >= 0) {
        columns[column.prediction()][kind] = k;
      }
    }
  }

  void record(Record record) {
    for (int i = 0; i < last.length; i++) {
      int column = columns[i][0];
      if (column >= 0 && !Double.isNaN(record.value(column))) {
        applied[i] |= record.value(column) != Verdict.State.NOT_APPLICABLE.ordinal();
        for (int k = 0; k < columns[i].length; k++) {
          last[i][k] = columns[i][k] < 0 ? Absent.VALUE : record.value(columns[i][k]);
        }
      }
    }
  }

  void event(Event event) {
    int i = event.prediction();
    if (i < 0) {
      return;
    }
    if (event.kind() == EventKind.PREDICTION_CONDITIONS && conditions.get(i).isEmpty()) {
      conditions.set(i, event.conditions());
    }
    for (Verdict.State state : STATES) {
      if (event.kind() == EventKind.of(state) && firsts[i][state.ordinal()] == null) {
        firsts[i][state.ordinal()] = event;
      }
    }
  }

  List<RunVerdict> verdicts() {
    List<RunVerdict> verdicts = new ArrayList<>();
    for (int i = 0; i < last.length; i++) {
      verdicts.add(verdict(i));
    }
    return verdicts;
  }

  private RunVerdict verdict(int i) {
    Event violated = firsts[i][Verdict.State.VIOLATED.ordinal()];
    double number = last[i][0];
    boolean known = number >= 0 && number < STATES.length;
    Verdict.State state =
        violated != null ? Verdict.State.VIOLATED : known ? STATES[(int) number] : null;
    Event began = state == null ? null : firsts[i][state.ordinal()];
    return new RunVerdict(
        header.predictions().get(i),
        state,
        began == null ? -1 : began.step(),
        violated != null ? violated.measured() : last[i][1],
        violated != null ? violated.bound() : last[i][2],
        began == null ? "" : began.detail(),
        conditions.get(i),
        applied[i]);
  }
}
