package io.github.implicitbias.benchmarks.kernel;

import io.github.implicitbias.run.PatternHistory;
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

/** Comparing the pattern of 128 samples x 1,024 units with the one before. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PatternHistoryBenchmark {

  private static final int SAMPLES = 128;
  private static final int UNITS = 1024;

  /** How many of a thousand bits flip. */
  @Param({"0", "10"})
  private int flipsPerMille;

  private final PatternHistory history = new PatternHistory(UNITS, SAMPLES);
  private final long[][] patterns = new long[2][UNITS * SAMPLES / 64];
  private int turn;

  /** Two patterns that take turns. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    for (int k = 0; k < patterns[0].length; k++) {
      patterns[0][k] = random.nextLong();
      patterns[1][k] = patterns[0][k];
    }
    int bits = UNITS * SAMPLES;
    for (int i = 0; i < bits; i++) {
      if (random.nextInt(1000) < flipsPerMille) {
        patterns[1][i >>> 6] ^= 1L << (i & 63);
      }
    }
  }

  /** Includes a copy of the 16 kB of the pattern. */
  @Benchmark
  public int advance() {
    long[] pattern = patterns[turn];
    turn ^= 1;
    System.arraycopy(pattern, 0, history.next(), 0, pattern.length);
    history.advance(0);
    return history.deadUnits();
  }
}
