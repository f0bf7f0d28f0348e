package io.github.implicitbias.listener;

import io.github.implicitbias.core.run.Recorder;
import io.github.implicitbias.core.run.RunHeader;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/**
 * Sends a run into a DL4J {@code StatsStorageRouter}, under strictly increasing time stamps: a
 * storage keeps only one update per time stamp.
 *
 * <p>A router to another process can lose what it is given while that process cannot be reached,
 * the header included, without which no record can be read. Such a router gets the header again
 * from time to time.
 */
final class StatsStorageRecorder implements Recorder {

  private static final int BLOCKS_PER_HEADER = 16;

  private final StatsStorageRouter router;
  private final String sessionId;
  private final String workerId;
  private byte[] header;
  private int blocksSinceHeader;
  private long lastTimeStamp;

  StatsStorageRecorder(StatsStorageRouter router, String sessionId, String workerId) {
    this.router = router;
    this.sessionId = sessionId;
    this.workerId = workerId;
  }

  @Override
  public void header(RunHeader runHeader) {
    header = runHeader.encode();
    router.putStaticInfo(next(header));
  }

  @Override
  public void block(byte[] block) {
    router.putUpdate(next(block));
    if (!(router instanceof StatsStorage) && ++blocksSinceHeader == BLOCKS_PER_HEADER) {
      blocksSinceHeader = 0;
      router.putStaticInfo(next(header));
    }
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
