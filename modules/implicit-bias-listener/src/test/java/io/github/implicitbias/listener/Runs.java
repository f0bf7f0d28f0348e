package io.github.implicitbias.listener;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.testkit.BlocksLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;

/** Finds runs in storages, and among others. */
final class Runs {

  private Runs() {}

  /** Returns the runs by the label of their worker, which no two of them may share. */
  static Map<String, Run> byWorker(List<Run> runs) {
    Map<String, Run> byWorker = new LinkedHashMap<>();
    for (Run run : runs) {
      Run other = byWorker.put(run.header().workerId(), run);
      if (other != null) {
        throw new AssertionError("two runs of worker " + run.header().workerId());
      }
    }
    return byWorker;
  }

  /** Returns all runs of a session in a storage, in the order in which they began. */
  static List<Run> in(StatsStorage storage, String session) throws IOException {
    List<Run> runs = new ArrayList<>();
    for (String key : storage.listWorkerIDsForSessionAndType(session, ImplicitBiasBlock.TYPE_ID)) {
      runs.add(ofKey(storage, session, key));
    }
    runs.sort(Comparator.comparingLong(run -> run.header().startedAt()));
    return runs;
  }

  private static Run ofKey(StatsStorage storage, String session, String key) throws IOException {
    ImplicitBiasBlock head =
        (ImplicitBiasBlock) storage.getStaticInfo(session, ImplicitBiasBlock.TYPE_ID, key);
    BlocksLog log = new BlocksLog(RunHeader.decode(head.block()));
    for (Persistable update :
        storage.getAllUpdatesAfter(session, ImplicitBiasBlock.TYPE_ID, key, -1)) {
      log.add(((ImplicitBiasBlock) update).block());
    }
    return new RunFollower(log).followAll();
  }
}
