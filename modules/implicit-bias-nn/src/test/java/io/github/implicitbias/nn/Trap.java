package io.github.implicitbias.nn;

/** Shows that it was loaded. Tests name it in text only. */
public final class Trap {

  static {
    System.setProperty("trap", "sprung");
  }

  private Trap() {}
}
