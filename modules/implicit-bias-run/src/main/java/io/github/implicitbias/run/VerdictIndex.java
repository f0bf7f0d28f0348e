package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows the predictions of a run while its blocks are indexed. A violation is known from its
 * event and from the numbers of the record; if one of them was lost, the other tells it.
 */
final class VerdictIndex {

  private static final Verdict.State[] STATES = Verdict.State.values();

  /** What is known of one prediction. */
  private static final class Course {
    final Statement statement;
    int state = -1; // places of the columns, -1 if there is none
    int measured = -1;
    int bound = -1;
    double lastState = Absent.VALUE;
    double lastMeasured = Absent.VALUE;
    double lastBound = Absent.VALUE;
    @Nullable Event violatedRecord;
    boolean applied;
    final @Nullable Event[] firsts = new Event[STATES.length];
    List<Condition> conditions = List.of();

    Course(Statement statement) {
      this.statement = statement;
    }

    Course(Course other) {
      this.statement = other.statement;
      this.state = other.state;
      this.measured = other.measured;
      this.bound = other.bound;
      this.lastState = other.lastState;
      this.lastMeasured = other.lastMeasured;
      this.lastBound = other.lastBound;
      this.violatedRecord = other.violatedRecord;
      this.applied = other.applied;
      this.conditions = other.conditions;
      System.arraycopy(other.firsts, 0, firsts, 0, firsts.length);
    }
  }

  private final List<Course> courses = new ArrayList<>();

  /** Those that have a column with their state: records are asked about no others. */
  private final List<Course> judged = new ArrayList<>();

  VerdictIndex(RunHeader header) {
    for (Statement statement : header.predictions()) {
      courses.add(new Course(statement));
    }
    for (int k = 0; k < header.columns().size(); k++) {
      Column column = header.columns().get(k);
      if (column.prediction() >= 0) {
        take(courses.get(column.prediction()), column.kind(), k);
      }
    }
  }

  private VerdictIndex(VerdictIndex other) {
    for (Course course : other.courses) {
      Course copy = new Course(course);
      courses.add(copy);
      if (copy.state >= 0) {
        judged.add(copy);
      }
    }
  }

  VerdictIndex copy() {
    return new VerdictIndex(this);
  }

  private void take(Course course, Column.Kind kind, int column) {
    if (kind == Column.Kind.VERDICT && course.state < 0) {
      course.state = column;
      judged.add(course);
    } else if (kind == Column.Kind.MEASURED) {
      course.measured = column;
    } else if (kind == Column.Kind.BOUND) {
      course.bound = column;
    }
  }

  void record(Record record) {
    for (int i = 0; i < judged.size(); i++) {
      Course course = judged.get(i);
      double state = record.value(course.state);
      if (!Double.isNaN(state)) {
        course.applied |= state != Verdict.State.NOT_APPLICABLE.ordinal();
        course.lastState = state;
        course.lastMeasured = valueOf(record, course.measured);
        course.lastBound = valueOf(record, course.bound);
        if (course.violatedRecord == null && state == Verdict.State.VIOLATED.ordinal()) {
          course.violatedRecord =
              Event.ofPrediction(
                  record.step(),
                  EventKind.PREDICTION_VIOLATED,
                  0,
                  course.lastMeasured,
                  course.lastBound,
                  "",
                  List.of());
        }
      }
    }
  }

  private static double valueOf(Record record, int column) {
    return column < 0 ? Absent.VALUE : record.value(column);
  }

  void event(Event event) {
    if (event.prediction() < 0) {
      return;
    }
    Course course = courses.get(event.prediction());
    if (event.kind() == EventKind.PREDICTION_CONDITIONS && course.conditions.isEmpty()) {
      course.conditions = event.conditions();
    }
    for (Verdict.State state : STATES) {
      if (event.kind() == EventKind.of(state) && course.firsts[state.ordinal()] == null) {
        course.firsts[state.ordinal()] = event;
      }
    }
  }

  List<RunVerdict> verdicts() {
    List<RunVerdict> verdicts = new ArrayList<>();
    for (Course course : courses) {
      verdicts.add(verdict(course));
    }
    return verdicts;
  }

  private static RunVerdict verdict(Course course) {
    Event violated = course.firsts[Verdict.State.VIOLATED.ordinal()];
    Event seen = course.violatedRecord;
    if (violated == null || seen != null && seen.step() < violated.step()) {
      violated = seen;
    }
    double number = course.lastState;
    boolean known = number >= 0 && number < STATES.length;
    Verdict.State state =
        violated != null ? Verdict.State.VIOLATED : known ? STATES[(int) number] : null;
    Event began = violated != null || state == null ? violated : course.firsts[state.ordinal()];
    return new RunVerdict(
        course.statement,
        state,
        began == null ? -1 : began.step(),
        violated != null ? violated.measured() : course.lastMeasured,
        violated != null ? violated.bound() : course.lastBound,
        began == null ? "" : began.detail(),
        course.conditions,
        course.applied);
  }
}
