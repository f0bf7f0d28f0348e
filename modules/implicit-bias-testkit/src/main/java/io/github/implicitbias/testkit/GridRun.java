package io.github.implicitbias.testkit;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * One of many made-up runs that differ in rate, start scale, width and seed, as those of a sweep
 * do; its numbers follow from a formula. At a rate of 2 training is lost.
 */
public final class GridRun {

  /** Records of a run, one per step. */
  public static final int RECORDS = 121;

  public final double rate;
  public final double scale;
  public final int width;
  public final int seed;
  public final RunHeader header;

  private final double luck;
  private final List<byte[]> blocks = new ArrayList<>();

  /** Makes up a run. */
  public GridRun(double rate, double scale, int width, int seed, long startedAt) {
    this.rate = rate;
    this.scale = scale;
    this.width = width;
    this.seed = seed;
    luck = 0.1 * new Random(31L * seed + width).nextGaussian();
    String name = String.format(Locale.ROOT, "s%s-r%s-w%d-%d", scale, rate, width, seed);
    header =
        new HeaderBuilder("grid", "w", startedAt)
            .name(name)
            .tags(Map.of("start scale", number(scale)))
            .provenance(
                Map.of(
                    "seed",
                    Integer.toString(seed),
                    "dataType",
                    "DOUBLE",
                    "configuration",
                    configuration()))
            .metric("testAccuracy", Definition.NONE.title("test set, right"))
            .metric("parameterNorm", Definition.NONE.title("norm of all parameters"))
            .build();
    record();
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private String configuration() {
    String updater =
        "{\"@class\":\"org.nd4j.linalg.learning.config.Sgd\",\"learningRate\":" + rate + "}";
    return "{\"confs\":[{\"layer\":{\"@class\":\"org.deeplearning4j.nn.conf.layers.DenseLayer\","
        + "\"layerName\":\"layer0\",\"nin\":4,\"nout\":"
        + width
        + ",\"activationFn\":{\"@class\":\"org.nd4j.linalg.activations.impl.ActivationReLU\"},"
        + "\"iupdater\":"
        + updater
        + "}},{\"layer\":{\"@class\":\"org.deeplearning4j.nn.conf.layers.OutputLayer\","
        + "\"layerName\":\"layer1\",\"nin\":"
        + width
        + ",\"nout\":3,\"lossFn\":{\"@class\":"
        + "\"org.nd4j.linalg.lossfunctions.impl.LossMCXENT\"},\"iupdater\":"
        + updater
        + "}}]}";
  }

  /** Makes up so many runs: every rate, scale, width and seed, the newest last. */
  public static List<GridRun> grid(int count) {
    double[] rates = {0.03, 0.1, 0.3, 1, 2};
    double[] scales = {0.01, 0.03, 0.1, 0.3, 1};
    int[] widths = {32, 128};
    List<GridRun> runs = new ArrayList<>();
    long now = System.currentTimeMillis() - 3_600_000L - 1_000L * count;
    for (int k = 0; k < count; k++) {
      double rate = rates[k % 5];
      double scale = scales[k / 5 % 5];
      int width = widths[k / 25 % 2];
      runs.add(new GridRun(rate, scale, width, 1 + k / 50, now + 1_000L * k));
    }
    return runs;
  }

  /** Whether the run is lost. */
  public boolean isLost() {
    return rate >= 2;
  }

  /** The value of a column at a step. */
  public double value(String column, int step) {
    double speed = rate * (0.3 + scale) * 0.08;
    switch (column) {
      case "loss":
        return isLost() && step > 60
            ? Double.NaN
            : (1.1 + luck) * Math.exp(-speed * step) + 0.01 * (1 + scale);
      case "testAccuracy":
        // Looked at every tenth step only.
        return step % 10 != 0
            ? Absent.VALUE
            : isLost() ? 0.1 : 0.95 - 0.6 * Math.exp(-speed * step) - 0.05 * Math.abs(luck);
      case "parameterNorm":
        return scale * width + rate * Math.sqrt(step);
      default:
        return Absent.VALUE;
    }
  }

  private void record() {
    BlockBuilder builder = new BlockBuilder(header.id());
    Record record = new Record(header.columns().size());
    builder.reset(header.startedAt(), List.of());
    for (int step = 0; step < RECORDS; step++) {
      if (builder.count() == 50) {
        seal(builder);
        builder.reset(header.startedAt() + step, List.of());
      }
      record.at(step, step / 20, true);
      record.recorded(header.startedAt() + step, 1000);
      for (int k = 0; k < record.values().length; k++) {
        record.set(k, value(header.columns().get(k).name(), step));
      }
      record.events().clear();
      if (step == 61 || step == RECORDS - 1 && !isLost()) {
        record.events().add(finding());
      }
      builder.add(record, List.of());
    }
    seal(builder);
  }

  private Finding finding() {
    return isLost()
        ? Finding.of(
                "notFinite",
                Finding.Level.PROBLEM,
                Finding.Subject.FIT,
                "The loss is not a number since step 61.")
            .since(61)
            .advising("Take a smaller learning rate.")
        : Finding.of(
            "fit", Finding.Level.GOOD, Finding.Subject.FIT, "Training has fitted its data.");
  }

  private void seal(BlockBuilder builder) {
    blocks.add(builder.seal(blocks.size(), blocks.size() - 1));
  }

  /** The sealed blocks, in their order. */
  public List<byte[]> sealed() {
    return List.copyOf(blocks);
  }

  /** The run in memory. */
  public BlocksLog log() {
    BlocksLog log = new BlocksLog(header);
    blocks.forEach(log::add);
    return log;
  }

  /**
   * Writes the run into a new run file.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(header);
      for (byte[] block : blocks) {
        recorder.block(block);
      }
    }
  }
}
