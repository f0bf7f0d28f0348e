package io.github.implicitbias.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;

/**
 * Writes JSON (RFC 8259) as it comes: an absent value is null, and what JSON has no number for is a
 * string, "NaN", "Infinity" or "-Infinity". The caller opens and closes in the right order.
 */
final class JsonText {

  private static final String HEX = "0123456789abcdef";

  private final Writer out;
  private boolean first = true;

  JsonText(Writer out) {
    this.out = out;
  }

  private void write(String text) {
    try {
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void comma() {
    if (!first) {
      write(",");
    }
    first = false;
  }

  JsonText open(char bracket) {
    comma();
    write(String.valueOf(bracket));
    first = true;
    return this;
  }

  JsonText close(char bracket) {
    write(String.valueOf(bracket));
    first = false;
    return this;
  }

  /** Begins a new line within an object or array. */
  JsonText line() {
    if (!first) {
      write(",");
      first = true;
    }
    write("\n");
    return this;
  }

  JsonText name(String name) {
    text(name);
    write(":");
    first = true;
    return this;
  }

  JsonText text(String text) {
    comma();
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || c == '\u2028' || c == '\u2029' || Character.isSurrogate(c)) {
        quoted.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
          quoted.append(HEX.charAt(c >>> shift & 15));
        }
      } else {
        quoted.append(c);
      }
    }
    write(quoted.append('"').toString());
    return this;
  }

  JsonText number(long value) {
    comma();
    write(Long.toString(value));
    return this;
  }

  JsonText number(double value) {
    if (Double.isFinite(value)) {
      comma();
      write(Double.toString(value));
      return this;
    }
    return Absent.is(value) ? nothing() : text(Double.toString(value));
  }

  /** In the shortest form that gives the same float again; NaN is null. */
  JsonText number(float value) {
    if (Float.isFinite(value)) {
      comma();
      write(Float.toString(value));
      return this;
    }
    return Float.isNaN(value) ? nothing() : text(Float.toString(value));
  }

  JsonText truth(boolean value) {
    comma();
    write(Boolean.toString(value));
    return this;
  }

  JsonText nothing() {
    comma();
    write("null");
    return this;
  }
}
