package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;

/**
 * The blocks of one run, wherever they lie: in memory, in a file, in a storage. One form for all
 * who read runs. Implementations are thread-safe.
 */
public interface RunLog extends BlockSource {

  /** Returns what is known of the run as a whole; its provenance may become more. */
  RunHeader header();

  /**
   * Looks for what has been stored since the last look.
   *
   * @return false if the blocks that were known are no longer the first ones: an index over them
   *     has to begin again
   * @throws IOException if the source cannot be read now
   */
  boolean look() throws IOException;

  /** Returns the number of blocks that were there at the last look. */
  int blocks();

  /**
   * Returns a sealed block, not to be changed.
   *
   * @param index position among the blocks, from 0
   * @throws IOException if it cannot be read any more
   */
  @Override
  byte[] block(int index) throws IOException;

  /** Returns when the newest block was stored, in milliseconds since 1970 UTC, as far as known. */
  long changedAt();

  /** Returns true if more is there behind the last block, which is damaged. */
  default boolean isEndDamaged() {
    return false;
  }
}
