package io.github.implicitbias.run;

import java.util.Objects;

/**
 * What a number is, in words for readers: they stand in the header of the run, in docs/metrics.md
 * and on the page. Immutable; each method returns a definition with one thing more.
 */
public final class Definition {

  /** That of a number which does not say what it is. */
  public static final Definition NONE = new Definition("", "", "", "", "", "", "", "");

  private final String formula;
  private final String parameters;
  private final String applies;
  private final String source;
  private final String expectation;
  private final String title;
  private final String group;
  private final String unit;

  private Definition(
      String formula,
      String parameters,
      String applies,
      String source,
      String expectation,
      String title,
      String group,
      String unit) {
    this.formula = Objects.requireNonNull(formula, "formula");
    this.parameters = Objects.requireNonNull(parameters, "parameters");
    this.applies = Objects.requireNonNull(applies, "applies");
    this.source = Objects.requireNonNull(source, "source");
    this.expectation = Objects.requireNonNull(expectation, "expectation");
    this.title = Objects.requireNonNull(title, "title");
    this.group = Objects.requireNonNull(group, "group");
    this.unit = Objects.requireNonNull(unit, "unit");
  }

  /** Returns the definition of a number by its formula, in the words of docs/metrics.md. */
  public static Definition formula(String formula) {
    return NONE.with(formula, "", "", "", "");
  }

  private Definition with(
      String newFormula,
      String newParameters,
      String newApplies,
      String newSource,
      String newExpectation) {
    return new Definition(
        newFormula, newParameters, newApplies, newSource, newExpectation, title, group, unit);
  }

  /** Says of which parameters the number is. */
  public Definition parameters(String which) {
    return with(formula, which, applies, source, expectation);
  }

  /** Says where the number applies; everywhere else it is absent. */
  public Definition applies(String where) {
    return with(formula, parameters, where, source, expectation);
  }

  /** Says where the definition comes from. */
  public Definition source(String where) {
    return with(formula, parameters, applies, where, expectation);
  }

  /** Says what one will see of the number in training, and what it means. */
  public Definition expect(String what) {
    return with(formula, parameters, applies, source, what);
  }

  /** Names the number for readers, for example "stable rank". */
  public Definition title(String words) {
    return new Definition(formula, parameters, applies, source, expectation, words, group, unit);
  }

  /** Names the group of numbers it is shown with; those of one group share a place on the page. */
  public Definition group(String name) {
    return new Definition(formula, parameters, applies, source, expectation, title, name, unit);
  }

  /** Names the unit of measure, for example "radians" or "samples"; none for a pure number. */
  public Definition unit(String ofMeasure) {
    return new Definition(
        formula, parameters, applies, source, expectation, title, group, ofMeasure);
  }

  /** Returns the formula, empty if there is none. */
  public String formula() {
    return formula;
  }

  /** Returns of which parameters the number is, empty if it is of none or of all. */
  public String parameters() {
    return parameters;
  }

  /** Returns where the number applies, empty if always. */
  public String applies() {
    return applies;
  }

  /** Returns where the definition comes from, empty if it is ours. */
  public String source() {
    return source;
  }

  /** Returns what one will see of the number in training, empty if nothing is said. */
  public String expectation() {
    return expectation;
  }

  /** Returns the name for readers, empty if the id has to do. */
  public String title() {
    return title;
  }

  /** Returns the group it is shown with, empty if it has none. */
  public String group() {
    return group;
  }

  /** Returns the unit of measure, empty for a pure number. */
  public String unit() {
    return unit;
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Definition)) {
      return false;
    }
    Definition that = (Definition) other;
    return formula.equals(that.formula)
        && parameters.equals(that.parameters)
        && applies.equals(that.applies)
        && source.equals(that.source)
        && expectation.equals(that.expectation)
        && title.equals(that.title)
        && group.equals(that.group)
        && unit.equals(that.unit);
  }

  @Override
  public int hashCode() {
    return Objects.hash(formula, parameters, applies, source, expectation, title, group, unit);
  }
}
