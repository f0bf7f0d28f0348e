package io.github.implicitbias.core.run;

import java.io.IOException;

/** The bytes are not a block of ours, or are damaged. */
public final class BlockFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  BlockFormatException(String message) {
    super(message);
  }
}
