package io.github.implicitbias.run.format;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The bytes are not a block of ours, or are damaged. */
public final class BlockFormatException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says what is wrong with the bytes. */
  public BlockFormatException(@Nullable String message) {
    super(message);
  }
}
