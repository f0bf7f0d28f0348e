package io.github.implicitbias.run.log;

import java.io.IOException;

/** Gives back the blocks of a run, in the order in which they were recorded. */
public interface BlockSource {

  /**
   * Returns a sealed block, not to be changed.
   *
   * @param index position among the blocks, from 0
   * @throws IOException if it cannot be read any more
   */
  byte[] block(int index) throws IOException;
}
