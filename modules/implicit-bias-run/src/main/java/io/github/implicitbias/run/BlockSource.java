package io.github.implicitbias.run;

import java.io.IOException;

/** Gives back the blocks of a run, in the order in which they were recorded. */
interface BlockSource {

  /** See {@link RunLog#block(int)}. */
  byte[] block(int index) throws IOException;
}
