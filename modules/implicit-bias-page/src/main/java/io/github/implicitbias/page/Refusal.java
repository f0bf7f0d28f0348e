package io.github.implicitbias.page;

/**
 * A question that is not answered, with the HTTP status that says so and a sentence for readers.
 */
final class Refusal extends Exception {

  private static final long serialVersionUID = 1L;

  private final int status;

  Refusal(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
