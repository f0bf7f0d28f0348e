package io.github.implicitbias.listener;

import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.format.RunHeader;
import java.util.Objects;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;

/**
 * Sends a run into a DL4J {@code StatsStorageRouter}, under strictly increasing time stamps: a
 * storage keeps only one update per time stamp.
 *
 * <p>It also keeps only one static info per session and worker, so every run has a worker key of
 * its own there, in which its id is. Nobody reads anything out of the key: the header says session,
 * worker and id. Runs with the same labels lie side by side.
 *
 * <p>A router to another process can lose what it is given while that process cannot be reached,
 * the header included, without which no record can be read. Such a router gets the header again
 * from time to time, unchanged, its time stamp included: readers take it for the beginning of the
 * run.
 */
final class StatsStorageRecorder implements Recorder {

  private static final int BLOCKS_PER_HEADER = 16;

  private final StatsStorageRouter router;
  private @Nullable RunHeader ofRun;
  private @Nullable ImplicitBiasBlock header;
  private int blocksSinceHeader;
  private long lastTimeStamp;

  /**
   * Makes the recorder of one run.
   *
   * @param router where the header and the blocks go
   */
  public StatsStorageRecorder(StatsStorageRouter router) {
    this.router = router;
  }

  /** A header that says more takes the place of the one before, at the same time stamp. */
  @Override
  public void header(RunHeader runHeader) {
    ofRun = runHeader;
    long begun = header == null ? nextTimeStamp() : header.getTimeStamp();
    header = wrapped(runHeader, runHeader.encode(), begun);
    router.putStaticInfo(header);
  }

  @Override
  public void block(byte[] block) {
    RunHeader run = Objects.requireNonNull(ofRun, "the header comes first");
    router.putUpdate(wrapped(run, block, nextTimeStamp()));
    if (!(router instanceof StatsStorage) && ++blocksSinceHeader == BLOCKS_PER_HEADER) {
      blocksSinceHeader = 0;
      router.putStaticInfo(header);
    }
  }

  private long nextTimeStamp() {
    lastTimeStamp = Math.max(System.currentTimeMillis(), lastTimeStamp + 1);
    return lastTimeStamp;
  }

  private static ImplicitBiasBlock wrapped(RunHeader run, byte[] block, long timeStamp) {
    return new ImplicitBiasBlock(
        run.sessionId(), run.workerId() + "-" + run.id(), timeStamp, block);
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "The StatsStorage router " + router.getClass().getSimpleName();
  }
}
