package io.github.implicitbias.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.loss.Losses;
import java.util.Arrays;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Descent on the logarithm of the loss, whose limit is known in closed form: the direction of the
 * max-margin solution W*, and along it a slope of the logarithm of -1/|W*|^2 per unit of time.
 */
class LossNormalisedRunTest {

  private static final double RATE = 0.05;

  private final DataSet data = Fixture.labelled("s2a_data.csv");
  private final double[][] maxMargin = Fixture.matrix("s2a_Wkkt.csv");
  private final double slopeAtTheEnd = -1 / product(maxMargin, maxMargin);

  @Test
  void theLogarithmFallsLinearly_andTheDirectionStaysThatOfTheLargestMargin() {
    fallsLinearly(10_000, -2_500);
  }

  @Test
  @Tag("thorough")
  void
      overAHundredThousandSteps_theLogarithmFallsLinearly_andTheDirectionStaysThatOfTheLargestMargin() {
    fallsLinearly(100_000, -26_000);
  }

  private void fallsLinearly(int steps, double logarithmAtMost) {
    MultiLayerNetwork net = ReferenceNetworks.leakyRelu(Losses.logOf(Losses.logistic(), 12), RATE);
    double[] output = net.getParam("1_W").dup().data().asDouble();
    fit(net, 400);
    assertTrue(distance(net) < 1e-5);
    fit(net, 4_600);
    double log = net.score(data);
    double distance = distance(net);
    for (int step = 5_000; step < steps; step += 5_000) {
      fit(net, 5_000);
      double next = net.score(data);
      assertEquals(5_000 * RATE * slopeAtTheEnd, next - log, 1e-9 * 1_338, "at " + step);
      double nextDistance = distance(net);
      double ratio = (double) step / (step + 5_000);
      assertEquals(ratio * ratio, nextDistance / distance, 1e-3, "at " + step);
      assertTrue(Arrays.stream(net.params().dup().data().asDouble()).allMatch(Double::isFinite));
      log = next;
      distance = nextDistance;
    }
    assertEquals(steps, net.getIterationCount());
    assertTrue(log < logarithmAtMost, "L = e^" + log);
    assertArrayEquals(output, net.getParam("1_W").dup().data().asDouble());
  }

  @Test
  void theExponentialLoss_leadsToTheSameDirection() {
    MultiLayerNetwork net =
        ReferenceNetworks.leakyRelu(Losses.logOf(Losses.exponential(), 12), RATE);
    fit(net, 400);
    double log = net.score(data);
    double distance = distance(net);
    assertTrue(distance < 1e-5);
    fit(net, 600);
    assertEquals(600 * RATE * slopeAtTheEnd, net.score(data) - log, 1e-12 * 161);
    assertEquals(0.4 * 0.4, distance(net) / distance, 1e-3);
  }

  @Test
  void miniBatches_areRefusedByFit() {
    MultiLayerNetwork net = ReferenceNetworks.leakyRelu(Losses.logOf(Losses.logistic(), 12), RATE);
    double[] start = net.params().dup().data().asDouble();
    Exception e =
        assertThrows(
            IllegalArgumentException.class,
            () -> net.fit(new ListDataSetIterator<>(data.asList(), 4)));
    assertTrue(e.getMessage().contains("all 12 samples") && e.getMessage().contains("4 rows"));
    assertArrayEquals(start, net.params().dup().data().asDouble());
    net.fit(new ListDataSetIterator<>(data.asList(), 12));
    assertEquals(1, net.getIterationCount());
  }

  private void fit(MultiLayerNetwork net, int steps) {
    for (int i = 0; i < steps; i++) {
      net.fit(data);
    }
  }

  /** Returns 1 - cos of the angle between the hidden weights and W*. */
  private double distance(MultiLayerNetwork net) {
    double[][] w = net.getParam("0_W").transpose().toDoubleMatrix();
    return 1 - product(w, maxMargin) / Math.sqrt(product(w, w) * product(maxMargin, maxMargin));
  }

  private static double product(double[][] a, double[][] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a[i].length; j++) {
        sum += a[i][j] * b[i][j];
      }
    }
    return sum;
  }
}
