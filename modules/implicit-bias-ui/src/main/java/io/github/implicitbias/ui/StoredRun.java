package io.github.implicitbias.ui;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordView;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.log.BlockSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.core.storage.StatsStorageListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run as it lies in a {@code StatsStorage}: which updates are its blocks, and the index over
 * them. Thread-safe.
 *
 * <p>Blocks stay in the storage and are fetched again when a step is asked for; only the index is
 * held, whose size is bounded. A long run that is seen for the first time is indexed in the
 * background after a moment: until then it is answered from what is indexed so far.
 */
final class StoredRun {

  private static final Logger log = LoggerFactory.getLogger(StoredRun.class);

  /** How long a question waits for the index, in nanoseconds. */
  private static final long PATIENCE = 150_000_000;

  /**
   * Blocks from which on a storage, some of which read all they hold, is asked for its list less.
   */
  private static final int FEW_BLOCKS = 100;

  /** It is then asked after so many times the time that it takes, or when it told of a block. */
  private static final long LIST_PART = 400;

  private static final int MAX_NEWS = 10_000;
  private static final long LIST = Long.MIN_VALUE;

  private static final Executor BACKGROUND = background();

  private final StatsStorage storage;
  private final String sessionId;
  private final String workerId;
  private final long patience;
  private final Object looking = new Object();
  private final List<Long> news = new ArrayList<>(); // times of updates that the storage told of
  private long listedAt;
  private long listNanos;
  private volatile boolean inBackground;
  private volatile boolean forgotten;
  private volatile int unread;
  private volatile int stored;
  private RunHeader header;
  private long headerTime;
  private Run run;
  private Blocks blocks;
  private SampleRecords samples;
  private UnitRecords units;
  private long[] times = new long[0]; // of the updates looked at
  private int seen;
  private long version;

  StoredRun(StatsStorage storage, String sessionId, String workerId) {
    this(storage, sessionId, workerId, PATIENCE);
  }

  StoredRun(StatsStorage storage, String sessionId, String workerId, long patience) {
    this.storage = storage;
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.patience = patience;
  }

  private static Executor background() {
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "implicit-bias-index");
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
    return executor;
  }

  StatsStorage storage() {
    return storage;
  }

  /** Ends what goes on in the background. */
  void forget() {
    forgotten = true;
  }

  /** Takes note of what was put into a storage; answers at once. */
  void told(StatsStorageEvent event) {
    if (event.getStatsStorage() == storage
        && BlockRecords.TYPE_ID.equals(event.getTypeID())
        && sessionId.equals(event.getSessionID())
        && workerId.equals(event.getWorkerID())) {
      synchronized (news) {
        boolean block = event.getEventType() == StatsStorageListener.EventType.PostUpdate;
        news.add(block && news.size() < MAX_NEWS ? event.getTimestamp() : LIST);
      }
    }
  }

  /** Looks for blocks that arrived since the last call; many of them are read in the background. */
  void refresh() throws IOException {
    if (inBackground) {
      return;
    }
    synchronized (looking) {
      if (!inBackground && !look(System.nanoTime() + patience)) {
        inBackground = true;
        BACKGROUND.execute(this::lookOn);
      }
    }
  }

  private void lookOn() {
    try {
      indexUntil(Long.MAX_VALUE);
    } catch (RuntimeException e) {
      log.debug("Session {} cannot be read", sessionId, e);
    } finally {
      inBackground = false;
    }
  }

  /** Returns false if the time was over before all blocks were read. */
  private boolean look(long until) throws IOException {
    List<Long> arrived;
    synchronized (news) {
      arrived = new ArrayList<>(news);
      news.clear();
    }
    arrived.removeIf(time -> Arrays.binarySearch(times, time) >= 0);
    Collections.sort(arrived);
    long newest = times.length == 0 ? Long.MAX_VALUE : times[times.length - 1];
    boolean known = arrived.isEmpty() || arrived.get(0) > newest;
    boolean cheap = times.length < FEW_BLOCKS;
    if (header == null || !known || cheap || System.nanoTime() - listedAt > LIST_PART * listNanos) {
      try {
        list();
      } catch (IOException | RuntimeException e) {
        listNanos = 0; // the next look tries again
        throw e;
      }
    } else if (!arrived.isEmpty()) {
      long[] more = arrived.stream().mapToLong(time -> time).distinct().toArray();
      long[] all = Arrays.copyOf(times, times.length + more.length);
      System.arraycopy(more, 0, all, times.length, more.length);
      know(all);
    }
    return indexUntil(until);
  }

  /** Asks the storage for all that it holds, which takes some storages long. */
  private void list() throws IOException {
    long begin = System.nanoTime();
    long[] now = storage.getAllUpdateTimes(sessionId, BlockRecords.TYPE_ID, workerId);
    Arrays.sort(now);
    if (header == null || !Arrays.equals(now, times)) {
      readHeader();
    }
    if (now.length < seen || Arrays.compare(now, 0, seen, times, 0, seen) != 0) {
      // A block from before those already indexed has arrived, or one was replaced.
      begin();
    }
    know(now);
    listedAt = System.nanoTime();
    listNanos = listedAt - begin;
  }

  private synchronized void know(long[] all) {
    times = all;
  }

  private boolean indexUntil(long until) {
    stored = times.length;
    while (seen < times.length && System.nanoTime() < until && !forgotten) {
      unread = times.length - seen;
      // What was stored before the header belongs to an earlier run under the same ids.
      if (times[seen] > headerTime) {
        index(times[seen]);
      }
      seen++;
    }
    unread = times.length - seen;
    return unread == 0 || forgotten;
  }

  private void readHeader() throws IOException {
    Persistable info = storage.getStaticInfo(sessionId, BlockRecords.TYPE_ID, workerId);
    if (info == null) {
      throw new IOException("The run has no header.");
    }
    if (header == null || info.getTimeStamp() != headerTime) {
      RunHeader found = RunHeader.decode(BlockRecords.bytes(info));
      synchronized (this) {
        header = found;
        headerTime = info.getTimeStamp();
      }
      begin();
    }
  }

  private synchronized void begin() {
    blocks = new Blocks();
    run = new Run(header, blocks);
    samples = new SampleRecords(header);
    units = new UnitRecords(header);
    times = new long[0];
    seen = 0;
    version++;
  }

  private static RecordVisitor both(RecordVisitor ofSamples, RecordVisitor ofUnits) {
    return new RecordVisitor() {
      @Override
      public void record(RecordView record) {
        ofSamples.record(record);
        ofUnits.record(record);
      }

      @Override
      public void sampleValues(int column, double[] values) {
        ofSamples.sampleValues(column, values);
      }

      @Override
      public void unitValues(int column, double[] values) {
        ofUnits.unitValues(column, values);
      }
    };
  }

  private void index(long time) {
    try {
      RecordBlock block = RecordBlock.decode(header, read(time));
      blocks.next(time);
      run.index(block, both(samples.begin(block), units.begin(block)));
      samples.end();
      units.end();
      blocks.keep();
      synchronized (this) {
        version++;
      }
    } catch (BlockFormatException e) {
      log.warn("A block of session {} is left out: {}", sessionId, e.getMessage());
    } catch (IOException | RuntimeException e) {
      // Gone meanwhile, or not decodable: storages throw what they like.
      log.debug("An update of session {} cannot be read", sessionId, e);
    }
  }

  private byte[] read(long time) throws IOException {
    Persistable update = storage.getUpdate(sessionId, BlockRecords.TYPE_ID, workerId, time);
    if (update == null) {
      throw new IOException("The storage no longer holds this step.");
    }
    return BlockRecords.bytes(update);
  }

  /**
   * Times of the updates that are blocks of one index. Read while the run is locked, written before
   * the run learns of a block: so it needs no lock, and must not take that of the stored run, which
   * is held while blocks are indexed.
   */
  private final class Blocks implements BlockSource {
    private volatile long[] times = new long[16];
    private int count;
    private BlockRows rows;
    private int rowsIndex = -1;

    void next(long time) {
      long[] room = count < times.length ? times : Arrays.copyOf(times, 2 * count);
      room[count] = time;
      times = room;
    }

    void keep() {
      count++;
    }

    @Override
    public byte[] block(int index) throws IOException {
      return read(times[index]);
    }
  }

  /** Values of one sample column at one record. */
  static final class SampleRow {
    final long step;
    final double[] values;

    SampleRow(long step, double[] values) {
      this.step = step;
      this.values = values;
    }
  }

  /**
   * Returns the values of a sample column at the last record at or before a step that has any; null
   * if there is none.
   */
  SampleRow sampleRow(String column, long step) throws IOException {
    SampleRecords records;
    Blocks source;
    int number;
    RunHeader of;
    synchronized (this) {
      of = header;
      records = samples;
      source = blocks;
      number = header.sampleColumnNumber(column);
    }
    int block = Integer.MAX_VALUE;
    while ((block = records.blockWith(number, step, block)) >= 0) {
      SampleRow found = rows(of, source, block).ofSamples(number, step);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /**
   * Returns the values of the unit columns of a layer, each at the last record at or before a step
   * that has it.
   *
   * @return one per unit column that is followed; null where there is none, and of other layers
   */
  SampleRow[] unitRows(int layer, long step) throws IOException {
    UnitRecords records;
    Blocks source;
    RunHeader of;
    synchronized (this) {
      of = header;
      records = units;
      source = blocks;
    }
    int columns = Math.min(UnitRecords.MAX_COLUMNS, of.unitColumns().size());
    long missing = 0;
    for (int k = 0; k < columns; k++) {
      missing |= of.unitColumns().get(k).layer() == layer ? 1L << k : 0;
    }
    SampleRow[] found = new SampleRow[columns];
    int block = Integer.MAX_VALUE;
    while ((block = records.blockWith(missing, step, block)) >= 0) {
      BlockRows rows = rows(of, source, block);
      for (int k = 0; k < columns; k++) {
        if ((missing >>> k & 1) != 0) {
          found[k] = rows.ofUnits(k, step);
          missing &= found[k] == null ? -1L : ~(1L << k);
        }
      }
    }
    return found;
  }

  /** Returns the paths of the units of a layer; null if none are held. */
  synchronized UnitRecords.Path unitPath(int layer) {
    return units.path(layer);
  }

  /** The block read last is asked for again: by the other columns, and by the next step. */
  private static BlockRows rows(RunHeader of, Blocks source, int index) throws IOException {
    synchronized (source) {
      if (source.rowsIndex == index) {
        return source.rows;
      }
    }
    BlockRows rows = new BlockRows(RecordBlock.decode(of, source.block(index)));
    synchronized (source) {
      source.rows = rows;
      source.rowsIndex = index;
    }
    return rows;
  }

  /** The histories of the sample columns. */
  synchronized SampleRecords samples() {
    return samples;
  }

  /** The index; call {@link #refresh} first. */
  synchronized Run run() {
    return run;
  }

  /** Changes whenever there is something new to draw. */
  synchronized long version() {
    return version;
  }

  /** When the newest block was stored, in milliseconds since 1970 UTC. */
  synchronized long updatedAt() {
    return times.length == 0 ? header.startedAt() : times[times.length - 1];
  }

  /** Blocks that are stored and not indexed yet. */
  int unread() {
    return unread;
  }

  /** Blocks that are stored. */
  int stored() {
    return stored;
  }
}
