package io.github.implicitbias.listener;

import io.github.implicitbias.run.Recorder;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/** Makes the recorder that a listener uses for a storage, for runs that no network has trained. */
public final class StorageRecorders {

  private StorageRecorders() {}

  /** Returns the recorder of one run. */
  public static Recorder to(StatsStorageRouter router) {
    return new StatsStorageRecorder(router);
  }
}
