package io.github.implicitbias.benchmarks.kernel;

import io.github.implicitbias.core.norm.ParameterNorms;
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

/** Norm, distance and update of the parameters of 784-1024-10 in float and 150-200-1 in double. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class ParameterNormsBenchmark {

  private static final int FLOATS = 814_090;
  private static final int DOUBLES = 30_401;

  private final float[][] floats = new float[2][FLOATS];
  private final double[][] doubles = new double[2][DOUBLES];
  private final ParameterNorms single = new ParameterNorms(FLOATS, true);
  private final ParameterNorms wide = new ParameterNorms(DOUBLES, false);
  private int turn;

  /** A first vector far away, then two that take turns. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    for (int i = 0; i < FLOATS; i++) {
      floats[0][i] = (float) random.nextGaussian();
    }
    for (int i = 0; i < DOUBLES; i++) {
      doubles[0][i] = random.nextGaussian();
    }
    floats();
    doubles();
    for (int i = 0; i < FLOATS; i++) {
      floats[0][i] += (float) random.nextGaussian();
      floats[1][i] = floats[0][i] + 1e-3f * (float) random.nextGaussian();
    }
    for (int i = 0; i < DOUBLES; i++) {
      doubles[0][i] += random.nextGaussian();
      doubles[1][i] = doubles[0][i] + 1e-3 * random.nextGaussian();
    }
  }

  @Benchmark
  public double floats() {
    float[] parameters = floats[turn];
    turn ^= 1;
    single.begin();
    for (int at = 0; at < FLOATS; at += ParameterNorms.CHUNK) {
      int length = Math.min(ParameterNorms.CHUNK, FLOATS - at);
      System.arraycopy(parameters, at, single.floats(), 0, length);
      single.accept(length);
    }
    single.end();
    return single.changeSincePrevious();
  }

  @Benchmark
  public double doubles() {
    double[] parameters = doubles[turn];
    turn ^= 1;
    wide.begin();
    for (int at = 0; at < DOUBLES; at += ParameterNorms.CHUNK) {
      int length = Math.min(ParameterNorms.CHUNK, DOUBLES - at);
      System.arraycopy(parameters, at, wide.doubles(), 0, length);
      wide.accept(length);
    }
    wide.end();
    return wide.changeSincePrevious();
  }
}
