package io.github.implicitbias.core.action;

import java.io.IOException;
import java.nio.file.Path;

/** A copy of a model for several actions of one record; the last who lets it go frees it. */
final class SharedCopy {

  private final Action.Copy copy;
  private int holders = 1;

  SharedCopy(Action.Copy copy) {
    this.copy = copy;
  }

  synchronized SharedCopy hold() {
    holders++;
    return this;
  }

  void write(Path file) throws IOException {
    copy.write(file);
  }

  synchronized void letGo() {
    holders--;
    if (holders == 0) {
      copy.close();
    }
  }
}
