package io.github.implicitbias.core.run;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.prediction.Condition;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.prediction.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a run says about one prediction: violated if it ever was, else what the last record that
 * judged it says.
 */
public final class RunVerdict {

  /** Endings of the columns of a prediction, in order, after its id and a dot. */
  public static final List<String> COLUMNS = List.of("verdict", "measured", "bound");

  private static final String MET = "+ ";
  private static final String NOT_MET = "- ";
  private static final Pattern DETAIL =
      Pattern.compile(
          "(?:at step \\d+ )?(\\S+): [a-z ]+ at step (\\d+), measured (\\S+), bound (\\S+?)"
              + "(?:; (.*))?",
          Pattern.DOTALL);

  private final String id;
  private final String statement;
  private final String source;
  private final String tolerance;
  private final List<Condition> conditions;
  private final Verdict.State state;
  private final long step;
  private final double measured;
  private final double bound;
  private final String detail;
  private final boolean applied;

  private RunVerdict(
      String id,
      String statement,
      String source,
      String tolerance,
      List<Condition> conditions,
      Verdict.State state,
      long step,
      double measured,
      double bound,
      String detail,
      boolean applied) {
    this.id = id;
    this.statement = statement;
    this.source = source;
    this.tolerance = tolerance;
    this.conditions = conditions;
    this.state = state;
    this.step = step;
    this.measured = measured;
    this.bound = bound;
    this.detail = detail;
    this.applied = applied;
  }

  RunVerdict(
      RunHeader header,
      String id,
      Verdict.State state,
      long step,
      double measured,
      double bound,
      String detail) {
    this(
        id,
        header.provenance().getOrDefault(statementKey(id), ""),
        header.provenance().getOrDefault(sourceKey(id), ""),
        header.provenance().getOrDefault(toleranceKey(id), ""),
        List.of(),
        state,
        step,
        measured,
        bound,
        detail,
        false);
  }

  /**
   * Returns this verdict with the conditions of the prediction.
   *
   * @param everApplied true if some record has judged it otherwise than not applicable
   */
  RunVerdict with(List<Condition> found, boolean everApplied) {
    return new RunVerdict(
        id, statement, source, tolerance, found, state, step, measured, bound, detail, everApplied);
  }

  /** Returns the kind of the event that a verdict of this state begins with, null for none. */
  public static EventKind eventOf(Verdict.State state) {
    switch (state) {
      case NOT_APPLICABLE:
        return EventKind.PREDICTION_NOT_APPLICABLE;
      case VIOLATED:
        return EventKind.PREDICTION_VIOLATED;
      case REACHED:
        return EventKind.PREDICTION_REACHED;
      default:
        return null;
    }
  }

  /** Returns the detail of that event, from which {@link Run#verdicts} reads it back. */
  public static String describe(String id, long step, Verdict verdict) {
    return id
        + ": "
        + verdict.state().words()
        + " at step "
        + step
        + ", measured "
        + word(verdict.measured())
        + ", bound "
        + word(verdict.bound())
        + (verdict.detail().isEmpty() ? "" : "; " + verdict.detail());
  }

  private static String word(double value) {
    return Absent.is(value) ? "nothing" : Double.toString(value);
  }

  private static double number(String word) {
    try {
      return word.equals("nothing") ? Absent.VALUE : Double.parseDouble(word);
    } catch (NumberFormatException e) {
      return Absent.VALUE;
    }
  }

  /** Returns what the provenance of a run says of a prediction. */
  public static Map<String, String> provenance(Prediction prediction) {
    String id = prediction.id();
    return Map.of(
        statementKey(id), prediction.statement(),
        sourceKey(id), prediction.source(),
        toleranceKey(id), prediction.tolerance());
  }

  /** Returns the detail of the event that tells the conditions of a prediction. */
  public static String describe(String id, List<Condition> conditions) {
    StringBuilder text = new StringBuilder(id);
    for (Condition condition : conditions) {
      text.append('\n').append(condition.isMet() ? MET : NOT_MET).append(condition.text());
    }
    return text.toString();
  }

  /** Reads the lines of such an event, of which the first is the prediction's id. */
  static List<Condition> parseConditions(String[] lines) {
    List<Condition> conditions = new ArrayList<>();
    for (int k = 1; k < lines.length; k++) {
      boolean met = lines[k].startsWith(MET);
      String text = lines[k].substring(Math.min(lines[k].length(), MET.length()));
      if ((met || lines[k].startsWith(NOT_MET)) && !text.isEmpty()) {
        conditions.add(new Condition(met, text));
      }
    }
    return List.copyOf(conditions);
  }

  static String statementKey(String id) {
    return "prediction." + id + ".statement";
  }

  static String toleranceKey(String id) {
    return "prediction." + id + ".tolerance";
  }

  static String sourceKey(String id) {
    return "prediction." + id + ".source";
  }

  /** Reads an event; null if it is not one of a prediction, as we describe it. */
  static RunVerdict parse(RunHeader header, Event event) {
    Matcher matcher = DETAIL.matcher(event.detail());
    if (!matcher.matches()) {
      return null;
    }
    long step;
    try {
      step = Long.parseLong(matcher.group(2));
    } catch (NumberFormatException e) {
      return null;
    }
    Verdict.State state = Verdict.State.HOLDS;
    for (Verdict.State candidate : Verdict.State.values()) {
      state = event.kind() == eventOf(candidate) ? candidate : state;
    }
    String id = matcher.group(1);
    return new RunVerdict(
        header,
        id,
        state,
        step,
        number(matcher.group(3)),
        number(matcher.group(4)),
        matcher.group(5) == null ? "" : matcher.group(5));
  }

  /** Returns the name of the prediction. */
  public String id() {
    return id;
  }

  /** Returns the statement, one sentence. */
  public String statement() {
    return statement;
  }

  /** Returns where the statement comes from. */
  public String source() {
    return source;
  }

  /** Returns true if the prediction has applied at some record, whatever the last one says. */
  public boolean hasApplied() {
    return applied;
  }

  /** Returns within what the measured number may miss the bound; may be empty. */
  public String tolerance() {
    return tolerance;
  }

  /** Returns the conditions of the prediction, as found at the first record; may be empty. */
  public List<Condition> conditions() {
    return conditions;
  }

  /** Returns the state; null if no record has judged the prediction. */
  public Verdict.State state() {
    return state;
  }

  /**
   * Returns the step at which the prediction was first violated, was first reached, or turned out
   * not to apply; -1 while it holds.
   */
  public long step() {
    return step;
  }

  /** Returns the measured number, that of the first violation, or the last; absent if none. */
  public double measured() {
    return measured;
  }

  /** Returns the number that goes with {@link #measured}; absent if there is none. */
  public double bound() {
    return bound;
  }

  /** Returns what was seen, or the reason why the prediction does not apply; may be empty. */
  public String detail() {
    return detail;
  }

  @Override
  public String toString() {
    return id
        + ": "
        + (state == null ? "not judged" : state.words())
        + (step < 0 ? "" : " at step " + step)
        + (detail.isEmpty() ? "" : ", " + detail);
  }
}
