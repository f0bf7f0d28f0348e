package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;

/**
 * A place where the records of one run go. Called from one thread, never from the training thread,
 * so it may block; what it throws is counted and logged, and training does not notice. A header or
 * block that it did not take is offered again after a pause, for as long as memory for it lasts.
 */
public interface Recorder extends AutoCloseable {

  /**
   * Takes the header, before any block, and again whenever more of the run's provenance is known:
   * the later one replaces the former.
   */
  void header(RunHeader header) throws IOException;

  /**
   * Takes one sealed block of records or visits; blocks come in order. Numbers that are missing are
   * of blocks that were lost.
   *
   * @param block not to be changed
   */
  void block(byte[] block) throws IOException;

  /** Releases what the recorder holds; all blocks have come. */
  @Override
  void close() throws IOException;
}
