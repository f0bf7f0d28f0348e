package io.github.implicitbias.run;

/** How much is tried: a little in every build, more by hand. */
public final class Tier {

  private Tier() {}

  /** Returns the count for the build, for the profile thorough, or for the profile soak. */
  public static int count(int build, int thorough, int soak) {
    String tier = System.getProperty("implicitbias.tier", "build");
    return tier.equals("soak") ? soak : tier.equals("thorough") ? thorough : build;
  }
}
