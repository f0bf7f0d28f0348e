package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

  private static final String STATEMENT = "statement";
  private static final String SOURCE = "source";
  private static final String TOLERANCE = "tolerance";
  private static final String MEASURED = "measured";
  private static final String BOUND = "bound";

  private static final String MET = "+ ";
  private static final String NOT_MET = "- ";
  private static final Pattern DETAIL =
      Pattern.compile(
          "(?:at step \\d+ )?(\\S+): [a-z ]+ at step (\\d+), measured (\\S+), bound (\\S+?)"
              + "(?:; (.*))?",
          Pattern.DOTALL);

  private final String id;
  private final Map<String, String> words;
  private final List<Condition> conditions;
  private final Verdict.State state;
  private final long step;
  private final double measured;
  private final double bound;
  private final String detail;
  private final boolean applied;

  private RunVerdict(
      String id,
      Map<String, String> words,
      List<Condition> conditions,
      Verdict.State state,
      long step,
      double measured,
      double bound,
      String detail,
      boolean applied) {
    this.id = id;
    this.words = words;
    this.conditions = conditions;
    this.state = state;
    this.step = step;
    this.measured = measured;
    this.bound = bound;
    this.detail = detail;
    this.applied = applied;
  }

  public RunVerdict(
      RunHeader header,
      String id,
      Verdict.State state,
      long step,
      double measured,
      double bound,
      String detail) {
    this(id, words(header, id), List.of(), state, step, measured, bound, detail, false);
  }

  /**
   * Returns this verdict with the conditions of the prediction.
   *
   * @param everApplied true if some record has judged it otherwise than not applicable
   */
  public RunVerdict with(List<Condition> found, boolean everApplied) {
    return new RunVerdict(id, words, found, state, step, measured, bound, detail, everApplied);
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
  public static Map<String, String> provenance(
      String id, String statement, String source, String tolerance, String measured, String bound) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(key(id, STATEMENT), statement);
    facts.put(key(id, SOURCE), source);
    putUnlessEmpty(facts, key(id, TOLERANCE), tolerance);
    putUnlessEmpty(facts, key(id, MEASURED), measured);
    putUnlessEmpty(facts, key(id, BOUND), bound);
    return facts;
  }

  private static void putUnlessEmpty(Map<String, String> facts, String key, String text) {
    if (!text.isEmpty()) {
      facts.put(key, text);
    }
  }

  private static Map<String, String> words(RunHeader header, String id) {
    Map<String, String> words = new HashMap<>();
    for (String what : List.of(STATEMENT, SOURCE, TOLERANCE, MEASURED, BOUND)) {
      words.put(what, header.provenance().getOrDefault(key(id, what), ""));
    }
    return words;
  }

  private static String key(String id, String what) {
    return "prediction." + id + "." + what;
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
  public static List<Condition> parseConditions(String[] lines) {
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

  /** Reads an event; null if it is not one of a prediction, as we describe it. */
  public static RunVerdict parse(RunHeader header, Event event) {
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
    return words.get(STATEMENT);
  }

  /** Returns where the statement comes from. */
  public String source() {
    return words.get(SOURCE);
  }

  /** Returns true if the prediction has applied at some record, whatever the last one says. */
  public boolean hasApplied() {
    return applied;
  }

  /** Returns within what the measured number may miss the bound; may be empty. */
  public String tolerance() {
    return words.get(TOLERANCE);
  }

  /** Returns in words what the measured number is; may be empty. */
  public String measuredWords() {
    return words.get(MEASURED);
  }

  /** Returns in words what the measured number is compared with; may be empty. */
  public String boundWords() {
    return words.get(BOUND);
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
