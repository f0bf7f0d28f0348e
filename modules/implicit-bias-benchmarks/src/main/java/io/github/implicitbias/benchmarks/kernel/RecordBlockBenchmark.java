package io.github.implicitbias.benchmarks.kernel;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Writing one record, with the flips of 128 samples x 1,024 units, and reading a whole block. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class RecordBlockBenchmark {

  private static final int SAMPLES = 128;
  private static final int UNITS = 1024;
  private static final int RECORDS = 500;
  private static final int FULL = 1 << 18;

  /** How many bits flip per record. */
  @Param({"0", "300"})
  private int flips;

  private BlockBuilder builder;
  private List<PatternHistory> patterns;
  private RunHeader header;
  private Record record;
  private byte[] block;
  private long step;

  /** A history at a record with that many flips, and a block of equal records. */
  @Setup
  public void fill() {
    List<TrackedLayer> layers = List.of(new TrackedLayer("layer0", 0, UNITS, "relu"));
    header =
        new Instruments(Metrics.standard(), List.of(), List.of())
            .declare(
                new HeaderBuilder("session", "worker", 0)
                    .layers(layers)
                    .samples(new int[SAMPLES], new int[SAMPLES]),
                layers,
                NetworkView.opaque(1),
                new Probe(SAMPLES, new double[SAMPLES], new double[SAMPLES], null))
            .build();
    builder = new BlockBuilder(header.id());
    Random random = new Random(1);
    record = new Record(header.columns().size());
    for (int k = 0; k < record.values().length; k++) {
      record.set(k, random.nextDouble());
    }
    PatternHistory history = new PatternHistory(UNITS, SAMPLES);
    long[] words = new long[UNITS * SAMPLES / 64];
    history.advance(0);
    for (int set = 0; set < flips; ) {
      int bit = random.nextInt(UNITS * SAMPLES);
      if ((words[bit >>> 6] >>> (bit & 63) & 1) == 0) {
        words[bit >>> 6] |= 1L << (bit & 63);
        set++;
      }
    }
    System.arraycopy(words, 0, history.next(), 0, words.length);
    history.advance(0);
    patterns = List.of(history);
    builder.reset(0, null);
    for (int i = 0; i < RECORDS; i++) {
      add();
    }
    block = builder.seal(0, -1);
    builder.reset(0, null);
  }

  /** Includes an empty block whenever one is full. */
  @Benchmark
  public int add() {
    if (block != null && builder.bytes() >= FULL) {
      builder.reset(0, null);
    }
    record.at(step, 0, true);
    record.recorded(step++, 100_000);
    builder.add(record, patterns);
    return builder.bytes();
  }

  /** Reads 500 records. */
  @Benchmark
  public RecordBlock decode() throws BlockFormatException {
    return RecordBlock.decode(header, block);
  }
}
