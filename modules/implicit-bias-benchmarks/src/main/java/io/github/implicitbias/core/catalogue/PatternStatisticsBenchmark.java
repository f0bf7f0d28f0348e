package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.pattern.PatternTranspose;
import io.github.implicitbias.run.ActivationPattern;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What pattern statistics cost, for 128 samples x 1,024 units: 131,072 bits. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PatternStatisticsBenchmark {

  private static final int SAMPLES = 128;
  private static final int UNITS = 1024;
  private static final int WORDS = UNITS * SAMPLES / 64;

  private final PatternTranspose transpose = new PatternTranspose(UNITS, SAMPLES);
  private final EqualRows units = new EqualRows(UNITS, ActivationPattern.wordsPerUnit(SAMPLES));
  private final EqualRows samples = new EqualRows(SAMPLES, transpose.wordsPerSample());
  private final long[] pattern = new long[WORDS];
  private final long[] first = new long[WORDS];
  private long[] turned = {};

  /** Random patterns, every fourth unit equal to the one before. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    int perUnit = ActivationPattern.wordsPerUnit(SAMPLES);
    for (int k = 0; k < WORDS; k++) {
      boolean repeat = k / perUnit % 4 == 3;
      pattern[k] = repeat ? pattern[k - perUnit] : random.nextLong();
      first[k] = random.nextLong();
    }
    turned = transpose.apply(pattern).clone();
  }

  /** Bits that differ between two patterns. */
  @Benchmark
  public long hammingDistance() {
    return HammingDistance.between(pattern, first, WORDS);
  }

  /** Rows per unit to rows per sample. */
  @Benchmark
  public long[] transpose() {
    return transpose.apply(pattern);
  }

  /** Distinct patterns over 1,024 units. */
  @Benchmark
  public int distinctUnits() {
    return units.group(pattern);
  }

  /** Distinct patterns over 128 samples, of the transposed pattern, and their entropy. */
  @Benchmark
  public double distinctSamples() {
    samples.group(turned);
    return samples.entropy();
  }
}
