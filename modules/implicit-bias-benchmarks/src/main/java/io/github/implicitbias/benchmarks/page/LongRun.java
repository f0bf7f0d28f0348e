package io.github.implicitbias.benchmarks.page;

import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.engine.NetworkSource;
import io.github.implicitbias.core.engine.Reading;
import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.StorageRecorders;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;

/**
 * A run that a session records into a {@code StatsStorage}: one ReLU layer whose entries flip often
 * in the beginning and rarely later, as in training. A flip goes to a random entry; each entry has
 * a side on which it ends up more often.
 */
final class LongRun {

  static final int SAMPLES = 1000;
  static final int UNITS = 1000;

  private static final int CLASSES = 4;
  private static final int WORDS = (SAMPLES + 63) / 64;
  private static final long AHEAD = 4_000;

  private final Session recording;
  private final Taken taken;
  private final SplittableRandom random = new SplittableRandom(11);
  private final long[] words = new long[UNITS * WORDS];
  private final long[] side = new long[UNITS * WORDS];
  private long step;
  private long flips;

  LongRun(String session, StatsStorageRouter storage) {
    for (int unit = 0; unit < UNITS; unit++) {
      double share = random.nextDouble();
      for (int i = 0; i < SAMPLES; i++) {
        int word = unit * WORDS + i / 64;
        side[word] |= random.nextDouble() < share ? 1L << i % 64 : 0;
        words[word] |= random.nextBoolean() ? 1L << i % 64 : 0;
      }
    }
    int[] classes = new int[SAMPLES];
    Arrays.setAll(classes, i -> i % CLASSES);
    taken = new Taken(StorageRecorders.to(storage));
    double[] labels = new double[SAMPLES * CLASSES];
    for (int i = 0; i < SAMPLES; i++) {
      labels[i * CLASSES + classes[i]] = 1;
    }
    recording =
        Session.observing(new Probe(SAMPLES, new double[SAMPLES], labels, null))
            .labels(session, "worker")
            .provenance(Map.of("benchmark", "page-cost"))
            .instruments(
                new Instruments(Curves.metrics(), Curves.sampleMetrics(), Curves.predictions()))
            .schedule(Schedule.everyStep())
            .recorder(taken)
            .start(new Source());
  }

  /** Shows the layer. */
  private final class Source implements NetworkSource {
    private final NetworkView nothing = NetworkView.opaque(1);

    @Override
    public List<TrackedLayer> layers() {
      return List.of(new TrackedLayer("layer0", 0, UNITS, "relu"));
    }

    @Override
    public NetworkView view() {
      return nothing;
    }

    @Override
    public boolean isInPlace() {
      return true;
    }

    @Override
    public double read(Reading into, boolean inPlace) {
      System.arraycopy(words, 0, into.pattern(0), 0, words.length);
      into.written(0, 0, false);
      return Curves.loss(step);
    }
  }

  /** Counts what the storage has taken. */
  private static final class Taken implements Recorder {
    private final Recorder storage;
    private @Nullable RunHeader header;
    private volatile long records;

    Taken(Recorder storage) {
      this.storage = storage;
    }

    @Override
    public void header(RunHeader known) throws IOException {
      header = known;
      storage.header(known);
    }

    @Override
    public void block(byte[] block) throws IOException {
      storage.block(block);
      records +=
          RecordBlock.open(Objects.requireNonNull(header, "the header comes first"), block).count();
    }

    @Override
    public void close() throws IOException {
      storage.close();
    }
  }

  RunId id() {
    return recording.id();
  }

  long flips() {
    return flips;
  }

  /** Records so many steps, waiting where the storage is slower. */
  void record(long steps) {
    for (long end = step + steps; step < end; step++) {
      flip();
      while (step - taken.records > AHEAD) {
        LockSupport.parkNanos(200_000); // the cores are for the storage
      }
      recording.begin(step, (int) (step / 1000));
      recording.end(0.01, Curves.loss(step));
    }
  }

  /** Records at a rate until a time. */
  void recordAt(int perSecond, long untilNanos) throws InterruptedException {
    long begin = System.nanoTime();
    long done = 0;
    while (System.nanoTime() < untilNanos) {
      long due = (System.nanoTime() - begin) * perSecond / 1_000_000_000L;
      if (due > done) {
        record(due - done);
        done = due;
      }
      Thread.sleep(5);
    }
  }

  private void flip() {
    int count = step == 0 ? 0 : (int) (20_000 / (1 + step / 20)) + 5;
    for (int k = 0; k < count; k++) {
      int word = random.nextInt(words.length);
      int i = word % WORDS * 64 + random.nextInt(64);
      long bit = 1L << i % 64;
      boolean atItsSide = ((words[word] ^ side[word]) & bit) == 0;
      if (i < SAMPLES && (!atItsSide || random.nextInt(4) == 0)) {
        words[word] ^= bit;
        flips++;
      }
    }
  }

  void close() {
    recording.close();
    if (taken.records < step) {
      throw new IllegalStateException("the storage did not take the run");
    }
  }
}
