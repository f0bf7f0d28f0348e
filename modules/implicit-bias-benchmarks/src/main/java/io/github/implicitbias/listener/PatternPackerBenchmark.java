package io.github.implicitbias.listener;

import io.github.implicitbias.run.ActivationPattern;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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

/** Signs of 128 samples x 1,024 units, 131,072 in all, into bits. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class PatternPackerBenchmark {

  private static final int SAMPLES = 128;
  private static final int UNITS = 1024;

  private final PatternPacker packer = new PatternPacker(SAMPLES, UNITS);
  private final long[] words = new long[UNITS * ActivationPattern.wordsPerUnit(SAMPLES)];
  private final int[] floatBits = new int[SAMPLES * UNITS];
  private final long[] doubleBits = new long[SAMPLES * UNITS];
  private final IntBuffer sameFloats = IntBuffer.wrap(floatBits);
  private INDArray floats;
  private INDArray doubles;
  private IntBuffer floatMemory;
  private LongBuffer doubleMemory;

  /** Rectified normal numbers: half of them are 0. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    float[] values = new float[SAMPLES * UNITS];
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.max(0, random.nextGaussian());
      wide[i] = values[i];
      floatBits[i] = Float.floatToRawIntBits(values[i]);
      doubleBits[i] = Double.doubleToRawLongBits(wide[i]);
    }
    floats = Nd4j.createFromArray(values);
    doubles = Nd4j.createFromArray(wide);
    floatMemory = floats.data().pointer().asByteBuffer().asIntBuffer();
    doubleMemory = doubles.data().pointer().asByteBuffer().asLongBuffer();
  }

  @Benchmark
  public int packFloats() {
    return packer.packFloats(floatBits, words);
  }

  @Benchmark
  public int packDoubles() {
    return packer.packDoubles(doubleBits, words);
  }

  @Benchmark
  public int packFloatsOfNativeMemory() {
    floatMemory.rewind();
    return packer.packFloats(floatMemory, words);
  }

  @Benchmark
  public int packDoublesOfNativeMemory() {
    doubleMemory.rewind();
    return packer.packDoubles(doubleMemory, words);
  }

  /** Whether as many floats in native memory are those of an array. */
  @Benchmark
  public int compareFloatsOfNativeMemory() {
    floatMemory.rewind();
    return floatMemory.mismatch(sameFloats);
  }
}
