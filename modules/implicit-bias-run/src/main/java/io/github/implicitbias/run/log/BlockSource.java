package io.github.implicitbias.run.log;

import io.github.implicitbias.run.Run;
import java.io.IOException;

/** Gives back the blocks of a run, in the order in which they were indexed. */
public interface BlockSource {

  /**
   * Returns a sealed block.
   *
   * @param index position among the blocks given to {@link Run#index}, from 0
   * @throws IOException if it cannot be read any more
   */
  byte[] block(int index) throws IOException;
}
