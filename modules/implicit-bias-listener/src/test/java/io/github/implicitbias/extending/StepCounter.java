package io.github.implicitbias.extending;

import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the records of a run as they arrive. */
public final class StepCounter implements Recorder {

  private final AtomicLong records = new AtomicLong();
  private RunHeader header;

  @Override
  public void header(RunHeader runHeader) {
    header = runHeader;
  }

  @Override
  public void block(byte[] block) throws IOException {
    if (Frame.isRecords(block)) {
      records.addAndGet(RecordBlock.decode(header, block).count());
    }
  }

  @Override
  public void close() {}

  /** Returns the number of records so far. */
  public long records() {
    return records.get();
  }
}
