package io.github.implicitbias.listener;

import io.github.implicitbias.core.run.Recorder;
import io.github.implicitbias.core.run.RunHeader;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/**
 * Sends a run into a DL4J {@code StatsStorageRouter}, under strictly increasing time stamps: a
 * storage keeps only one update per time stamp.
 */
final class StatsStorageRecorder implements Recorder {

  private final StatsStorageRouter router;
  private final String sessionId;
  private final String workerId;
  private long lastTimeStamp;

  StatsStorageRecorder(StatsStorageRouter router, String sessionId, String workerId) {
    this.router = router;
    this.sessionId = sessionId;
    this.workerId = workerId;
  }

  @Override
  public void header(RunHeader header) {
    router.putStaticInfo(next(header.encode()));
  }

  @Override
  public void block(byte[] block) {
    router.putUpdate(next(block));
  }

  private ImplicitBiasBlock next(byte[] block) {
    lastTimeStamp = Math.max(System.currentTimeMillis(), lastTimeStamp + 1);
    return new ImplicitBiasBlock(sessionId, workerId, lastTimeStamp, block);
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "The StatsStorage router " + router.getClass().getSimpleName();
  }
}
