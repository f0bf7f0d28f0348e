package io.github.implicitbias.listener;

import io.github.implicitbias.run.RunFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names the run files of a listener and its clones, which have one for each run. */
final class RunFiles {

  private final Set<Path> given = new HashSet<>();

  /**
   * Returns the file of a run: {@code run.ibrun} for the first of the listener itself, {@code
   * run-worker.ibrun} for a clone, with a number behind it where that name is taken.
   *
   * @param worker label of a clone's worker, null for the listener itself
   * @param first true for the first run of the listener or clone
   */
  synchronized Path name(Path file, @Nullable String worker, boolean first) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot <= 0 ? name : name.substring(0, dot);
    String ending = dot <= 0 ? "" : name.substring(dot);
    String own = worker == null ? stem : stem + "-" + worker.replaceAll("[^A-Za-z0-9._-]", "_");
    if (worker == null && first) {
      given.add(file);
      return file;
    }
    Path found = file.resolveSibling(own + ending);
    for (int k = 2; !isFree(found); k++) {
      found = file.resolveSibling(own + "-" + k + ending);
    }
    given.add(found);
    return found;
  }

  private boolean isFree(Path file) {
    try {
      return !given.contains(file) && RunFile.isFree(file);
    } catch (IOException e) {
      // The recorder will find out, too, and say so.
      return true;
    }
  }
}
