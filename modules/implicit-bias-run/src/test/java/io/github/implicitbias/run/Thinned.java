package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.util.List;

/** Blocks as a recorder in memory thins them, for the tests of other packages. */
public final class Thinned {

  private Thinned() {}

  /** Returns the blocks that replace the given ones. */
  public static List<byte[]> everySecondOfTheOlder(RunHeader header, List<byte[]> blocks)
      throws IOException {
    return Thinning.everySecondOfTheOlder(header, blocks);
  }
}
