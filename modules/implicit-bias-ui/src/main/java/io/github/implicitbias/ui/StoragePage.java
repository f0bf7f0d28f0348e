package io.github.implicitbias.ui;

import io.github.implicitbias.page.RunCatalog;
import io.github.implicitbias.page.RunPage;
import io.github.implicitbias.run.log.RunLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import org.deeplearning4j.core.storage.StatsStorage;

/** Runs in a {@code StatsStorage} as files of their own, see {@link RunPage}. */
public final class StoragePage {

  private StoragePage() {}

  /**
   * Writes the newest run of a session and worker, as far as it is recorded; it may still go on.
   *
   * @param file is replaced if it is there; it appears when it is complete
   * @throws IllegalArgumentException if the storage has no such run, or the run has no records
   * @throws IOException if the records cannot be read or the file cannot be written
   */
  public static void write(StatsStorage storage, String sessionId, String workerId, Path file)
      throws IOException {
    StatsStorageRuns runs = new StatsStorageRuns();
    runs.attach(storage);
    RunCatalog.Entry newest =
        runs.list().stream()
            .filter(run -> run.session().equals(sessionId) && run.worker().equals(workerId))
            .max(Comparator.comparingLong(RunCatalog.Entry::startedAt))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "The storage has no run of this session and worker."));
    RunLog log = runs.open(newest.id());
    if (log == null) {
      throw new IOException("the run was taken out of the storage meanwhile");
    }
    RunPage.write(log, file);
  }
}
