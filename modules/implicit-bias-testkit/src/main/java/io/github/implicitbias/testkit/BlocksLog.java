package io.github.implicitbias.testkit;

import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/** Blocks in memory as the log of a run; reading can be made slow. */
public final class BlocksLog implements RunLog {

  private final RunHeader header;
  private final List<byte[]> blocks = new CopyOnWriteArrayList<>();
  private volatile int looked;
  private volatile long millisPerBlock;

  /** A log without a block. */
  public BlocksLog(RunHeader header) {
    this.header = header;
  }

  /** Appends a sealed block; {@link #look()} sees it. */
  public BlocksLog add(byte[] block) {
    blocks.add(block);
    return this;
  }

  /** Makes every reading of a block take so long. */
  public BlocksLog slow(long millis) {
    millisPerBlock = millis;
    return this;
  }

  @Override
  public RunHeader header() {
    return header;
  }

  @Override
  public boolean look() {
    looked = blocks.size();
    return true;
  }

  @Override
  public int blocks() {
    return looked;
  }

  @Override
  public long changedAt() {
    return header.startedAt() + looked;
  }

  @Override
  public byte[] block(int index) throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(millisPerBlock);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
    return blocks.get(index);
  }
}
