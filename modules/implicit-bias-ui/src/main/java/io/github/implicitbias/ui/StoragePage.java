package io.github.implicitbias.ui;

import io.github.implicitbias.page.RunCatalog;
import io.github.implicitbias.page.RunPage;
import io.github.implicitbias.run.RunLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import org.deeplearning4j.core.storage.StatsStorage;

/** What {@link ImplicitBiasUi#writePage} does. */
final class StoragePage {

  private StoragePage() {}

  static void write(StatsStorage storage, String sessionId, String workerId, Path file)
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
