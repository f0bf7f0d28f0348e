package io.github.implicitbias.run;

/** What happened to one bit of an activation pattern between two consecutive records. */
public enum FlipKind {
  /** Off to on, for the first time in the run. */
  ACTIVATION("activation"),
  /** Off to on, having been on before. */
  REACTIVATION("reactivation"),
  /** On to off. */
  DEACTIVATION("deactivation");

  private final String id;

  FlipKind(String id) {
    this.id = id;
  }

  /** Returns the word used in files and on the page. */
  public String id() {
    return id;
  }

  /** Returns true if the bit is on after the flip. */
  public boolean turnsOn() {
    return this != DEACTIVATION;
  }
}
