package io.github.implicitbias.run.log;

import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;

/**
 * A place where the records of one run go. Called from one thread, never from the training thread,
 * so it may block; what it throws is counted and logged, and training does not notice.
 */
public interface Recorder extends AutoCloseable {

  /** Takes the header; called once, before any block. */
  void header(RunHeader header) throws IOException;

  /** Takes one sealed block of records; blocks come in order. */
  void block(byte[] block) throws IOException;

  /** Releases what the recorder holds; all blocks have come. */
  @Override
  void close() throws IOException;
}
