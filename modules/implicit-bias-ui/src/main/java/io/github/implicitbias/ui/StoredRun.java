package io.github.implicitbias.ui;

import io.github.implicitbias.core.run.BlockFormatException;
import io.github.implicitbias.core.run.BlockSource;
import io.github.implicitbias.core.run.RecordBlock;
import io.github.implicitbias.core.run.RecordView;
import io.github.implicitbias.core.run.RecordVisitor;
import io.github.implicitbias.core.run.Run;
import io.github.implicitbias.core.run.RunHeader;
import java.io.IOException;
import java.util.Arrays;
import org.deeplearning4j.core.storage.Persistable;
import org.deeplearning4j.core.storage.StatsStorage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A run as it lies in a {@code StatsStorage}: which updates are its blocks, and the index over
 * them. Thread-safe.
 *
 * <p>Blocks stay in the storage and are fetched again when a step is asked for; only the index is
 * held, whose size is bounded.
 */
final class StoredRun {

  private static final Logger log = LoggerFactory.getLogger(StoredRun.class);

  private final StatsStorage storage;
  private final String sessionId;
  private final String workerId;
  private RunHeader header;
  private long headerTime;
  private Run run;
  private Blocks blocks;
  private SampleRecords samples;
  private UnitRecords units;
  private long[] seen = {}; // times of the updates looked at
  private long version;

  StoredRun(StatsStorage storage, String sessionId, String workerId) {
    this.storage = storage;
    this.sessionId = sessionId;
    this.workerId = workerId;
  }

  StatsStorage storage() {
    return storage;
  }

  /** Looks for blocks that arrived since the last call. */
  synchronized void refresh() throws IOException {
    long[] times = storage.getAllUpdateTimes(sessionId, BlockRecords.TYPE_ID, workerId);
    Arrays.sort(times);
    if (header == null || !Arrays.equals(times, seen)) {
      readHeader();
    }
    if (times.length < seen.length
        || Arrays.compare(times, 0, seen.length, seen, 0, seen.length) != 0) {
      // A block from before those already indexed has arrived, or one was replaced.
      begin();
    }
    for (int i = seen.length; i < times.length; i++) {
      // What was stored before the header belongs to an earlier run under the same ids.
      if (times[i] > headerTime) {
        index(times[i]);
      }
    }
    seen = times;
  }

  private void readHeader() throws IOException {
    Persistable info = storage.getStaticInfo(sessionId, BlockRecords.TYPE_ID, workerId);
    if (info == null) {
      throw new IOException("The run has no header.");
    }
    if (header == null || info.getTimeStamp() != headerTime) {
      header = RunHeader.decode(BlockRecords.bytes(info));
      headerTime = info.getTimeStamp();
      begin();
    }
  }

  private void begin() {
    blocks = new Blocks();
    run = new Run(header, blocks);
    samples = new SampleRecords(header);
    units = new UnitRecords(header);
    seen = new long[0];
    version++;
  }

  private void index(long time) {
    try {
      byte[] block = read(time);
      blocks.next(time);
      run.index(block);
      blocks.keep();
      if (!header.sampleColumns().isEmpty()) {
        samples.add(RecordBlock.decode(header, block));
      }
      if (!header.unitColumns().isEmpty()) {
        units.add(RecordBlock.decode(header, block));
      }
      version++;
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
    private RecordBlock decoded;
    private int decodedIndex = -1;

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
      SampleRow[] found = {null};
      decoded(of, source, block)
          .visit(
              new RecordVisitor() {
                private long at;

                @Override
                public void record(RecordView record) {
                  at = record.step();
                }

                @Override
                public void sampleValues(int valuesColumn, double[] values) {
                  if (valuesColumn == number && at <= step) {
                    found[0] = new SampleRow(at, values.clone());
                  }
                }
              });
      if (found[0] != null) {
        return found[0];
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
      LastRows last = new LastRows(missing, step, columns);
      decoded(of, source, block).visit(last);
      for (int k = 0; k < columns; k++) {
        if (last.values[k] != null) {
          found[k] = new SampleRow(last.steps[k], last.values[k]);
          missing &= ~(1L << k);
        }
      }
    }
    return found;
  }

  /** The last values of some unit columns up to a step. */
  private static final class LastRows implements RecordVisitor {
    private final long wanted;
    private final long until;
    private final long[] steps;
    private final double[][] values;
    private long step;

    LastRows(long wanted, long until, int columns) {
      this.wanted = wanted;
      this.until = until;
      steps = new long[columns];
      values = new double[columns][];
    }

    @Override
    public void record(RecordView record) {
      step = record.step();
    }

    @Override
    public void unitValues(int column, double[] row) {
      if (step > until || column >= values.length || (wanted >>> column & 1) == 0) {
        return;
      }
      steps[column] = step;
      if (values[column] == null) {
        values[column] = new double[row.length];
      }
      System.arraycopy(row, 0, values[column], 0, row.length);
    }
  }

  /** Returns the paths of the units of a layer; null if none are held. */
  synchronized UnitRecords.Path unitPath(int layer) {
    return units.path(layer);
  }

  /** The block read last is asked for again: by the other columns, and by the next step. */
  private static RecordBlock decoded(RunHeader of, Blocks source, int index) throws IOException {
    synchronized (source) {
      if (source.decodedIndex == index) {
        return source.decoded;
      }
    }
    RecordBlock block = RecordBlock.decode(of, source.block(index));
    synchronized (source) {
      source.decoded = block;
      source.decodedIndex = index;
    }
    return block;
  }

  /** Returns the history of a sample column; null if it is not held. */
  synchronized SampleRecords.Track sampleTrack(String column) {
    return samples.track(header.sampleColumnNumber(column));
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
    return seen.length == 0 ? header.startedAt() : seen[seen.length - 1];
  }
}
