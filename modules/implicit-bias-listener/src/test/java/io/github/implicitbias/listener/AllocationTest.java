package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.format.RunHeader;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What the training thread allocates in our callbacks. */
class AllocationTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Passes callbacks on and adds up the bytes that were allocated in them. */
  private static final class Scales extends BaseTrainingListener {
    private final ImplicitBiasListener watched;
    private final long thread = Thread.currentThread().getId();
    private final long idle;
    final long[] bytes = new long[4];
    final int[] calls = new int[4];
    boolean counting;

    Scales(ImplicitBiasListener watched) {
      this.watched = watched;
      for (int i = 0; i < 1000; i++) {
        now();
      }
      long before = now();
      idle = now() - before;
    }

    private long now() {
      return THREADS.getThreadAllocatedBytes(thread);
    }

    private void add(int callback, long before) {
      long spent = now() - before - idle;
      if (counting && spent != 0) {
        bytes[callback] += spent;
        calls[callback]++;
      }
    }

    @Override
    public void onForwardPass(Model model, List<INDArray> activations) {
      long before = now();
      watched.onForwardPass(model, activations);
      add(0, before);
    }

    @Override
    public void onBackwardPass(Model model) {
      long before = now();
      watched.onBackwardPass(model);
      add(3, before);
    }

    @Override
    public void onGradientCalculation(Model model) {
      long before = now();
      watched.onGradientCalculation(model);
      add(1, before);
    }

    @Override
    public void iterationDone(Model model, int iteration, int epoch) {
      long before = now();
      watched.iterationDone(model, iteration, epoch);
      add(2, before);
    }
  }

  private static final class Sizes implements Recorder {
    volatile long records;
    volatile int blocks;

    @Override
    public void header(RunHeader header) {}

    @Override
    public void block(byte[] block) {
      blocks++;
    }

    @Override
    public void close() {}
  }

  @ParameterizedTest
  @CsvSource({"FLOAT, 2000", "DOUBLE, 1000"})
  void betweenFlushes_theTrainingThreadAllocatesNothing_whileBitsFlip(String type, String steps)
      throws Exception {
    allocatesNothing(type, steps);
  }

  @Test
  @Tag("thorough")
  void betweenFlushes_theTrainingThreadAllocatesNothing_inTenThousandSteps() throws Exception {
    allocatesNothing("FLOAT", "10000");
  }

  /** Rules judge now and then, and make sentences then; the records between cost nothing. */
  @Test
  void withFindings_onlyRecordsAtWhichRulesJudge_allocate() throws Exception {
    List<String> simple = List.of("-XX:TieredStopAtLevel=1");
    assertEquals(0, Jvm.run(simple, AllocationTest.class, "FLOAT", "2000", "findings"));
  }

  @Test
  void twentyTriggers_thatNeverHold_allocateNothing() throws Exception {
    List<String> simple = List.of("-XX:TieredStopAtLevel=1");
    assertEquals(0, Jvm.run(simple, AllocationTest.class, "FLOAT", "2000", "triggers"));
  }

  private static ListenerBuilder withTriggers(ListenerBuilder builder) {
    for (int k = 0; k < 5; k++) {
      Trigger never = Trigger.above("batchLoss", 1e9 + k);
      builder
          .when(never, Action.log())
          .when(Trigger.notFinite().and(Trigger.below("score", k)).once(), Action.stop())
          .when(Trigger.event(EventKind.UNIT_DIED).and(never), Action.log())
          .when(Trigger.stableFor("pattern", 100_000_000).or(never).times(2), Action.log());
    }
    return builder;
  }

  private static void allocatesNothing(String type, String steps) throws Exception {
    // The optimizing compiler resolves the strings of a class in the thread that asks for it, which
    // counts as an allocation of that thread; the simple one does not, and removes no allocation.
    assertEquals(0, Jvm.run(List.of("-XX:TieredStopAtLevel=1"), AllocationTest.class, type, steps));
  }

  private static int present(Series series) {
    int present = 0;
    for (int k = 0; k < series.size(); k++) {
      present += Absent.is(series.value(k)) ? 0 : 1;
    }
    return present;
  }

  /** Trains, and ends with 1 if anything was allocated in our callbacks after the warm-up. */
  public static void main(String[] args) {
    String more = args.length > 2 ? args[2] : "";
    train(DataType.valueOf(args[0]), Integer.parseInt(args[1]), more);
    System.exit(0);
  }

  private static void train(DataType type, int steps, String more) {
    boolean findings = more.equals("findings");
    DataSet data = Stacks.classes(type, 40, 2, 1, 3);
    MultiLayerNetwork net =
        Stacks.network(
            type,
            new Sgd(0.01),
            new DenseLayer.Builder().nIn(2).nOut(60).activation(Activation.RELU).build(),
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(60)
                .nOut(1)
                .activation(Activation.IDENTITY)
                .build());
    Sizes sizes = new Sizes();
    ListenerBuilder builder =
        ImplicitBiasListener.builder(data)
            .visits(true)
            .preset(Preset.ECONOMY)
            .findings(findings)
            .recorder(sizes);
    Metrics.weightSpace().forEach(builder::metric);
    Metrics.weightSpacePerSample().forEach(builder::sampleMetric);
    Metrics.weightSpacePerUnit().forEach(builder::unitMetric);
    ImplicitBiasListener bias = (more.equals("triggers") ? withTriggers(builder) : builder).build();
    Scales scales = new Scales(bias);
    net.setListeners(scales);
    int warmUp = 500;
    INDArray weights = net.getLayer(0).getParam("W");
    for (int step = 0; step < warmUp + steps; step++) {
      scales.counting = step >= warmUp;
      // Turns a unit around, so that bits flip at every step.
      int unit = step % 60;
      weights.putScalar(0, unit, -weights.getDouble(0, unit));
      weights.putScalar(1, unit, -weights.getDouble(1, unit));
      net.fit(data);
    }
    bias.close();
    assertEquals(warmUp + steps + 1, bias.run().size());
    assertEquals(warmUp + steps, bias.run().recordsInPlace());
    long flips = 0;
    for (FlipKind kind : FlipKind.values()) {
      flips += bias.run().flips("layer0", kind);
    }
    assertTrue(flips > steps, flips + " flips");
    assertEquals(warmUp + steps, bias.visits().of(0).visits());
    assertEquals(warmUp + steps, present(bias.run().metric("batchLoss")));
    String found =
        String.format(
            Locale.ROOT,
            "forward %d bytes in %d calls, gradient %d in %d, iterationDone %d in %d, backward %d"
                + " in %d",
            scales.bytes[0],
            scales.calls[0],
            scales.bytes[1],
            scales.calls[1],
            scales.bytes[2],
            scales.calls[2],
            scales.bytes[3],
            scales.calls[3]);
    if (findings) {
      // From record 500 to record 2,500 their number grows by a tenth 17 times.
      int calls = scales.calls[0] + scales.calls[1] + scales.calls[2] + scales.calls[3];
      assertTrue(calls <= 20, found);
      return;
    }
    assertEquals(0, scales.bytes[0] + scales.bytes[1] + scales.bytes[2] + scales.bytes[3], found);
  }
}
