package io.github.implicitbias.core.engine;

import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.List;

/**
 * Those who get the records of a run: the run in memory directly, every other recorder through an
 * {@link Outlet} of its own.
 */
final class Recipients {

  private final List<MemoryRecorder> memories = new ArrayList<>();
  private final List<Outlet> outlets = new ArrayList<>();
  private final FailureLog failures;
  private final Fuse remembering = new Fuse("run in memory");

  /**
   * Takes the recorders of a run.
   *
   * @param keyframeWanted asks for whole patterns in the next block
   */
  Recipients(List<Recorder> recorders, FailureLog failures, Runnable keyframeWanted) {
    this.failures = failures;
    for (Recorder recorder : recorders) {
      if (recorder instanceof MemoryRecorder) {
        memories.add((MemoryRecorder) recorder);
      } else {
        outlets.add(new Outlet(recorder, failures, keyframeWanted, Outlet.MAX_BYTES));
      }
    }
  }

  /** Returns the CPU time of the threads of the outlets so far. */
  long cpuNanos() {
    long sum = 0;
    for (int i = 0; i < outlets.size(); i++) {
      sum += outlets.get(i).cpuNanos();
    }
    return sum;
  }

  void handOverAtOnce() {
    outlets.forEach(Outlet::handOverAtOnce);
  }

  void header(RunHeader known) {
    for (MemoryRecorder memory : memories) {
      try {
        memory.header(known);
      } catch (Throwable e) {
        failures.failed(remembering, EventKind.RECORDER_FAILED, e, "");
      }
    }
    for (Outlet outlet : outlets) {
      outlet.offer(known);
    }
  }

  /** Tells the run in memory of a record whose block comes later. Allocates nothing. */
  void recorded(Record record) {
    for (int k = 0; k < memories.size(); k++) {
      try {
        memories.get(k).recorded(record);
      } catch (OutOfMemoryError e) {
        // The block tells it later.
      }
    }
  }

  void block(Outlet.Block block) {
    for (MemoryRecorder memory : memories) {
      try {
        memory.block(block.bytes);
      } catch (Throwable e) {
        failures.failed(
            remembering, EventKind.RECORDER_FAILED, e, ", up to step " + block.lastStep);
      }
    }
    for (Outlet outlet : outlets) {
      outlet.offer(block);
    }
  }

  /** Lets every outlet hand over what it has and close its recorder; does not wait. */
  void beginClose() {
    outlets.forEach(Outlet::beginClose);
  }

  /**
   * Waits until all recorders are closed.
   *
   * @param deadline by {@link System#nanoTime}
   * @return false if one is not by then
   */
  boolean awaitClosed(long deadline) throws InterruptedException {
    boolean all = true;
    for (Outlet outlet : outlets) {
      all &= outlet.awaitClosed(deadline);
    }
    return all;
  }
}
