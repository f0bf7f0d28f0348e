package io.github.implicitbias.core.metric;

/**
 * What a number is, in words for readers: they stand in docs/metrics.md and on the page. Immutable;
 * each method returns a definition with one thing more.
 */
public final class Definition {

  /** That of a metric which does not say what it is. */
  public static final Definition NONE = new Definition("", "", "", "", "");

  private final String formula;
  private final String parameters;
  private final String applies;
  private final String source;
  private final String expectation;

  private Definition(
      String formula, String parameters, String applies, String source, String expectation) {
    this.formula = formula;
    this.parameters = parameters;
    this.applies = applies;
    this.source = source;
    this.expectation = expectation;
  }

  /** Returns the definition of a number by its formula, in the words of docs/metrics.md. */
  public static Definition formula(String formula) {
    return new Definition(formula, "", "", "", "");
  }

  /** Says of which parameters the number is. */
  public Definition parameters(String parameters) {
    return new Definition(formula, parameters, applies, source, expectation);
  }

  /** Says where the number applies; everywhere else it is absent. */
  public Definition applies(String where) {
    return new Definition(formula, parameters, where, source, expectation);
  }

  /** Says where the definition comes from. */
  public Definition source(String source) {
    return new Definition(formula, parameters, applies, source, expectation);
  }

  /** Says what one will see of the number in training, and what it means. */
  public Definition expect(String expectation) {
    return new Definition(formula, parameters, applies, source, expectation);
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
}
