package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.predictions.Predictions;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.optimize.listeners.FailureTestingListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Whatever of ours fails: training is what it is without us, and the other records are there. */
@Timeout(120)
class FailureTest extends InstrumentFixture {

  static Stream<Throwable> failures() {
    return Stream.of(
        new IllegalStateException("x"),
        new AssertionError("x"),
        new NoClassDefFoundError("x"),
        new StackOverflowError());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void instrumentsSchedulesAndRecordersThatThrow_changeNothing(Throwable failure) {
    Consumer<Observation> once =
        observation -> {
          if (observation.step() == 5) {
            raise(failure);
          }
        };
    Consumer<Observation> always = observation -> raise(failure);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data())
            .metric(metric("onceMetric", once))
            .metric(metric("alwaysMetric", always))
            .sampleMetric(sampleMetric("onceSample", once))
            .sampleMetric(sampleMetric("alwaysSample", always))
            .prediction(prediction("oncePrediction", once))
            .prediction(prediction("alwaysPrediction", always))
            .recorder(recorder("of the user", () -> raise(failure)))
            .schedule(
                step -> {
                  if (step == 9) {
                    raise(failure);
                  }
                  return true;
                })
            .build();
    Run run = trained(bias);
    assertEquals(STEPS, run.size(), "all steps and the last, but for step 9");
    assertEquals(null, run.values(9));
    Map<String, Integer> counts = bias.failures();
    for (String kind :
        List.of("metric %sMetric", "sample metric %sSample", "prediction %sPrediction")) {
      assertEquals(1, counts.get(String.format(kind, "once")), kind);
      assertEquals(3, counts.get(String.format(kind, "always")), kind);
    }
    assertEquals(1, counts.get("schedule"));
    assertTrue(counts.get("recorder of the user") >= 1);
    assertTrue(Double.isNaN(run.value("onceMetric", 5)) && !Absent.is(run.value("onceMetric", 5)));
    assertEquals(6, run.value("onceMetric", 6));
    assertTrue(Absent.is(run.value("alwaysMetric", 6)));
    assertEquals(1, run.value("oncePrediction.verdict", 20));
    assertEquals(12, count(run, EventKind.METRIC_FAILED));
    assertEquals(1, count(run, EventKind.OBSERVATION_FAILED));
  }

  private static long count(Run run, EventKind kind) {
    return run.events().stream().filter(e -> e.kind() == kind).count();
  }

  @Test
  void aMetricThatGivesNaN_orTakesASecond_changesNothing() {
    Metric nan =
        new Metric() {
          @Override
          public String id() {
            return "nan";
          }

          @Override
          public Scope scope() {
            return Scope.LAYER;
          }

          @Override
          public double evaluate(Observation observation, int layer) {
            return Double.NaN;
          }
        };
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data())
            .metric(nan)
            .metric(
                metric(
                    "slow",
                    observation -> {
                      if (observation.step() == 7) {
                        try {
                          Thread.sleep(1000);
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                        }
                      }
                    }))
            .build();
    Run run = trained(bias);
    assertEquals(STEPS + 1, run.size());
    assertTrue(Double.isNaN(run.value("nan[layer0]", 4)));
    assertFalse(Absent.is(run.value("nan[layer0]", 4)));
    assertEquals(Map.of(), bias.failures());
  }

  @Test
  void aRecorderThatBlocks_doesNotHoldTraining() throws Exception {
    CountDownLatch blocking = new CountDownLatch(1);
    CountDownLatch trainingIsDone = new CountDownLatch(1);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data())
            .recorder(
                recorder(
                    "slow",
                    () -> {
                      blocking.countDown();
                      try {
                        trainingIsDone.await();
                      } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                      }
                    }))
            .build();
    MultiLayerNetwork net = network(new LossMSE());
    net.addListeners(bias);
    while (blocking.getCount() > 0) {
      net.fit(data());
    }
    // All of these steps are done while the recorder's thread is held.
    for (int step = 0; step < 300; step++) {
      net.fit(data());
    }
    trainingIsDone.countDown();
    bias.close();
    assertEquals(net.getIterationCount() + 1, bias.run().size());
  }

  /** A mean square loss that fails where only the listener asks. */
  private static final class FragileLoss extends LossMSE implements PerSampleLoss {
    private static final long serialVersionUID = 1L;
    static Throwable failure;
    static int from;
    static int to;
    static int calls;

    @Override
    public double value(double[] z, double[] labels, int at, int outputs) {
      if (at == 0 && calls++ >= from && calls <= to) {
        raise(failure);
      }
      return (z[at] - labels[at]) * (z[at] - labels[at]);
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }

    @Override
    public void derivative(double[] z, double[] labels, int at, int outputs, double[] derivative) {
      derivative[at] = 2 * (z[at] - labels[at]);
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aReadingThatThrows_leavesThatRecordOut(Throwable failure) {
    FragileLoss.failure = failure;
    FragileLoss.calls = 0;
    FragileLoss.from = 4;
    FragileLoss.to = 6;
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data()).visits(false).preset(Preset.ECONOMY).build();
    assertArrayEquals(train(new LossMSE(), null), train(new FragileLoss(), bias));
    bias.close();
    Run run = bias.run();
    assertEquals(STEPS + 1 - 2, run.size());
    assertEquals(null, run.values(4));
    assertEquals(null, run.values(5));
    assertEquals(Map.of("observation", 2), bias.failures());
    List<Event> failed = new ArrayList<>();
    for (Event event : run.events()) {
      if (event.kind() == EventKind.OBSERVATION_FAILED) {
        failed.add(event);
      }
    }
    assertEquals(2, failed.size());
    assertEquals(6, failed.get(0).step());
    assertEquals(20, run.patternAt(STEPS, "layer0").samples());
  }

  @Test
  void aLawThatThrows_isCounted_andTheOthersAreJudged() {
    Law broken =
        new Law() {
          @Override
          public String id() {
            return "broken";
          }

          @Override
          public String statement() {
            return "It throws.";
          }

          @Override
          public String source() {
            return "made up";
          }

          @Override
          public Check start(StepNetwork network) {
            return step -> {
              throw new IllegalStateException("x");
            };
          }
        };
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder()
            .preset(Preset.ECONOMY)
            .law(broken)
            .law(Predictions.law("outputEuler"))
            .lawsEvery(1)
            .build();
    Run run = trained(bias);
    assertEquals(Map.of("law broken", 3), bias.failures());
    assertEquals(3, count(run, EventKind.METRIC_FAILED));
    for (RunVerdict verdict : run.verdicts()) {
      boolean judged = verdict.state() == Verdict.State.HOLDS;
      assertEquals(verdict.id().equals("outputEuler"), judged, verdict.toString());
    }
  }

  @Test
  void readingAStepForLawsThatThrows_isCounted_andTheRecordsAreThere() {
    FragileLoss.failure = new IllegalStateException("x");
    FragileLoss.calls = 0;
    FragileLoss.from = 4;
    FragileLoss.to = Integer.MAX_VALUE;
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder()
            .preset(Preset.ECONOMY)
            .law(Predictions.law("outputEuler"))
            .lawsEvery(1)
            .build();
    assertArrayEquals(train(new LossMSE(), null), train(new FragileLoss(), bias));
    bias.close();
    assertEquals(Map.of("reading steps for laws", 1), bias.failures());
    assertEquals(1, count(bias.run(), EventKind.METRIC_FAILED));
    assertEquals(STEPS + 1, bias.run().size());
  }

  @Test
  void threeReadingsThatThrowInARow_switchTheListenerOff_andWhatWasRecordedIsThere() {
    FragileLoss.failure = new IllegalStateException("unreadable");
    FragileLoss.calls = 0;
    FragileLoss.from = 10;
    FragileLoss.to = Integer.MAX_VALUE;
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data()).visits(false).preset(Preset.ECONOMY).build();
    assertArrayEquals(train(new LossMSE(), null), train(new FragileLoss(), bias));
    bias.close();
    assertEquals(10, bias.run().size());
    assertEquals(Map.of("observation", 3), bias.failures());
  }

  @Test
  void memoryThatRunsOutOverOnePart_leavesTheRest() {
    OutOfMemoryError simulated = new OutOfMemoryError("simulated");
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data())
            .metric(
                metric(
                    "large",
                    observation -> {
                      if (observation.step() >= 12) {
                        throw simulated;
                      }
                    }))
            .recorder(
                recorder(
                    "full",
                    () -> {
                      throw simulated;
                    }))
            .build();
    Run run = trained(bias);
    assertTrue(run.size() > 13, run.size() + " records");
    for (long step = 0; step <= run.lastStep(); step++) {
      assertTrue(run.value("loss", step) > 0, "at step " + step);
    }
    assertEquals(3, bias.failures().get("metric large"));
  }

  @ParameterizedTest
  @EnumSource(
      value = FailureTestingListener.CallType.class,
      names = {"FORWARD_PASS", "BACKWARD_PASS", "GRADIENT_CALC", "ITER_DONE"})
  void aFailureOfSomebodyElsesListener_leavesOurRecordsReadable(
      FailureTestingListener.CallType callback) {
    for (boolean oursFirst : new boolean[] {true, false}) {
      MultiLayerNetwork net = network(new LossMSE());
      ImplicitBiasListener bias = ImplicitBiasListener.builder(data()).build();
      FailureTestingListener failing =
          new FailureTestingListener(
              FailureTestingListener.FailureMode.ILLEGAL_STATE,
              new FailureTestingListener.FailureTrigger() {
                private static final long serialVersionUID = 1L;

                @Override
                public boolean triggerFailure(
                    FailureTestingListener.CallType callType,
                    int iteration,
                    int epoch,
                    Model model) {
                  return callType == callback && iteration == 8;
                }
              });
      if (oursFirst) {
        net.setListeners(bias, failing);
      } else {
        net.setListeners(failing, bias);
      }
      assertThrows(
          IllegalStateException.class,
          () -> {
            for (int step = 0; step < STEPS; step++) {
              net.fit(data());
            }
          });
      bias.close();
      Run run = bias.run();
      assertTrue(run.size() >= 8 && run.lastStep() >= 7, run.size() + " records");
      for (long step = 0; step <= run.lastStep(); step++) {
        assertEquals(20, run.patternAt(step, "layer0").samples());
      }
      assertEquals(Map.of(), bias.failures());
    }
  }
}
