package io.github.implicitbias.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.Targets;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.RunLog;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The contracts accept what keeps them, and catch, by name, each way of breaking them. */
class ContractsTest {

  static List<Metric> metrics() {
    return Metrics.standard();
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void ourMetrics_keepTheContract(Metric metric) {
    Contracts.metric(() -> metric);
  }

  /** A metric of the whole network in one line. */
  private static Metric metric(String id, ToDoubleFunction<Observation> value) {
    return new Metric() {
      @Override
      public String id() {
        return id;
      }

      @Override
      public Scope scope() {
        return Scope.NETWORK;
      }

      @Override
      public double evaluate(Observation observation, int layer) {
        return value.applyAsDouble(observation);
      }
    };
  }

  private static void caught(String words, Runnable check) {
    AssertionError error = assertThrows(AssertionError.class, check::run);
    assertTrue(error.getMessage().contains(words), error.getMessage());
  }

  @Test
  void brokenMetrics_areCaught() {
    Contracts.metric(() -> metric("fine", Observation::loss));
    caught("other characters", () -> Contracts.metric(() -> metric("a,b", o -> 1)));
    caught("empty", () -> Contracts.metric(() -> metric("", o -> 1)));
    int[] calls = {0};
    caught("a second call", () -> Contracts.metric(() -> metric("m", o -> calls[0]++)));
    caught("was changed", () -> Contracts.metric(() -> metric("m", o -> halve(o))));
    caught(
        "throws; return absent",
        () -> Contracts.metric(() -> metric("m", o -> o.network().layer(0).units())));
    caught(
        "throws",
        () -> Contracts.metric(() -> metric("m", o -> o.network().outputPreActivations()[0])));
    caught(
        "cadence is null",
        () ->
            Contracts.metric(
                () ->
                    new Metric() {
                      @Override
                      public String id() {
                        return "m";
                      }

                      @Override
                      public Scope scope() {
                        return Scope.LAYER;
                      }

                      @Override
                      public Cadence cadence(Dimensions dimensions) {
                        return null;
                      }

                      @Override
                      public double evaluate(Observation observation, int layer) {
                        return 0;
                      }
                    }));
    double[] before = {0};
    caught(
        "a second call",
        () ->
            Contracts.metric(
                () ->
                    metric(
                        "m",
                        o -> {
                          double change = o.loss() - before[0];
                          before[0] = o.loss();
                          return change;
                        })));
  }

  private static double halve(Observation observation) {
    double[] z = observation.network().outputPreActivations();
    if (z != null) {
      z[0] = z[0] / 2 + 1;
      return z[0];
    }
    return Absent.VALUE;
  }

  @Test
  void aMetricThatRemembersAnotherRun_isCaught() {
    long[] largest = {0};
    caught(
        "another run",
        () ->
            Contracts.metric(
                () ->
                    metric(
                        "m",
                        o -> {
                          largest[0] = Math.max(largest[0], o.probe().samples() + o.step());
                          return largest[0];
                        })));
  }

  /** The residual of each sample, or what a broken implementation makes of it. */
  private static SampleMetric residual(boolean forgetsTheLast) {
    return new SampleMetric() {
      @Override
      public String id() {
        return "residual";
      }

      @Override
      public Metric.Scope scope() {
        return Metric.Scope.NETWORK;
      }

      @Override
      public Cadence cadence(Dimensions dimensions) {
        return Cadence.every(10);
      }

      @Override
      public boolean evaluate(Observation observation, int layer, double[] into) {
        double[] derivatives = observation.network().lossDerivatives();
        if (derivatives == null || derivatives.length != into.length) {
          return false;
        }
        int length = into.length - (forgetsTheLast ? 2 : 0);
        System.arraycopy(derivatives, 0, into, 0, length);
        if (forgetsTheLast) {
          into[into.length - 1] += 1;
        }
        return true;
      }
    };
  }

  private static Metric needing(Needs needs, ToDoubleFunction<Observation> value) {
    Metric metric = metric("m", value);
    return new Metric() {
      @Override
      public String id() {
        return metric.id();
      }

      @Override
      public Scope scope() {
        return metric.scope();
      }

      @Override
      public Needs needs() {
        return needs;
      }

      @Override
      public double evaluate(Observation observation, int layer) {
        return metric.evaluate(observation, layer);
      }
    };
  }

  @Test
  void aMetricThatUsesWhatItDoesNotDeclare_isCaught() {
    ToDoubleFunction<Observation> full = o -> o.network().training().isFullBatch() ? 1 : 0;
    ToDoubleFunction<Observation> boundary = o -> o.boundary(0) == null ? -1 : 1;
    ToDoubleFunction<Observation> result = o -> Targets.of(o).labels().length;
    caught("needs() does not name", () -> Contracts.metric(() -> needing(Needs.NONE, full)));
    caught("FULL_BATCH", () -> Contracts.metric(() -> needing(Needs.NONE, full)));
    caught("BOUNDARY", () -> Contracts.metric(() -> needing(Needs.FULL_BATCH, boundary)));
    caught("Targets", () -> Contracts.metric(() -> needing(Needs.NONE, result)));
    caught("is null", () -> Contracts.metric(() -> needing(null, full)));
    Contracts.metric(() -> needing(Needs.FULL_BATCH, full));
    Contracts.metric(() -> needing(Needs.BOUNDARY, boundary));
    Contracts.metric(() -> needing(Targets.NEEDS, result));
  }

  /** The loss when it was first asked for. */
  private static final class FirstLoss implements Shared {
    double loss = Double.NaN;

    @Override
    public void compute(Observation observation) {
      loss = Double.isNaN(loss) ? observation.loss() : loss;
    }

    static double of(Observation observation) {
      return observation.shared(FirstLoss.class, FirstLoss::new).loss;
    }
  }

  @Test
  void aMetricWhoseValueDependsOnWhenItIsFirstAsked_isCaught() {
    caught("first asked at step 2", () -> Contracts.metric(() -> metric("m", FirstLoss::of)));
    Needs first = Needs.fromFirst(FirstLoss.class, FirstLoss::new);
    Contracts.metric(() -> needing(first, FirstLoss::of));
  }

  @Test
  void metricsThatDependOnEachOther_areCaught() {
    Metric early = metric("early", o -> FirstLoss.of(o) > 0 ? 1 : 0);
    Metric late = metric("late", o -> o.step() < 3 ? 0 : FirstLoss.of(o));
    Contracts.independence(new Instruments(List.of(early), List.of(), List.of()));
    caught(
        "late, ",
        () -> Contracts.independence(new Instruments(List.of(early, late), List.of(), List.of())));
  }

  @Test
  void theWeightsOfTheFirstRecord_areThereForThoseWhoDeclareThem() {
    PlainStack net = Situations.all().get("two layers, regression");
    double[] first = net.network().layer(0).weights().clone();
    double[] biases = net.network().layer(0).biases().clone();
    net.observe();
    Needs.FIRST_WEIGHTS.compute(net, true);
    net.descend();
    net.observe();
    Observation seen = Needs.FIRST_WEIGHTS.shown(net);
    assertArrayEquals(first, seen.firstWeights(0));
    assertArrayEquals(biases, seen.firstBiases(0));
    assertFalse(Arrays.equals(first, net.network().layer(0).weights()));
    Observation other = Needs.NONE.shown(net);
    assertThrows(IllegalStateException.class, () -> other.firstWeights(0));
  }

  @Test
  void metricsPerSample_areChecked() {
    Contracts.perSample(() -> residual(false));
    assertThrows(AssertionError.class, () -> Contracts.perSample(() -> residual(true)));
  }

  /** The loss never rises, for regression with one output; broken in a chosen way. */
  private static final class LossFalls implements Prediction {
    private final String fault;
    private double sharedByAllRuns = Double.POSITIVE_INFINITY;

    LossFalls(String fault) {
      this.fault = fault;
    }

    @Override
    public String id() {
      return "lossFalls";
    }

    @Override
    public String statement() {
      return fault.equals("statement") ? "" : "The loss never rises.";
    }

    @Override
    public String source() {
      return "descent lemma";
    }

    @Override
    public Check start(Observation first) {
      if (fault.equals("start") && !first.network().isStack()) {
        throw new IllegalStateException("no stack");
      }
      double[] last = {Double.POSITIVE_INFINITY};
      return observation -> {
        if (!observation.network().isStack()) {
          return Verdict.notApplicable(fault.equals("reason") ? "" : "the network is no stack");
        }
        if (fault.equals("mind") && observation.step() == 0) {
          return Verdict.notApplicable("not yet");
        }
        double now = observation.loss();
        double before = fault.equals("shared") ? sharedByAllRuns : last[0];
        last[0] = now;
        sharedByAllRuns = now;
        if (Double.isNaN(now)) {
          return fault.equals("number")
              ? Verdict.violated(now, before, "")
              : Verdict.holds(now, before);
        }
        return now > before ? Verdict.violated(now, before, "") : Verdict.holds(now, before);
      };
    }
  }

  @Test
  void brokenPredictions_areCaught() {
    Contracts.prediction(() -> new LossFalls("none"));
    caught("the statement", () -> Contracts.prediction(() -> new LossFalls("statement")));
    caught("start throws", () -> Contracts.prediction(() -> new LossFalls("start")));
    caught("without a reason", () -> Contracts.prediction(() -> new LossFalls("reason")));
    caught("after it did not", () -> Contracts.prediction(() -> new LossFalls("mind")));
    caught("not a number", () -> Contracts.prediction(() -> new LossFalls("number")));
    caught("at the same time", () -> Contracts.prediction(() -> new LossFalls("shared")));
  }

  /** A recorder into a list, broken in a chosen way. */
  private static final class ListPlace implements Contracts.Place {
    private final String fault;
    private List<byte[]> contents;

    ListPlace(String fault) {
      this.fault = fault;
    }

    @Override
    public Recorder open() {
      contents = new ArrayList<>();
      return new Recorder() {
        @Override
        public void header(RunHeader header) {
          if (!contents.isEmpty()) {
            contents.remove(0); // known better now
          }
          contents.add(0, header.encode());
        }

        @Override
        public void block(byte[] block) {
          if (fault.equals("changes")) {
            block[20]++;
          }
          if (!fault.equals("loses") || contents.size() != 3) {
            contents.add(fault.equals("damages") ? new byte[block.length] : block.clone());
          }
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public List<byte[]> contents() {
      return contents;
    }
  }

  @Test
  void brokenRecorders_areCaught() throws IOException {
    Contracts.recorder(new ListPlace("none"));
    for (String[] fault :
        new String[][] {
          {"changes", "changed the bytes"}, {"loses", "came back"}, {"damages", "came back changed"}
        }) {
      AssertionError error =
          assertThrows(AssertionError.class, () -> Contracts.recorder(new ListPlace(fault[0])));
      assertTrue(error.getMessage().contains(fault[1]), error.getMessage());
    }
  }

  @Test
  void ourRunFile_keepsTheContract(@TempDir Path folder) throws IOException {
    Contracts.recorder(
        new Contracts.Place() {
          private int files;

          @Override
          public Recorder open() throws IOException {
            return RunFile.create(folder.resolve("run" + ++files));
          }

          @Override
          public List<byte[]> contents() throws IOException {
            RunLog log = RunFile.log(folder.resolve("run" + files));
            List<byte[]> contents = new ArrayList<>();
            contents.add(log.header().encode());
            for (int k = 0; k < log.blocks(); k++) {
              contents.add(log.block(k));
            }
            return contents;
          }
        });
  }

  @Test
  void descendingTheStack_isGradientDescent() {
    PlainStack net = Situations.all().get("two layers, regression");
    net.observe();
    double before = net.loss();
    for (int step = 1; step <= 200; step++) {
      double last = net.loss();
      net.descend();
      net.observe();
      assertTrue(net.loss() < last, "step " + step);
    }
    assertEquals(200, net.step());
    assertTrue(net.loss() < 0.7 * before, before + " -> " + net.loss());
  }

  /** The gradient that descend() takes is that of finite differences. */
  @Test
  void gradients_areThoseOfFiniteDifferences() {
    for (String name : new String[] {"two layers, several outputs", "three layers"}) {
      PlainStack net = Situations.all().get(name);
      double[] weights = net.network().layer(0).weights().clone();
      net.descend();
      double[] after = net.network().layer(0).weights().clone();
      double rate = net.network().training().learningRate();
      PlainStack fresh = Situations.all().get(name);
      for (int k = 0; k < weights.length; k++) {
        double slope = (lossAt(fresh, weights, k, 1e-6) - lossAt(fresh, weights, k, -1e-6)) / 2e-6;
        assertEquals(slope, (weights[k] - after[k]) / rate, 1e-7, name + ", weight " + k);
      }
    }
  }

  private static double lossAt(PlainStack net, double[] weights, int k, double change) {
    double[] changed = weights.clone();
    changed[k] += change;
    net.setWeights(0, changed);
    net.observe();
    return net.loss();
  }
}
