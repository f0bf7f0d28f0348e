package io.github.implicitbias.page;

/**
 * A question that is not answered, with the HTTP status that says so and a sentence for readers.
 */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String sentence;

  Refusal(int status, String sentence) {
    super(sentence);
    this.status = status;
    this.sentence = sentence;
  }

  /** Returns the sentence for readers. */
  String sentence() {
    return sentence;
  }

  int status() {
    return status;
  }
}
