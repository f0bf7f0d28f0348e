package io.github.implicitbias.benchmarks;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.run.Run;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOpsHolder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Measures what an observation through the shadow network costs, for a large probe, against a bare
 * inference pass of the same samples through an equal network.
 *
 * <p>Training on a small batch and a bare pass take turns. The observation is the whole callback in
 * which it happens: forward pass, loss, packing, flips, metrics; norms of parameters are left out,
 * since they do not depend on the probe.
 */
@Command(
    name = "probe-cost",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures the observation of a large probe against a bare inference pass of it.")
public final class ProbeCost implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(names = "--samples", description = "Samples of the probe; ${DEFAULT-VALUE} by default.")
  private int samples = 10_000;

  @Option(names = "--pairs", description = "Pairs of passes; ${DEFAULT-VALUE} by default.")
  private int pairs = 15;

  @Option(
      names = "--warm-up",
      description = "Pairs of passes before measuring; ${DEFAULT-VALUE} by default.")
  private int warmUp = 8;

  /** Runs the program; exits with 2 if an option is wrong. */
  public static void main(String[] args) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    int code = new CommandLine(new ProbeCost()).execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  @Override
  public Integer call() {
    if (pairs < Median.FEWEST || samples < 100 || samples % 100 != 0 || warmUp < 0) {
      throw new ParameterException(
          spec.commandLine(),
          "--pairs: give at least " + Median.FEWEST + "; --samples: give a multiple of 100");
    }
    Nd4j.factory().blas().setMaxThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    Workload workload = Workload.largeProbe(samples);
    DataSet probe = workload.probe();
    List<DataSet> batches = workload.batches();
    MultiLayerNetwork bare = workload.network();
    MultiLayerNetwork watched = workload.network();
    ImplicitBiasListener listener =
        ImplicitBiasListener.builder(probe)
            .schedule(Schedule.everyStep())
            .normsEvery(Integer.MAX_VALUE)
            .build();
    MeteredListener meter = new MeteredListener(listener);
    watched.setListeners(meter);
    double[] bareNanos = new double[pairs];
    double[] observedNanos = new double[pairs];
    double[] ratios = new double[pairs];
    for (int pair = -warmUp; pair < pairs; pair++) {
      double forward = 0;
      double observed = 0;
      for (int turn = 0; turn < 2; turn++) {
        if ((turn == 0) == (pair % 2 == 0)) {
          forward = forward(bare, probe.getFeatures());
        } else {
          long before = meter.nanos(MeteredListener.Callback.GRADIENT);
          watched.fit(batches.get(Math.floorMod(pair, batches.size())));
          observed = meter.nanos(MeteredListener.Callback.GRADIENT) - before;
        }
      }
      if (pair >= 0) {
        bareNanos[pair] = forward;
        observedNanos[pair] = observed;
        ratios[pair] = observed / forward;
      }
    }
    listener.close();
    Run run = listener.run();
    if (run == null || run.recordsInPlace() > 0 || run.size() <= pairs) {
      throw new IllegalStateException("not every step was observed through the shadow network");
    }
    Median ratio = new Median(ratios);
    System.out.println(Machine.facts());
    System.out.println();
    System.out.println(
        "| Probe | Bare inference, CPU ms | Observation, CPU ms | Ratio | 95 % interval |\n"
            + "|---|--:|--:|--:|--:|");
    System.out.printf(
        Locale.ROOT,
        "| %,d samples, 784-1024-10, float | %.1f | %.1f | %.3f | %.3f to %.3f |%n",
        samples,
        new Median(bareNanos).value() / 1e6,
        new Median(observedNanos).value() / 1e6,
        ratio.value(),
        ratio.low(),
        ratio.high());
    return 0;
  }

  private static double forward(MultiLayerNetwork network, INDArray features) {
    long start = CpuClock.now();
    network.output(features, false);
    return CpuClock.now() - start;
  }
}
