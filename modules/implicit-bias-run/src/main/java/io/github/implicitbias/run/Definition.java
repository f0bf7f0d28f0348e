package io.github.implicitbias.run;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a number is, in words for readers: they stand in the header of the run, in docs/metrics.md
 * and on the page. Immutable; each method returns a definition with one thing more.
 */
public final class Definition {

  private static final int FORMULA = 0;
  private static final int PARAMETERS = 1;
  private static final int APPLIES = 2;
  private static final int SOURCE = 3;
  private static final int EXPECTATION = 4;
  private static final int TITLE = 5;
  private static final int UNIT = 6;
  private static final int GROUP = 7;
  private static final int CHART = 8;
  private static final int WORDS = 9;

  /** The group of norms, balance and rank. */
  public static final String NORMS = "Norms, balance and rank";

  /** The group of margins, alignment with the data and support vectors. */
  public static final String MARGIN = "Margin and alignment";

  /** The group of distances to the start and to solutions that theory names. */
  public static final String DISTANCE = "Distance to reference solutions";

  /** The group of the tangent kernel, curvature and linear regions. */
  public static final String KERNEL = "Kernel and sharpness";

  /** The group of counts and comparisons of units and of their patterns. */
  public static final String UNITS = "Units and patterns";

  /** Group of charts: what training itself has shown of the samples of each step. */
  public static final String VISITS = "Visits";

  /** That of a number which does not say what it is. */
  public static final Definition NONE = new Definition(new String[WORDS], true, false);

  private final String[] words;
  private final boolean charted;
  private final boolean constant;

  private Definition(@Nullable String[] words, boolean charted, boolean constant) {
    this.words = words;
    this.charted = charted;
    this.constant = constant;
    Arrays.setAll(words, k -> words[k] == null ? "" : words[k]);
  }

  private Definition with(int which, String text) {
    String[] changed = words.clone();
    changed[which] = Objects.requireNonNull(text);
    return new Definition(changed, charted, constant);
  }

  /** Returns the definition of a number by its formula, in the words of docs/metrics.md. */
  public static Definition formula(String formula) {
    return NONE.with(FORMULA, formula);
  }

  /** Says of which parameters the number is. */
  public Definition parameters(String which) {
    return with(PARAMETERS, which);
  }

  /** Says where the number applies; everywhere else it is absent. */
  public Definition applies(String where) {
    return with(APPLIES, where);
  }

  /** Says where the definition comes from. */
  public Definition source(String where) {
    return with(SOURCE, where);
  }

  /** Says what one will see of the number in training, and what it means. */
  public Definition expect(String what) {
    return with(EXPECTATION, what);
  }

  /** Names the number for readers, for example "stable rank". */
  public Definition title(String name) {
    return with(TITLE, name);
  }

  /** Names the unit of measure, for example "radians"; a pure number has none. */
  public Definition unit(String ofMeasure) {
    return with(UNIT, ofMeasure);
  }

  /** Names the group of charts in which the number is drawn, {@link #KERNEL} or one of your own. */
  public Definition group(String heading) {
    return with(GROUP, heading);
  }

  /** Names the chart in which the number is drawn; numbers with the same one share it. */
  public Definition chart(String heading) {
    return with(CHART, heading);
  }

  /** Says that the number has no chart: it is shown elsewhere, or of interest in tables only. */
  public Definition withoutChart() {
    return new Definition(words.clone(), false, constant);
  }

  /** Says that the number is the same at every record: it describes the data, not the training. */
  public Definition constant() {
    return new Definition(words.clone(), charted, true);
  }

  /** Returns the formula, empty if there is none. */
  public String formula() {
    return words[FORMULA];
  }

  /** Returns of which parameters the number is, empty if it is of none or of all. */
  public String parameters() {
    return words[PARAMETERS];
  }

  /** Returns where the number applies, empty if always. */
  public String applies() {
    return words[APPLIES];
  }

  /** Returns where the definition comes from, empty if it is ours. */
  public String source() {
    return words[SOURCE];
  }

  /** Returns what one will see of the number in training, empty if nothing is said. */
  public String expectation() {
    return words[EXPECTATION];
  }

  /** Returns the name for readers, empty if the id has to do. */
  public String title() {
    return words[TITLE];
  }

  /** Returns the unit of measure, empty for a pure number. */
  public String unit() {
    return words[UNIT];
  }

  /** Returns the group of charts in which the number is drawn, empty if none is named. */
  public String group() {
    return words[GROUP];
  }

  /** Returns the chart in which the number is drawn, empty if it has one of its own. */
  public String chart() {
    return words[CHART];
  }

  /** Returns false if the number has no chart. */
  public boolean isCharted() {
    return charted;
  }

  /** Returns true if the number is the same at every record. */
  public boolean isConstant() {
    return constant;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Definition
        && charted == ((Definition) other).charted
        && constant == ((Definition) other).constant
        && Arrays.equals(words, ((Definition) other).words);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(words);
  }
}
