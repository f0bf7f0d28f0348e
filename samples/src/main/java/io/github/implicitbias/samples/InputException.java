package io.github.implicitbias.samples;

/** The user's input cannot be used; the message is one sentence that says what to change. */
final class InputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  InputException(String sentence) {
    super(sentence);
  }

  InputException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
