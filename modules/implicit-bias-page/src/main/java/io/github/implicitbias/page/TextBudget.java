package io.github.implicitbias.page;

/** How much text still fits into an answer, in bytes of JSON. */
final class TextBudget {

  private long left;

  TextBudget(long bytes) {
    left = bytes;
  }

  /** Takes room for a text and something that goes with it; false if there is not enough. */
  boolean take(String text, int more) {
    long bytes = more;
    for (int i = 0; i < text.length() && bytes <= left; i++) {
      char c = text.charAt(i);
      bytes += c < ' ' ? 6 : c == '"' || c == '\\' ? 2 : c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
    }
    if (bytes > left) {
      left = 0; // what comes later is left out too, also if it is shorter
      return false;
    }
    left -= bytes;
    return true;
  }
}
