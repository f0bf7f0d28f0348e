package io.github.implicitbias.ui;

import io.github.implicitbias.listener.ImplicitBiasBlock;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.Frame;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.deeplearning4j.core.storage.StatsStorageEvent;
import org.deeplearning4j.core.storage.StatsStorageListener;

/**
 * A run in a {@code StatsStorage}: its header is the static info of a worker, its blocks are the
 * updates of that worker. Thread-safe.
 *
 * <p>Updates are known by their times, which a recorder gives them in the order of its blocks: in
 * this order they are taken as long as the numbers of the blocks, which are seen when they are
 * read, increase in it. If they do not, all are read once and put into the order of their numbers.
 * What belongs to another run, or is there twice, is left out.
 */
final class StatsStorageLog implements RunLog {

  /**
   * Blocks from which on a storage, some of which read all they hold, is asked for its list less.
   */
  private static final int FEW_BLOCKS = 100;

  /** It is then asked after so many times the time that it takes, or when it told of a block. */
  private static final long LIST_PART = 400;

  private static final int MAX_NEWS = 10_000;
  private static final long LIST = Long.MIN_VALUE;

  private final StatsStorage storage;
  private final String sessionId;
  private final String workerId;
  private final Object looking = new Object();
  private final List<Long> news = new ArrayList<>(); // times of updates that the storage told of
  private long listedAt;
  private long listNanos;
  private boolean listed;
  private byte[] lastHeader = {};
  private volatile RunHeader header;
  private long[] times = {}; // of the updates, in the order of the blocks
  private Set<Long> others = Set.of(); // times of updates that are left out
  private boolean byNumber; // that order is not the one of the times
  private int read; // position up to which numbers increase
  private long lastNumber = -1;
  private boolean disordered;
  private final Map<Long, Long> numbers = new HashMap<>(); // of blocks, by the times of updates

  /**
   * Finds a run.
   *
   * @param workerId under which the storage has it
   * @param header as it is now
   */
  StatsStorageLog(StatsStorage storage, String sessionId, String workerId, RunHeader header) {
    this.storage = storage;
    this.sessionId = sessionId;
    this.workerId = workerId;
    this.header = header;
  }

  StatsStorage storage() {
    return storage;
  }

  @Override
  public RunHeader header() {
    return header;
  }

  /** Takes note of what was put into a storage; answers at once. */
  void told(StatsStorageEvent event) {
    if (event.getStatsStorage() == storage
        && ImplicitBiasBlock.TYPE_ID.equals(event.getTypeID())
        && sessionId.equals(event.getSessionID())
        && workerId.equals(event.getWorkerID())) {
      synchronized (news) {
        boolean block = event.getEventType() == StatsStorageListener.EventType.PostUpdate;
        news.add(block && news.size() < MAX_NEWS ? event.getTimestamp() : LIST);
      }
    }
  }

  @Override
  public boolean look() throws IOException {
    synchronized (looking) {
      if (storage.isClosed()) {
        return true; // what is indexed stays, and nothing comes any more
      }
      long[] now = now();
      return disordered() || byNumber ? order(now) : take(now);
    }
  }

  private synchronized boolean disordered() {
    return disordered;
  }

  /** Returns the times of all updates there are, in their order. */
  private long[] now() throws IOException {
    List<Long> arrived;
    synchronized (news) {
      arrived = new ArrayList<>(news);
      news.clear();
    }
    long[] known = known();
    arrived.removeIf(time -> Arrays.binarySearch(known, time) >= 0);
    long newest = known.length == 0 ? Long.MAX_VALUE : known[known.length - 1];
    boolean inOrder = arrived.stream().allMatch(time -> time > newest);
    boolean cheap = known.length < FEW_BLOCKS;
    if (!listed || cheap || !inOrder || System.nanoTime() - listedAt > LIST_PART * listNanos) {
      return list(arrived.contains(LIST));
    }
    long[] all = Arrays.copyOf(known, known.length + arrived.size());
    for (int k = 0; k < arrived.size(); k++) {
      all[known.length + k] = arrived.get(k);
    }
    Arrays.sort(all);
    return Arrays.stream(all).distinct().toArray();
  }

  /** All times that are known, in their order. */
  private synchronized long[] known() {
    long[] all = Arrays.copyOf(times, times.length + others.size());
    int k = times.length;
    for (long other : others) {
      all[k++] = other;
    }
    Arrays.sort(all);
    return all;
  }

  /**
   * Asks the storage for all that it holds, which takes some storages long.
   *
   * @param newHeader true if it told of something else than a block
   */
  private long[] list(boolean newHeader) throws IOException {
    long begin = System.nanoTime();
    listed = false; // if it fails, the next look tries again
    long[] now = storage.getAllUpdateTimes(sessionId, ImplicitBiasBlock.TYPE_ID, workerId);
    Arrays.sort(now);
    if (newHeader || !Arrays.equals(now, known())) {
      informed();
    }
    listedAt = System.nanoTime();
    listNanos = listedAt - begin;
    listed = true;
    return now;
  }

  /** Looks whether more is said of the run by now. */
  private void informed() throws IOException {
    Persistable info = storage.getStaticInfo(sessionId, ImplicitBiasBlock.TYPE_ID, workerId);
    byte[] encoded = info == null ? new byte[0] : bytes(info);
    if (Arrays.equals(encoded, lastHeader)) {
      return;
    }
    lastHeader = encoded;
    try {
      RunHeader found = RunHeader.decode(encoded);
      if (header.isOfSameRun(found)) {
        header = found;
      }
    } catch (BlockFormatException e) {
      // Gone or damaged: what was known of the run holds.
    }
  }

  /** Takes updates in the order of their times; returns false if others came before the known. */
  private synchronized boolean take(long[] now) {
    boolean same =
        now.length >= times.length && Arrays.equals(now, 0, times.length, times, 0, times.length);
    times = now;
    if (!same) {
      read = 0;
      lastNumber = -1;
    }
    return same;
  }

  /** Reads the number of every block and takes them in that order. */
  private boolean order(long[] now) throws IOException {
    Map<Long, Long> byNumbers = new TreeMap<>();
    Set<Long> left = new HashSet<>();
    for (long time : now) {
      Long known = numbers.get(time);
      long number = known == null ? number(time) : known;
      numbers.put(time, number);
      if (number < 0 || byNumbers.putIfAbsent(number, time) != null) {
        left.add(time);
      }
    }
    long[] ordered = byNumbers.values().stream().mapToLong(time -> time).toArray();
    synchronized (this) {
      boolean same =
          !disordered
              && ordered.length >= times.length
              && Arrays.equals(ordered, 0, times.length, times, 0, times.length);
      times = ordered;
      others = left;
      read = ordered.length;
      disordered = false;
      byNumber = true;
      return same;
    }
  }

  /** The number of the block of an update, -1 if it is none of this run. */
  private long number(long time) throws IOException {
    byte[] block = update(time);
    try {
      return Frame.run(block).equals(header.id()) ? Frame.number(block) : -1;
    } catch (BlockFormatException e) {
      return -1;
    }
  }

  @Override
  public synchronized int blocks() {
    return times.length;
  }

  @Override
  public synchronized long changedAt() {
    return Arrays.stream(times).max().orElse(header.startedAt());
  }

  @Override
  public byte[] block(int index) throws IOException {
    long time;
    synchronized (this) {
      time = times[index];
    }
    byte[] block = update(time);
    if (!Frame.run(block).equals(header.id())) {
      throw new IOException("A block of another run lies among those of " + header.id());
    }
    synchronized (this) {
      if (index >= read && index < times.length && times[index] == time) {
        long number = Frame.number(block);
        disordered |= number <= lastNumber;
        lastNumber = number;
        read = index + 1;
      }
    }
    return block;
  }

  private byte[] update(long time) throws IOException {
    Persistable update = storage.getUpdate(sessionId, ImplicitBiasBlock.TYPE_ID, workerId, time);
    if (update == null) {
      throw new IOException("The storage no longer holds this step.");
    }
    return bytes(update);
  }

  /** The sealed block that a record of a storage carries. */
  static byte[] bytes(Persistable record) throws IOException {
    if (!(record instanceof ImplicitBiasBlock)) {
      throw new IOException("Not a record of an ImplicitBiasListener: " + record.getClass());
    }
    return ((ImplicitBiasBlock) record).block();
  }

  @Override
  public String toString() {
    return "The run of " + workerId + " in session " + sessionId;
  }
}
