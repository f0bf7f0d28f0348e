package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.norm.SingularValues;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.support.NonNegativeLeastSquares;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.testkit.PlainStack;
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

/**
 * Solvers and dear metrics on a network 150-200-1 with 75 samples; each evaluation is a new one.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class SolverBenchmark {

  private static final Metric GRADIENT_NORM = Metrics.named("gradientNorm");
  private static final Metric KERNEL_TRACE = Metrics.named("kernelTrace");
  private static final Metric SHARPNESS = Metrics.named("sharpness");
  private static final Metric BALANCE_GAP = Metrics.named("balanceGap");
  private static final Metric PATH_NORM = Metrics.named("pathNorm");

  private static final int SAMPLES = 75;
  private static final int INPUTS = 150;
  private static final int UNITS = 200;

  private final double[] weights = new double[UNITS * INPUTS];
  private final double[] gram = new double[SAMPLES * SAMPLES];
  private final double[] right = new double[SAMPLES];
  private final LargestSingularValue largest = new LargestSingularValue(UNITS, INPUTS);
  private PlainStack net;

  /** Normal numbers. */
  @Setup
  public void fill() {
    Random random = new Random(1);
    double[] x = new double[SAMPLES * INPUTS];
    double[] y = new double[SAMPLES];
    double[] output = new double[UNITS];
    for (double[] values : new double[][] {weights, x, y, output, right}) {
      for (int k = 0; k < values.length; k++) {
        values[k] = random.nextGaussian();
      }
    }
    for (int i = 0; i < SAMPLES; i++) {
      for (int j = 0; j < SAMPLES; j++) {
        for (int k = 0; k < INPUTS; k++) {
          gram[i * SAMPLES + j] += x[i * INPUTS + k] * x[j * INPUTS + k];
        }
      }
    }
    PerSampleLoss loss = (PerSampleLoss) Losses.halfMeanSquare();
    net =
        PlainStack.builder(new Probe(SAMPLES, x, y, null), loss, 0)
            .hidden("hidden", UNITS, 0, weights, null)
            .output(1, output, null)
            .build();
    net.observe();
  }

  @Benchmark
  public boolean nonNegativeLeastSquares() {
    return new NonNegativeLeastSquares(SAMPLES).solve(gram, right);
  }

  @Benchmark
  public double largestSingularValue() {
    largest.compute(weights);
    return largest.value();
  }

  @Benchmark
  public double allSingularValues() {
    SingularValues values = SingularValues.of(weights, UNITS, INPUTS);
    return values == null ? Double.NaN : values.sum();
  }

  @Benchmark
  public double gradient() {
    net.countStep();
    return GRADIENT_NORM.evaluate(net, -1);
  }

  @Benchmark
  public double tangentKernel() {
    net.countStep();
    return KERNEL_TRACE.evaluate(net, -1);
  }

  @Benchmark
  public double sharpness() {
    net.countStep();
    return SHARPNESS.evaluate(net, -1);
  }

  @Benchmark
  public double balance() {
    net.countStep();
    return BALANCE_GAP.evaluate(net, 0);
  }

  @Benchmark
  public double pathNorm() {
    net.countStep();
    return PATH_NORM.evaluate(net, -1);
  }
}
