package io.github.implicitbias.listener;

import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.log.Recorder;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/**
 * Sends a run into a DL4J {@code StatsStorageRouter}, under strictly increasing time stamps: a
 * storage keeps only one update per time stamp.
 *
 * <p>A router to another process can lose what it is given while that process cannot be reached,
 * the header included, without which no record can be read. Such a router gets the header again
 * from time to time, unchanged, its time stamp included: readers take it for the beginning of the
 * run.
 */
public final class StatsStorageRecorder implements Recorder {

  private static final int BLOCKS_PER_HEADER = 16;

  private final StatsStorageRouter router;
  private final String sessionId;
  private final String workerId;
  private ImplicitBiasBlock header;
  private int blocksSinceHeader;
  private long lastTimeStamp;

  /**
   * Makes the recorder of one run.
   *
   * @param router where the header and the blocks go
   */
  public StatsStorageRecorder(StatsStorageRouter router, String sessionId, String workerId) {
    this.router = router;
    this.sessionId = sessionId;
    this.workerId = workerId;
  }

  @Override
  public void header(RunHeader runHeader) {
    header = next(runHeader.encode());
    router.putStaticInfo(header);
  }

  @Override
  public void block(byte[] block) {
    router.putUpdate(next(block));
    if (!(router instanceof StatsStorage) && ++blocksSinceHeader == BLOCKS_PER_HEADER) {
      blocksSinceHeader = 0;
      router.putStaticInfo(header);
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
