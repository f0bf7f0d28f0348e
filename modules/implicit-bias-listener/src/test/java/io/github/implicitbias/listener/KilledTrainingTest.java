package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.Series;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * A program that trains is killed (as by {@code kill -9}) at random moments, one in three within
 * the first second of training: its run file opens, holds the numbers of the same training that was
 * not killed, and misses the last second at most. A second is one of the CPU time of training: a
 * machine that does other work runs neither training nor its recorder meanwhile.
 */
class KilledTrainingTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** What is noted of a step: when it was done, and the CPU time of training until then. */
  private static final int NOTE = 2 * Long.BYTES;

  private static final int STEPS = 40_000;
  private static final int COMPARED = 2_000;

  @TempDir Path folder;

  /** What the process that is killed runs. */
  static final class Trainer {

    private Trainer() {}

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel =
          FileChannel.open(
              Path.of(arguments[1]),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE)) {
        MappedByteBuffer steps =
            channel.map(FileChannel.MapMode.READ_WRITE, 0, (long) NOTE * STEPS);
        train(Path.of(arguments[0]), STEPS, steps);
      }
    }

    /** Trains, and notes when each step was done; the map outlives the process. */
    static void train(Path file, int steps, MappedByteBuffer times) {
      MultiLayerNetwork net =
          new MultiLayerNetwork(
              new NeuralNetConfiguration.Builder()
                  .seed(7)
                  .dataType(DataType.DOUBLE)
                  .updater(new Sgd(0.02))
                  .list()
                  .layer(
                      new DenseLayer.Builder().nIn(2).nOut(8).activation(Activation.RELU).build())
                  .layer(
                      new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                          .nIn(8)
                          .nOut(1)
                          .activation(Activation.IDENTITY)
                          .build())
                  .build());
      net.init();
      DataSet data = data();
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data).schedule(Schedule.everyStep()).runFile(file).build();
      ThreadMXBean cpu = ManagementFactory.getThreadMXBean();
      net.setListeners(
          bias,
          new BaseTrainingListener() {
            @Override
            public void iterationDone(Model model, int iteration, int epoch) {
              if (times != null) {
                times.putLong(NOTE * iteration + Long.BYTES, cpu.getCurrentThreadCpuTime());
                times.putLong(NOTE * iteration, System.currentTimeMillis());
              }
            }
          });
      for (int step = 0; step < steps; step++) {
        net.fit(data);
      }
      bias.close();
    }

    private static DataSet data() {
      SplittableRandom random = new SplittableRandom(3);
      double[][] x = new double[12][2];
      double[][] y = new double[12][1];
      for (int i = 0; i < x.length; i++) {
        x[i][0] = random.nextDouble() * 2 - 1;
        x[i][1] = random.nextDouble() * 2 - 1;
        y[i][0] = Math.sin(3 * x[i][0]) + x[i][1];
      }
      return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
    }
  }

  @Test
  void killedTraining_leavesARunThatIsRight_andMissesASecondAtMost() throws Exception {
    kill(2);
  }

  @Test
  @Tag("thorough")
  void thirtyKills_likewise() throws Exception {
    kill(30);
  }

  @Test
  @Tag("soak")
  void threeHundredKills_likewise() throws Exception {
    kill(300);
  }

  private void kill(int kills) throws Exception {
    Path whole = folder.resolve("whole.ibrun");
    Trainer.train(whole, COMPARED, null);
    Run reference = RunFile.open(whole);
    SplittableRandom random = new SplittableRandom(System.nanoTime());
    long most = 0;
    for (int k = 0; k < kills; k++) {
      Path file = folder.resolve("run-" + k + ".ibrun");
      Path times = folder.resolve("times-" + k);
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx256m",
                  "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Trainer.class.getName(),
                  file.toString(),
                  times.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output").toFile())
              .start();
      try {
        long first = awaitFirstStep(process, times);
        long after = random.nextLong(k % 3 == 0 ? 1_000 : 4_000);
        Thread.sleep(Math.max(0, first + after - System.currentTimeMillis()));
      } finally {
        process.destroyForcibly();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      }
      most = Math.max(most, assertRight(file, times, reference));
      Files.deleteIfExists(file);
      Files.deleteIfExists(times);
    }
    System.out.println(
        kills + " kills, at most " + most / 1_000_000 + " ms of training lost, in its CPU time");
  }

  private long awaitFirstStep(Process process, Path times) throws Exception {
    for (long begun = System.nanoTime(); ; ) {
      if (Files.exists(times) && Files.size(times) > 0) {
        long first = noted(times, 0);
        if (first > 0) {
          return first;
        }
      }
      assertTrue(process.isAlive(), () -> "it ended: " + readOrSay(folder.resolve("output")));
      assertTrue(System.nanoTime() - begun < 120_000_000_000L, "it does not begin");
      Thread.sleep(2);
    }
  }

  private static String readOrSay(Path output) {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static long cpu(Path times, int step) throws IOException {
    return noted(times, (long) NOTE * step + Long.BYTES);
  }

  private static long noted(Path times, long at) throws IOException {
    try (FileChannel channel = FileChannel.open(times, StandardOpenOption.READ)) {
      return channel.map(FileChannel.MapMode.READ_ONLY, at, Long.BYTES).getLong(0);
    }
  }

  /** Returns the CPU time of training before the last step of which nothing was stored. */
  private static long assertRight(Path file, Path times, Run reference) throws IOException {
    int last = lastStep(times);
    long end = cpu(times, last);
    if (!Files.exists(file)) {
      long lost = end - cpu(times, 0);
      assertTrue(lost <= SECOND, "no file after " + lost + " ns of training");
      return lost;
    }
    Run run = RunFile.open(file);
    assertTrue(run.gaps().isEmpty());
    long lost = end - cpu(times, (int) Math.max(0, run.lastStep()));
    assertTrue(lost <= SECOND, "the last " + lost + " ns of training are missing");
    Series losses = run.metric("loss");
    Series expected = reference.metric("loss");
    int both = Math.min(losses.size(), expected.size());
    for (int i = 0; i < both; i++) {
      assertEquals(expected.step(i), losses.step(i));
      assertEquals(expected.value(i), losses.value(i), "loss at step " + losses.step(i));
    }
    for (int i = 0; i < both; i += 1 + both / 20) {
      long step = losses.step(i);
      assertEquals(
          Arrays.toString(reference.patternAt(step, "layer0").words()),
          Arrays.toString(run.patternAt(step, "layer0").words()));
    }
    return lost;
  }

  private static int lastStep(Path times) throws IOException {
    try (FileChannel channel = FileChannel.open(times, StandardOpenOption.READ)) {
      MappedByteBuffer all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
      int last = 0;
      while (last + 1 < STEPS && all.getLong(NOTE * (last + 1)) > 0) {
        last++;
      }
      return last;
    }
  }
}
