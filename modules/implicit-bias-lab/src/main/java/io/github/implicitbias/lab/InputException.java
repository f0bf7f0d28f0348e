package io.github.implicitbias.lab;

/** The user's input cannot be used; the message is one sentence that says what to change. */
public final class InputException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Makes an exception with a sentence. */
  public InputException(String sentence) {
    super(sentence);
  }

  /** Makes an exception with a sentence, for another one. */
  public InputException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
