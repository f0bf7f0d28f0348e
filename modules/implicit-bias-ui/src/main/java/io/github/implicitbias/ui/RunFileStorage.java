package io.github.implicitbias.ui;

import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.log.RunFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** The one run of a run file as a storage to read from; its blocks stay in the file. */
final class RunFileStorage extends InMemoryStatsStorage {

  private final RunFile.Blocks blocks;
  private final long lastTime;
  final RunHeader header;

  RunFileStorage(Path file) throws IOException {
    blocks = new RunFile.Blocks(file);
    header = RunHeader.decode(blocks.header());
    lastTime =
        Math.max(header.startedAt() + blocks.count(), Files.getLastModifiedTime(file).toMillis());
    putStaticInfo(
        new ImplicitBiasBlock(
            header.sessionId(), header.workerId(), header.startedAt(), blocks.header()));
  }

  /** Blocks have no times of their own: the last has that of the file. */
  @Override
  public long[] getAllUpdateTimes(String sessionId, String typeId, String workerId) {
    long[] times = new long[blocks.count()];
    for (int i = 0; i < times.length; i++) {
      times[i] = i == times.length - 1 ? lastTime : header.startedAt() + 1 + i;
    }
    return times;
  }

  @Override
  public Persistable getUpdate(String sessionId, String typeId, String workerId, long time) {
    int index = time == lastTime ? blocks.count() - 1 : (int) (time - header.startedAt() - 1);
    try {
      return new ImplicitBiasBlock(sessionId, workerId, time, blocks.block(index));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
