package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;

/** Checks what a setting is given, and says what to change. */
final class Given {

  private Given() {}

  static <T> T given(@Nullable T argument, String call) {
    if (argument == null) {
      throw new IllegalArgumentException(call + "(null): give one, or leave the call out");
    }
    return argument;
  }

  static void requireName(String id, String call) {
    if (id.isEmpty()) {
      throw new IllegalArgumentException(call + "(\"\"): give a name, or leave the call out");
    }
  }

  static int atLeastOne(int number, String call) {
    if (number < 1) {
      throw new IllegalArgumentException(call + "(" + number + "): give at least 1");
    }
    return number;
  }
}
