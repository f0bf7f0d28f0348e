package io.github.implicitbias.core.visit;

/*
 * What is kept of the samples of a step lies far apart and in no near cache, for a step of training
 * has passed since. The processor fetches several lines at once if no branch depends on them; so
 * before samples are gone through one by one, something of each line is read in a loop that only adds
 * up. The sums go here, so that the compiler cannot leave the reading out.
 */

/** Where sums go that nobody reads. */
final class Touched {

  static long value;

  private Touched() {}
}
