package io.github.implicitbias.ui;

import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.testkit.MadeUpRun;
import java.util.Arrays;
import java.util.Map;
import org.deeplearning4j.core.storage.StatsStorageRouter;

/** A made-up run that can be put into a storage, as the listener's recorder does. */
final class ReplayedRun extends MadeUpRun {

  /** Under which a storage has it: every run has one of its own. */
  final String key;

  ReplayedRun(String session, String worker, int steps) {
    super(session, worker, steps);
    key = worker + "-" + header.id();
  }

  ReplayedRun(String session, String worker, int steps, Map<String, String> provenance) {
    super(session, worker, steps, provenance);
    key = worker + "-" + header.id();
  }

  /** Puts the header into a storage. */
  ReplayedRun begin(StatsStorageRouter storage) {
    storage.putStaticInfo(new ImplicitBiasBlock(session, key, header.startedAt(), header.encode()));
    return this;
  }

  /** Puts a block into a storage. */
  ReplayedRun put(StatsStorageRouter storage, int block) {
    return putAt(storage, header.startedAt() + 1 + block, sealed().get(block));
  }

  /** Puts a block into a storage at a time of its own. */
  ReplayedRun putAt(StatsStorageRouter storage, long time, byte[] block) {
    storage.putUpdate(new ImplicitBiasBlock(session, key, time, block));
    return this;
  }

  /** Puts all into a storage, without the blocks named. */
  ReplayedRun store(StatsStorageRouter storage, Integer... lost) {
    begin(storage);
    for (int block = 0; block < blocks(); block++) {
      if (!Arrays.asList(lost).contains(block)) {
        put(storage, block);
      }
    }
    return this;
  }
}
