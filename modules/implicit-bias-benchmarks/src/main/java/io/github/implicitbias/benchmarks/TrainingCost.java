package io.github.implicitbias.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
 * Measures what watching costs: bare training, our listener and DL4J's StatsListener in one run, in
 * slices that alternate, each on its own copy of the same network.
 *
 * <p>The figure is the CPU time of the listener's callbacks and of the threads it has started,
 * divided by the CPU time of as many bare steps; docs/performance.md says how to read it.
 */
@Command(
    name = "training-cost",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures what watching costs, against bare training and StatsListener.")
public final class TrainingCost implements Callable<Integer> {

  private static final int PATIENCE = 3;
  private static final double STABLE = 0.97;

  @Spec private CommandSpec spec;

  @Option(
      names = "--networks",
      split = ",",
      paramLabel = "ID",
      description = "Which networks, separated by commas; all by default: ${COMPLETION-CANDIDATES}",
      completionCandidates = Ids.class)
  private @Nullable List<String> networks;

  @Option(
      names = "--watchers",
      split = ",",
      paramLabel = "NAME",
      description = "Who watches: ${COMPLETION-CANDIDATES}; all by default.")
  private List<Watcher> watchers = List.of(Watcher.values());

  @Option(
      names = "--pairs",
      description = "Pairs of slices per network and watcher; ${DEFAULT-VALUE} by default.")
  private int pairs = 15;

  @Option(
      names = "--steps",
      description = "Steps per slice; by default as many as fill --slice-seconds.")
  private int steps;

  @Option(
      names = "--period",
      description =
          "A slice is a whole number of so many steps, so that what is computed at every k-th"
              + " record has its share; 0 for the steps of an epoch; ${DEFAULT-VALUE} by default.")
  private int period = 250;

  @Option(
      names = "--mnist",
      paramLabel = "SAMPLES",
      description =
          "Trains the networks with mini-batches of images on so many samples of MNIST, at most"
              + " 60000, instead of random numbers. The variable IMPLICIT_BIAS_MNIST names the"
              + " directory of its files (docs/build.md).")
  private int mnist;

  @Option(
      names = "--slice-seconds",
      description = "Length of a bare slice; ${DEFAULT-VALUE} by default.")
  private double sliceSeconds = 0.5;

  @Option(
      names = "--warm-up",
      description =
          "Seconds of training per network before measuring, at least; ${DEFAULT-VALUE} by"
              + " default.")
  private double warmUpSeconds = 20;

  @Option(names = "--callbacks", description = "Also print the cost of each callback.")
  private boolean callbacks;

  /** The names of the networks. */
  static final class Ids extends ArrayList<String> {
    private static final long serialVersionUID = 1L;

    Ids() {
      for (Workload workload : Workload.all()) {
        add(workload.id());
      }
    }
  }

  /** Runs the program; exits with 2 if an option is wrong. */
  public static void main(String[] args) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    int code =
        new CommandLine(new TrainingCost()).setCaseInsensitiveEnumValuesAllowed(true).execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  @Override
  public Integer call() {
    List<Workload> chosen = chosen();
    Nd4j.factory().blas().setMaxThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    List<String> table = new ArrayList<>();
    for (Workload workload : chosen) {
      table.addAll(measure(workload));
    }
    System.out.println(Machine.facts());
    System.out.println();
    System.out.println(CostRow.HEAD);
    table.forEach(System.out::println);
    return 0;
  }

  private List<Workload> chosen() {
    if (pairs < Median.FEWEST) {
      throw wrong("--pairs " + pairs + ": give at least " + Median.FEWEST);
    }
    if (mnist < 0 || mnist > MnistRows.SAMPLES) {
      throw wrong("--mnist " + mnist + ": the training set has 60000 samples");
    }
    if (mnist > 0 && !MnistRows.areThere()) {
      throw wrong("--mnist: " + MnistRows.VARIABLE + " does not name the directory of the files");
    }
    if (steps < 0 || period < 0 || !(sliceSeconds > 0) || !(warmUpSeconds >= 0)) {
      throw wrong(
          "--steps, --period, --slice-seconds and --warm-up: give numbers that are not negative");
    }
    if (networks == null) {
      return all();
    }
    List<String> unknown = new ArrayList<>(networks);
    unknown.removeAll(new Ids());
    if (!unknown.isEmpty()) {
      throw wrong("--networks " + unknown.get(0) + ": give some of " + new Ids());
    }
    return all().stream()
        .filter(workload -> networks.contains(workload.id()))
        .collect(Collectors.toList());
  }

  private List<Workload> all() {
    return Workload.all().stream()
        .map(workload -> mnist == 0 ? workload : workload.onMnist(mnist))
        .collect(Collectors.toList());
  }

  private ParameterException wrong(String sentence) {
    return new ParameterException(spec.commandLine(), sentence);
  }

  private List<String> measure(Workload workload) {
    System.err.println("Measuring " + workload.describe() + " ...");
    List<DataSet> batches = workload.batches();
    Trainee bare = new Trainee(workload, batches, null);
    List<Trainee> watched = new ArrayList<>();
    List<CostRow> rows = new ArrayList<>();
    for (Watcher watcher : watchers) {
      if (!watcher.watches(workload)) {
        continue;
      }
      watched.add(new Trainee(workload, batches, watcher.listener(workload)));
      rows.add(new CostRow(workload.describe(), watcher, pairs));
    }
    int slice = warmUp(workload, bare, watched);
    long clock = CpuClock.cost();
    for (int pair = 0; pair < pairs; pair++) {
      for (int i = 0; i < rows.size(); i++) {
        Trainee first = pair % 2 == 0 ? bare : watched.get(i);
        Trainee second = pair % 2 == 0 ? watched.get(i) : bare;
        first.train(slice);
        second.train(slice);
        rows.get(i).pair(pair, slice, bare, watched.get(i), clock);
      }
    }
    bare.finish();
    CostRow ours = null;
    for (int i = 0; i < rows.size(); i++) {
      if (callbacks) {
        printCallbacks(rows.get(i).watcher(), watched.get(i), clock);
      }
      rows.get(i).flipsPerRecord(watched.get(i).finish());
      ours = rows.get(i).watcher() == Watcher.ECONOMY ? rows.get(i) : ours;
    }
    List<String> lines = new ArrayList<>();
    for (CostRow row : rows) {
      lines.add(row.markdown(ours));
      System.err.println(row.markdown(ours));
    }
    return lines;
  }

  /** Trains until the machine code has settled; returns how many steps make a slice. */
  private int warmUp(Workload workload, Trainee bare, List<Trainee> watched) {
    long start = System.nanoTime();
    int slice = 10;
    double best = Double.POSITIVE_INFINITY;
    while (true) {
      bare.train(slice);
      double cost = bare.sliceCpu();
      int next = steps > 0 ? steps : nextSlice(workload, slice, bare.sliceWall());
      for (Trainee one : watched) {
        one.train(slice);
        cost += one.callbackNanos(0);
        one.threadNanos();
      }
      cost /= slice;
      double seconds = (System.nanoTime() - start) / 1e9;
      boolean settled = cost > STABLE * best || seconds > PATIENCE * warmUpSeconds;
      if (seconds >= warmUpSeconds && settled) {
        return next;
      }
      best = Math.min(best, cost);
      slice = next;
    }
  }

  /** Approaches the length asked for, in whole periods. */
  private int nextSlice(Workload workload, int slice, long nanos) {
    double wanted = Math.max(10, Math.min(10.0 * slice, sliceSeconds * 1e9 * slice / nanos));
    int whole = period == 0 ? workload.stepsOfEpoch() : period;
    return (int) (whole * Math.ceil(wanted / whole));
  }

  private static void printCallbacks(Watcher watcher, Trainee watched, long clock) {
    MeteredListener meter = watched.meter();
    if (meter == null) {
      return;
    }
    StringBuilder line = new StringBuilder(watcher.title()).append(", us per step:");
    for (MeteredListener.Callback callback : MeteredListener.Callback.values()) {
      double nanos = (double) meter.nanos(callback) / watched.steps() - clock;
      line.append(
          String.format(
              Locale.ROOT, " %s %.1f", callback.name().toLowerCase(Locale.ROOT), nanos / 1e3));
    }
    System.out.println(line);
  }
}
