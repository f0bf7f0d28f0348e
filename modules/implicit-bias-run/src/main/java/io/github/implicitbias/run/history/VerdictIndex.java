package io.github.implicitbias.run.history;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Condition;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.RecordView;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Follows the predictions of a run while its blocks are indexed. */
public final class VerdictIndex {

  private static final Verdict.State[] STATES = Verdict.State.values();

  private final RunHeader header;
  private final List<String> ids = new ArrayList<>();
  private final List<Integer> columns = new ArrayList<>();
  private final double[][] last;
  private final boolean[] applied;
  private final Map<String, RunVerdict[]> firsts = new HashMap<>();
  private final Map<String, List<Condition>> conditions = new HashMap<>();

  public VerdictIndex(RunHeader header) {
    this.header = header;
    List<String> names = header.columns();
    for (int k = 0; k + RunVerdict.COLUMNS.size() <= names.size(); k++) {
      String ending = "." + RunVerdict.COLUMNS.get(0);
      if (names.get(k).endsWith(ending)) {
        String id = names.get(k).substring(0, names.get(k).length() - ending.length());
        if (names.get(k + 1).equals(id + "." + RunVerdict.COLUMNS.get(1))
            && names.get(k + 2).equals(id + "." + RunVerdict.COLUMNS.get(2))) {
          ids.add(id);
          columns.add(k);
          firsts.put(id, new RunVerdict[STATES.length]);
        }
      }
    }
    last = new double[ids.size()][3];
    applied = new boolean[ids.size()];
    for (double[] triple : last) {
      Arrays.fill(triple, Absent.VALUE);
    }
  }

  public void record(RecordView record) {
    for (int i = 0; i < last.length; i++) {
      int column = columns.get(i);
      if (!Double.isNaN(record.value(column))) {
        applied[i] |= record.value(column) != Verdict.State.NOT_APPLICABLE.ordinal();
        for (int k = 0; k < 3; k++) {
          last[i][k] = record.value(column + k);
        }
      }
    }
  }

  public void event(Event event) {
    if (event.kind() == EventKind.PREDICTION_CONDITIONS) {
      String[] lines = event.detail().split("\n");
      if (firsts.containsKey(lines[0])) {
        conditions.putIfAbsent(lines[0], RunVerdict.parseConditions(lines));
      }
    }
    if (event.kind() == EventKind.PREDICTION_VIOLATED
        || event.kind() == EventKind.PREDICTION_REACHED
        || event.kind() == EventKind.PREDICTION_NOT_APPLICABLE) {
      RunVerdict said = RunVerdict.parse(header, event);
      RunVerdict[] first = said == null ? null : firsts.get(said.id());
      if (first != null && first[said.state().ordinal()] == null) {
        first[said.state().ordinal()] = said;
      }
    }
  }

  public List<RunVerdict> verdicts() {
    List<RunVerdict> verdicts = new ArrayList<>();
    for (int i = 0; i < last.length; i++) {
      List<Condition> found = conditions.getOrDefault(ids.get(i), List.of());
      verdicts.add(verdict(ids.get(i), last[i]).with(found, applied[i]));
    }
    return verdicts;
  }

  private RunVerdict verdict(String id, double[] triple) {
    RunVerdict[] first = firsts.get(id);
    RunVerdict violated = first[Verdict.State.VIOLATED.ordinal()];
    if (violated != null) {
      return violated;
    }
    double number = triple[0];
    boolean known = number >= 0 && number < STATES.length;
    Verdict.State state = known ? STATES[(int) number] : null;
    RunVerdict began = known ? first[(int) number] : null;
    return new RunVerdict(
        header,
        id,
        state,
        began == null ? -1 : began.step(),
        triple[1],
        triple[2],
        began == null ? "" : began.detail());
  }
}
