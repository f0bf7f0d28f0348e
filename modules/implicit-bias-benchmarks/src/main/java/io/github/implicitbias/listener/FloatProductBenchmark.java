package io.github.implicitbias.listener;

import java.nio.FloatBuffer;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
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

/** The product of an output layer: 128 samples, ten outputs; the same by ND4J. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FloatProductBenchmark {

  private static final int SAMPLES = 128;
  private static final int OUTPUTS = 10;

  /** Inputs of the output layer. */
  @Param({"100", "1024"})
  int inputs;

  private final double[] bias = new double[OUTPUTS];
  private final double[] z = new double[SAMPLES * OUTPUTS];
  private FloatProduct product;
  private FloatBuffer memory;
  private INDArray x;
  private INDArray w;
  private INDArray result;

  /** Normal numbers. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    float[] values = new float[SAMPLES * inputs];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    x = Nd4j.createFromArray(values).reshape(SAMPLES, inputs);
    memory = x.data().pointer().asByteBuffer().asFloatBuffer();
    product = new FloatProduct(SAMPLES, inputs, OUTPUTS);
    System.arraycopy(values, 0, product.weights(), 0, OUTPUTS * inputs);
    w = Nd4j.createFromArray(product.weights()).reshape(OUTPUTS, inputs).transpose();
    result = Nd4j.createUninitialized(DataType.FLOAT, new long[] {SAMPLES, OUTPUTS}, 'f');
  }

  @Benchmark
  public double[] inJava() {
    memory.rewind();
    product.multiply(memory, bias, z);
    return z;
  }

  @Benchmark
  public INDArray byNd4j() {
    return x.mmuli(w, result);
  }
}
