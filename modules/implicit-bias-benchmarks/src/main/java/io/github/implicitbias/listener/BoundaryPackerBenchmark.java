package io.github.implicitbias.listener;

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

/** Boundary entries of 40 samples x 60 units with two inputs, and with eight. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class BoundaryPackerBenchmark {

  private static final int SAMPLES = 40;
  private static final int UNITS = 60;

  private final long[] words = new long[UNITS * ActivationPattern.wordsPerUnit(SAMPLES)];
  private final BoundaryPacker two = new BoundaryPacker(SAMPLES, 2, UNITS, 0x1p-52);
  private final BoundaryPacker eight = new BoundaryPacker(SAMPLES, 8, UNITS, 0x1p-52);
  private final double[] x = new double[SAMPLES * 8];
  private final double[] w = new double[UNITS * 8];
  private final double[] z = new double[SAMPLES * UNITS];

  /** Normal numbers. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    for (double[] values : new double[][] {x, w, z}) {
      for (int i = 0; i < values.length; i++) {
        values[i] = random.nextGaussian();
      }
    }
  }

  @Benchmark
  public long[] ofTwoInputs() {
    two.packAffine(x, w, null, words);
    return words;
  }

  @Benchmark
  public long[] ofEightInputs() {
    eight.packAffine(x, w, null, words);
    return words;
  }

  @Benchmark
  public long[] ofKnownPreActivations() {
    eight.pack(x, w, z, words);
    return words;
  }
}
