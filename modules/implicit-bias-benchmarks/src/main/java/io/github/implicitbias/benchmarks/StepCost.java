package io.github.implicitbias.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.Callable;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.nativeblas.NativeOpsHolder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Measures what a training step costs with our layers, losses and activations, against stock
 * Deeplearning4j of the same shape.
 *
 * <p>The two networks take turns step by step, the first of a pair of steps changing each time, so
 * that whatever else the machine does hits both. The CPU time of the training thread is summed over
 * a block for each; the figure is the median over the blocks of the ratio of the two sums.
 */
@Command(
    name = "step-cost",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Measures steps with our layers, losses and activations against stock ones.")
public final class StepCost implements Callable<Integer> {

  private static final long SEED = 20_240_607;
  private static final String HEAD =
      "| Shape | Ours | Stock | Stock step, CPU us | Ratio | 95 % interval |\n"
          + "|---|---|---|--:|--:|--:|";

  @Spec private CommandSpec spec;

  @Option(
      names = "--pieces",
      split = ",",
      paramLabel = "NAME",
      description = "Which pieces: ${COMPLETION-CANDIDATES}; all by default.")
  private List<Piece> pieces = List.of(Piece.values());

  @Option(
      names = "--shapes",
      split = ",",
      paramLabel = "NAME",
      description = "Which networks: ${COMPLETION-CANDIDATES}; all by default.")
  private List<Shape> shapes = List.of(Shape.values());

  @Option(
      names = "--blocks",
      description = "Blocks of steps per piece and network; ${DEFAULT-VALUE} by default.")
  private int blocks = 25;

  @Option(
      names = "--block-seconds",
      description = "Length of a block; ${DEFAULT-VALUE} by default.")
  private double blockSeconds = 0.4;

  @Option(
      names = "--warm-up",
      description = "Seconds of training before measuring; ${DEFAULT-VALUE} by default.")
  private double warmUpSeconds = 5;

  /** Runs the program; exits with 2 if an option is wrong. */
  public static void main(String[] args) {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "warn");
    int code =
        new CommandLine(new StepCost()).setCaseInsensitiveEnumValuesAllowed(true).execute(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  @Override
  public Integer call() {
    if (blocks < Median.FEWEST || !(blockSeconds > 0) || !(warmUpSeconds >= 0)) {
      throw new ParameterException(
          spec.commandLine(),
          "--blocks: give at least " + Median.FEWEST + "; times: give positive numbers");
    }
    // Its check of the process's memory costs as much as a small step, and now and then far more.
    System.setProperty("org.bytedeco.javacpp.maxphysicalbytes", "0");
    Nd4j.factory().blas().setMaxThreads(1);
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(1);
    List<String> table = new ArrayList<>();
    for (Shape shape : shapes) {
      for (Piece piece : pieces) {
        String row = measure(piece, shape);
        System.err.println(row);
        table.add(row);
      }
    }
    System.out.println(Machine.facts());
    System.out.println();
    System.out.println(HEAD);
    table.forEach(System.out::println);
    return 0;
  }

  private String measure(Piece piece, Shape shape) {
    MultiLayerNetwork stock = network(piece, shape, false);
    MultiLayerNetwork ours = network(piece, shape, true);
    DataSet stockData = data(shape, piece.zeroOrOne(false));
    DataSet ourData = data(shape, piece.zeroOrOne(true));
    long[] spent = new long[2];
    long steps = 0;
    long start = System.nanoTime();
    do {
      pair(steps++, stock, stockData, ours, ourData, spent);
    } while (System.nanoTime() - start < warmUpSeconds * 1e9 || steps < 2);
    long perBlock = Math.max(2, (long) (steps * blockSeconds / Math.max(0.1, warmUpSeconds)));
    double[] ratios = new double[blocks];
    double[] stockStep = new double[blocks];
    for (int block = 0; block < blocks; block++) {
      Arrays.fill(spent, 0);
      for (long step = 0; step < perBlock; step++) {
        pair(step, stock, stockData, ours, ourData, spent);
      }
      ratios[block] = (double) spent[1] / spent[0];
      stockStep[block] = (double) spent[0] / perBlock;
    }
    if (!Double.isFinite(stock.score()) || !Double.isFinite(ours.score())) {
      throw new IllegalStateException(piece + " on " + shape + " has diverged");
    }
    Median ratio = new Median(ratios);
    return String.format(
        Locale.ROOT,
        "| %s | %s | %s | %.0f | %.3f | %.3f to %.3f |",
        shape.describe(),
        piece.title(),
        piece.stock(),
        new Median(stockStep).value() / 1e3,
        ratio.value(),
        ratio.low(),
        ratio.high());
  }

  /** Trains each network for one step, the stock one first if the number is even. */
  private static void pair(
      long number,
      MultiLayerNetwork stock,
      DataSet stockData,
      MultiLayerNetwork ours,
      DataSet ourData,
      long[] spent) {
    if (number % 2 == 0) {
      spent[0] += step(stock, stockData);
      spent[1] += step(ours, ourData);
    } else {
      spent[1] += step(ours, ourData);
      spent[0] += step(stock, stockData);
    }
  }

  private static long step(MultiLayerNetwork net, DataSet data) {
    long start = CpuClock.now();
    net.fit(data);
    return CpuClock.now() - start;
  }

  private static MultiLayerNetwork network(Piece piece, Shape shape, boolean ours) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(SEED)
                .dataType(shape.type())
                .updater(new Sgd(1e-4))
                .list()
                .layer(piece.hidden(ours, shape))
                .layer(piece.output(ours, shape))
                .build());
    net.init();
    return net;
  }

  private static DataSet data(Shape shape, boolean zeroOrOne) {
    Random random = new Random(SEED);
    double[][] x = new double[shape.samples()][shape.inputs()];
    double[][] y = new double[shape.samples()][shape.outputs()];
    for (int i = 0; i < x.length; i++) {
      Arrays.setAll(x[i], j -> random.nextGaussian());
      Arrays.setAll(y[i], k -> random.nextBoolean() ? 1 : zeroOrOne ? 0 : -1);
    }
    return new DataSet(array(x, shape), array(y, shape));
  }

  private static INDArray array(double[][] values, Shape shape) {
    return Nd4j.createFromArray(values).castTo(shape.type());
  }
}
