package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Gap;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * While a storage is down, training goes on and is recorded elsewhere; when it is back it gets what
 * still fits into memory, behind a gap that says which steps were dropped.
 */
class OutageTest {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  /** A run file that cannot be written for a while. */
  private static final class Down implements Recorder {
    private final Recorder file;
    private volatile boolean down;
    private volatile int refused;
    private volatile int taken;

    Down(Path path) throws IOException {
      file = RunFile.create(path);
    }

    @Override
    public void header(RunHeader header) throws IOException {
      file.header(header);
    }

    @Override
    public void block(byte[] block) throws IOException {
      if (down) {
        refused++;
        throw new IOException("no space left");
      }
      file.block(block);
      taken++;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  @TempDir Path folder;

  @Test
  void oneAndAHalfSeconds_loseNothing() throws Exception {
    Run run = outage(SECOND * 3 / 2);
    assertTrue(run.gaps().isEmpty(), () -> "lost " + run.gaps());
  }

  @Test
  @Tag("thorough")
  void thirtySeconds_leaveARecordOfEveryStep_orAGapThatNamesIt() throws Exception {
    outage(30 * SECOND);
  }

  @Test
  @Tag("soak")
  void tenMinutes_leaveOneGap_andWhatFollowsIsExact() throws Exception {
    Run run = outage(600 * SECOND);
    assertEquals(1, run.gaps().size());
  }

  /** Trains for a second, through an outage, and until the file takes blocks again. */
  private Run outage(long nanos) throws Exception {
    DataSet data = Stacks.classes(DataType.DOUBLE, 40, 2, 1, 3);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.DOUBLE,
            new Sgd(0.01),
            new DenseLayer.Builder().nIn(2).nOut(200).activation(Activation.RELU).build(),
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(200)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build());
    Path whole = folder.resolve("whole.ibrun");
    Path interrupted = folder.resolve("interrupted.ibrun");
    Down down = new Down(interrupted);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .schedule(Schedule.everyStep())
            .runFile(whole)
            .recorder(down)
            .build();
    net.setListeners(bias);
    fit(net, data, SECOND, () -> down.taken > 0);
    down.down = true;
    fit(net, data, nanos, () -> down.refused > 0);
    assertFalse(bias.failures().isEmpty(), "nobody counted what failed");
    int before = down.taken;
    down.down = false;
    // The pause before the next attempt is half a minute at most.
    fit(net, data, SECOND, () -> down.taken > before);
    bias.close();
    Run run = RunFile.open(interrupted);
    same(RunFile.open(whole), run, net.getIterationCount());
    return run;
  }

  /** Trains for a while, and until something has happened. */
  private static void fit(
      MultiLayerNetwork net, DataSet data, long nanos, BooleanSupplier happened) {
    long begin = System.nanoTime();
    while (System.nanoTime() - begin < nanos || !happened.getAsBoolean()) {
      assertTrue(System.nanoTime() - begin < nanos + 120 * SECOND, "it never happened");
      // Every tenth step turns a unit around, so that patterns move as long as training lasts.
      int unit = net.getIterationCount() / 10 % 200;
      net.getLayer(0).getParam("W").putScalar(0, unit, Math.sin(net.getIterationCount()));
      net.fit(data);
    }
  }

  /** Every step is recorded as in the whole run, or lies in a gap. */
  private static void same(Run whole, Run run, int steps) {
    assertEquals(steps + 1, whole.size());
    long missing = 0;
    for (Gap gap : run.gaps()) {
      missing += gap.before() - gap.after() - 1;
    }
    assertEquals(whole.size(), run.size() + missing, () -> "gaps " + run.gaps());
    SplittableRandom random = new SplittableRandom(1);
    long behind = run.gaps().isEmpty() ? 0 : run.gaps().get(run.gaps().size() - 1).before();
    for (int k = 0; k < 200; k++) {
      long anywhere = run.stepAtOrBefore(random.nextLong(steps + 1));
      long behindTheGap = behind + random.nextLong(steps + 1 - behind);
      for (long step : new long[] {anywhere, behindTheGap}) {
        assertEquals(whole.patternAt(step, "layer0"), run.patternAt(step, "layer0"), "at " + step);
      }
    }
    assertEquals(whole.patternAt(steps, "layer0"), run.patternAt(steps, "layer0"));
  }
}
