package io.github.implicitbias.core.catalogue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.testkit.PlainStack;
import java.lang.management.ManagementFactory;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** After the first evaluations the metrics of STANDARD allocate nothing. */
class AllocationTest {

  @Test
  void metricsOfStandard_allocateNothingOnceWarm() {
    SplittableRandom random = new SplittableRandom(5);
    for (int kind = 0; kind < 3; kind++) {
      int outputs = kind == 2 ? 3 : 1;
      double[] labels = new double[20 * outputs];
      for (int i = 0; i < 20; i++) {
        if (kind == 0) {
          labels[i] = random.nextDouble() - 0.5;
        } else {
          labels[i * outputs + random.nextInt(outputs)] = kind == 1 && i % 2 == 0 ? -1 : 1;
        }
      }
      PlainStack net =
          PlainStack.builder(
                  new Probe(20, Fixture.normal(random, 20 * 30, 1), labels, null),
                  kind == 0
                      ? new Fixture.Squared(1)
                      : kind == 1 ? new Fixture.Logistic() : new Fixture.Softmax(),
                  0.01)
              .hidden("hidden", 15, kind == 0 ? 1 : 0, Fixture.normal(random, 450, 0.2), null)
              .hidden("above", 9, 0.1, Fixture.normal(random, 15 * 9, 0.2), new double[9])
              .output(outputs, Fixture.normal(random, outputs * 9, 0.2), null)
              .build();
      Metric[] metrics = Metrics.standardAdditions().toArray(new Metric[0]);
      ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
      long thread = Thread.currentThread().getId();
      long clock = threads.getThreadAllocatedBytes(thread);
      clock = threads.getThreadAllocatedBytes(thread) - clock;
      long least = Long.MAX_VALUE;
      for (int step = 0; step < 200; step++) {
        net.observe();
        long before = threads.getThreadAllocatedBytes(thread);
        evaluate(metrics, net);
        least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before - clock);
        net.descend();
      }
      // The first evaluations allocate; the least of all is that of a warm one.
      assertEquals(0, Math.max(0, least), "bytes per record");
      assertTrue(clock >= 0);
    }
  }

  private static void evaluate(Metric[] metrics, PlainStack net) {
    for (Metric metric : metrics) {
      if (metric.scope() == Metric.Scope.NETWORK) {
        metric.evaluate(net, -1);
      } else {
        for (int layer = 0; layer < net.layers(); layer++) {
          metric.evaluate(net, layer);
        }
      }
    }
  }
}
