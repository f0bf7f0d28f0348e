package io.github.implicitbias.run;

import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.VisitBlock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a run in memory, under a cap: beyond it, every second of the older records is left out, and
 * the run says which.
 */
public final class MemoryRecorder implements Recorder {

  private static final Logger LOG = LoggerFactory.getLogger(MemoryRecorder.class);

  private static final int FLIP_PART = 4;
  private static final int VISIT_PART = 4;

  private volatile long capBytes;
  private List<byte[]> blocks = new ArrayList<>();
  private final HeldVisits visits = new HeldVisits();
  private List<byte[]> shown = new ArrayList<>(); // records and visits, as a log of them has them
  private long bytes;
  private long flipBytes;
  private long changedAt;
  private volatile @Nullable GrowingRun run;
  private volatile @Nullable Newest newest;

  /**
   * Makes an empty recorder.
   *
   * @param capBytes greatest size of the blocks held and of counts of flips, in bytes; counts take
   *     a quarter at most, and so do visits but for the newest table of samples. The newest block
   *     is always held, and one block may be beyond the cap
   */
  public MemoryRecorder(long capBytes) {
    this.capBytes = capBytes;
  }

  /**
   * Returns the run as recorded so far; null before the first flush. It grows while blocks arrive;
   * once the cap is reached another run takes its place, and this one grows no more: ask again.
   */
  public @Nullable Run run() {
    GrowingRun now = run;
    return now == null ? null : now.run();
  }

  /**
   * Returns the blocks that are held, as a log that grows with them; null before the first header.
   * When blocks have been thinned, {@link RunLog#look} of it returns false.
   */
  public synchronized @Nullable RunLog log() {
    return run == null ? null : new Log();
  }

  /** Returns the cap in bytes. */
  public long capBytes() {
    return capBytes;
  }

  /** Sets the cap anew; it is kept from the next block on. From any thread. */
  public void limit(long bytes) {
    capBytes = bytes;
  }

  /** Returns the size of the blocks held and of the counts of flips, in bytes. */
  public synchronized long bytes() {
    return bytes + flipBytes + visits.bytes();
  }

  @Override
  public synchronized void header(RunHeader header) {
    GrowingRun before = run;
    if (before != null) {
      before.inform(header);
      return;
    }
    blocks = new ArrayList<>();
    bytes = 0;
    GrowingRun empty = new GrowingRun(header, sourceOf(blocks));
    flipBytes = empty.keepFlipHistory(capBytes / FLIP_PART);
    Newest later = new Newest(header);
    empty.follow(later);
    newest = later;
    run = empty;
  }

  /**
   * Takes note of what has just been recorded, and comes in a block later: what the run says of now
   * ({@link Run#latest}, {@link Run#events()}, {@link Run#verdicts}, {@link Run#summary}) knows it
   * from now on. It never waits for a block.
   */
  public void recorded(Record record) {
    Newest later = newest;
    if (later != null) {
      later.record(record);
    }
  }

  @Override
  public synchronized void block(byte[] block) throws IOException {
    GrowingRun growing = Objects.requireNonNull(run, "the header comes first");
    if (Frame.isVisits(block)) {
      visits(growing, block);
      return;
    }
    List<byte[]> held = blocks;
    synchronized (held) {
      held.add(block);
    }
    boolean indexed = false;
    try {
      growing.index(block);
      indexed = true;
    } finally {
      if (!indexed) {
        synchronized (held) {
          held.remove(held.size() - 1);
        }
      }
    }
    bytes += block.length;
    show(block);
    if (flipBytes > capBytes / FLIP_PART) {
      // The cap was lowered after they were begun.
      growing.dropFlipHistory();
      flipBytes = 0;
    }
    thinIfFull(growing);
  }

  private void show(byte[] block) {
    shown.add(block);
    changedAt = System.currentTimeMillis();
  }

  private void visits(GrowingRun growing, byte[] block) throws IOException {
    VisitBlock decoded = VisitBlock.decode(growing.run().header().id(), block);
    int place = visits.add(block, decoded);
    boolean taken = false;
    try {
      growing.visits(decoded, visits::block, place);
      taken = true;
    } finally {
      if (!taken) {
        visits.removeLast(place);
      }
    }
    show(block);
    List<Integer> given = visits.thin(capBytes / VISIT_PART);
    if (!given.isEmpty()) {
      given.forEach(growing::forgetVisits);
      shown = together(blocks);
    }
    thinIfFull(growing);
  }

  private List<byte[]> together(List<byte[]> records) {
    List<byte[]> all = new ArrayList<>(records);
    all.addAll(visits.blocks());
    return all;
  }

  /** What visits take that cannot be given up is beside the cap. */
  private long fixedBytes() {
    return flipBytes + Math.min(visits.bytes(), capBytes / VISIT_PART);
  }

  private void thinIfFull(GrowingRun growing) throws IOException {
    if (bytes + fixedBytes() > capBytes) {
      thin(growing);
    }
  }

  private void thin(GrowingRun full) throws IOException {
    boolean first = !full.run().isThinned();
    List<byte[]> fewer = blocks;
    long size = bytes;
    while (size + fixedBytes() > capBytes && fewer.size() > 1) {
      List<byte[]> next = Thinning.everySecondOfTheOlder(full.run().header(), fewer);
      long nextSize = 0;
      for (byte[] block : next) {
        nextSize += block.length;
      }
      if (nextSize >= size) {
        break;
      }
      fewer = next;
      size = nextSize;
    }
    if (fewer == blocks) {
      return;
    }
    GrowingRun thinner = full.replacedBy(fewer, sourceOf(fewer));
    thinner.follow(newest);
    full.follow(null);
    blocks = fewer;
    shown = together(fewer);
    bytes = size;
    run = thinner;
    if (first) {
      LOG.info(
          "The run in memory has reached {} MB: older steps are thinned in memory only, storage"
              + " keeps every step.",
          capBytes >> 20);
    }
  }

  private static BlockSource sourceOf(List<byte[]> held) {
    return index -> {
      synchronized (held) {
        return held.get(index);
      }
    };
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "The run in memory";
  }

  /** What is held, as of the last look. */
  private final class Log implements RunLog {
    private List<byte[]> seen = shown;
    private int count;
    private long at;

    @Override
    public RunHeader header() {
      return Objects.requireNonNull(run).run().header();
    }

    @Override
    public boolean look() {
      synchronized (MemoryRecorder.this) {
        boolean same = seen == shown;
        seen = shown;
        count = seen.size();
        at = changedAt;
        return same;
      }
    }

    @Override
    public int blocks() {
      synchronized (MemoryRecorder.this) {
        return count;
      }
    }

    @Override
    public long changedAt() {
      synchronized (MemoryRecorder.this) {
        return at;
      }
    }

    @Override
    public byte[] block(int index) {
      synchronized (MemoryRecorder.this) {
        return seen.get(index);
      }
    }

    @Override
    public String toString() {
      return MemoryRecorder.this.toString();
    }
  }
}
