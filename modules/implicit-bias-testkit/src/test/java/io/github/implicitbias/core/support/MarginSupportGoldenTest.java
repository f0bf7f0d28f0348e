package io.github.implicitbias.core.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.Json;
import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.solution.ConstrainedMinimumNorm;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.PlainStack;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The margin support of linear classifiers against reference values, at any parameters. */
class MarginSupportGoldenTest {

  private static String reference() {
    try (InputStream in =
        MarginSupportGoldenTest.class.getResourceAsStream("/reference/margin_support.json")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static MarginSupport support(PlainStack net) {
    net.observe();
    return net.shared(MarginSupport.class, MarginSupport::new);
  }

  private static PlainStack linear(double[][] points, double[] labels, double[] theta) {
    double[] x = Arrays.stream(points).flatMapToDouble(Arrays::stream).toArray();
    int outputs = labels.length / points.length;
    PerSampleLoss loss = outputs == 1 ? new Reference.Logistic() : new Reference.Softmax();
    return PlainStack.builder(new Probe(points.length, x, labels, null), loss, .1)
        .output(outputs, theta, null)
        .build();
  }

  private static int[] supportOf(MarginSupport support, int samples) {
    double[] multipliers = support.multipliers();
    double largest = Arrays.stream(multipliers).max().orElse(0);
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      if (multipliers[i] > MarginSupport.POSITIVE * largest) {
        found.add(i);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] tightOf(MarginSupport support, int samples) {
    List<Integer> found = new ArrayList<>();
    for (int i = 0; i < samples; i++) {
      if (support.isTight(i)) {
        found.add(i);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] integers(Object list) {
    return Arrays.stream(Json.numbers(list)).mapToInt(v -> (int) v).toArray();
  }

  private static double[][] points(Map<String, Object> one) {
    return ((List<?>) one.get("points")).stream().map(Json::numbers).toArray(double[][]::new);
  }

  private static double[] labels(Map<String, Object> one) {
    double[] labels = Json.numbers(one.get("labels"));
    int classes = (int) Json.number(one.get("classes"));
    if (classes == 2) {
      return labels;
    }
    double[] oneHot = new double[labels.length * classes];
    for (int i = 0; i < labels.length; i++) {
      oneHot[i * classes + (int) labels[i]] = 1;
    }
    return oneHot;
  }

  private static void check(String name, Map<String, Object> one, PlainStack net) {
    MarginSupport support = support(net);
    assertNull(support.whyNone(), name);
    double[] expected = Json.numbers(one.get("multipliers"));
    assertArrayEquals(expected, support.multipliers(), 1e-6, name);
    int samples = expected.length;
    assertArrayEquals(integers(one.get("support")), supportOf(support, samples), name);
    assertArrayEquals(integers(one.get("tight")), tightOf(support, samples), name);
    assertEquals(Boolean.TRUE.equals(one.get("unique")) ? 1 : 0, support.isUnique(), name);
    assertEquals(Json.number(one.get("efficiency")), support.efficiency(), 1e-9, name);
    assertTrue(support.residual() < 1e-6, name);
    assertEquals(integers(one.get("support")).length, support.supportVectors(), name);
  }

  @Test
  void everyCaseOfTheReference() {
    Map<String, Object> cases = Json.object(reference());
    assertEquals(8, cases.size());
    for (String name : cases.keySet()) {
      Map<String, Object> one = Json.object(cases, name);
      check(name, one, linear(points(one), labels(one), Json.numbers(one.get("theta"))));
    }
  }

  @Test
  void aBias_isTheWeightOfAnInputOf1() {
    Map<String, Object> cases = Json.object(reference());
    Map<String, Object> one = Json.object(cases, "withBias");
    double[] x = Arrays.stream(points(one)).flatMapToDouble(p -> Arrays.stream(p, 0, 2)).toArray();
    double[] theta = Json.numbers(one.get("theta"));
    PlainStack net =
        PlainStack.builder(new Probe(6, x, labels(one), null), new Reference.Logistic(), .1)
            .output(1, Arrays.copyOf(theta, 2), new double[] {theta[2]})
            .build();
    check("withBias", one, net);
  }

  /** The exact separators of two data sets in the plane: five and eight samples, two parameters. */
  @Test
  void atTheSeparatorItself_theSupportVectorsAreThoseOfTheSeparator() {
    double[][] five = {{2, 0.5}, {1, 2}, {-1.5, -1}, {-2, 0.3}, {3, 3}};
    double[] w = {0.9170701653434596, 0.39872586050683956};
    PlainStack net = linear(five, new double[] {1, 1, -1, -1, 1}, w);
    assertArrayEquals(new int[] {1, 3}, supportOf(support(net), 5));
    // These weights are exact to 3e-7, and the smallest margin falls with the angle itself.
    assertEquals(1, support(net).efficiency(), 1e-6);
    double[][] eight = {
      {2.63, 1.37}, {-1.86, -1.4}, {1.96, 1.86}, {-1.2, -0.55},
      {1.8, 0.23}, {-3.12, -1.46}, {0.17, 1.28}, {-3.75, -2.23}
    };
    double[] v = {0.5782367449510037, 0.8158690255111221};
    net = linear(eight, new double[] {1, -1, 1, -1, 1, -1, 1, -1}, v);
    assertArrayEquals(new int[] {3, 6}, supportOf(support(net), 8));
    assertEquals(1, support(net).efficiency(), 1e-6);
  }

  /** For a linear model the answer does not depend on theta: it is that of the hard margin. */
  @Test
  void linearClassifiers_haveTheMultipliersOfTheHardMargin_whateverTheirWeights() {
    SplittableRandom random = new SplittableRandom(5);
    for (int trial = 0; trial < 60; trial++) {
      int n = 4 + random.nextInt(10);
      int d = 2 + random.nextInt(3);
      double[] separator = Reference.gaussians(random, d);
      double[][] x = new double[n][];
      int[] classes = new int[n];
      double[] labels = new double[n];
      for (int i = 0; i < n; i++) {
        x[i] = Reference.gaussians(random, d);
        double z = 0;
        for (int k = 0; k < d; k++) {
          z += separator[k] * x[i][k];
        }
        classes[i] = z > 0 ? 1 : -1;
        labels[i] = classes[i];
      }
      MarginSupport support = support(linear(x, labels, Reference.gaussians(random, d)));
      double[] expected = ConstrainedMinimumNorm.separating(x, classes).multipliers();
      double largest = Arrays.stream(expected).max().orElse(0);
      assertEquals(1, support.isUnique());
      assertArrayEquals(expected, support.multipliers(), 1e-8 * largest);
      double efficiency = support.efficiency();
      assertTrue(Absent.is(efficiency) || (efficiency > 0 && efficiency <= 1));
    }
  }

  /** More samples than parameters: least squares of theta alone explains it by any of them. */
  @Test
  void tenSamplesAndFourParameters_haveTheSupportOfTheHardMarginAtEveryStep() {
    double[] x = {
      -1.343264514850061,
      -1.1567555008301362,
      -0.046756100089267276,
      1.0691241627664774,
      2.4458139810510824,
      -1.2806856991481084,
      0.9455296318454929,
      0.41869259691743577,
      0.5835184058142306,
      -0.9416405209389541,
      -0.6419468189144042,
      -0.5496336064080591,
      -0.44235861530996085,
      0.18611490451295504,
      -1.0131490568629018,
      0.01103939189188885,
      1.9815035717272447,
      1.2171196488785168,
      -1.1071051932558045,
      -1.0990479639588588,
      0.9108718986590948,
      1.1186403904116724,
      -0.5767564549370302,
      -0.3311454535846497,
      -1.342232359317331,
      0.47409778847722556,
      -0.28327291028009555,
      0.6115486891758645,
      1.237115845853847,
      0.4221675297662504
    };
    double[] y = {-1.0, 1.0, -1.0, 1.0, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0};
    double[] w = {0.13445823162421466, 0.547319992729268, 0.22714174781375304};
    PlainStack net =
        PlainStack.builder(new Probe(10, x, y, null), new Reference.Logistic(), .5)
            .output(1, w, new double[] {-0.3014936339392456})
            .build();
    double[][] extended = new double[10][];
    int[] classes = new int[10];
    for (int i = 0; i < 10; i++) {
      extended[i] = new double[] {x[3 * i], x[3 * i + 1], x[3 * i + 2], 1};
      classes[i] = (int) y[i];
    }
    double[] expected = ConstrainedMinimumNorm.separating(extended, classes).multipliers();
    double largest = Arrays.stream(expected).max().orElse(0);
    for (int step = 0; step <= 60; step++) {
      MarginSupport support = support(net);
      assertArrayEquals(expected, support.multipliers(), 1e-8 * largest, "step " + step);
      assertEquals(1, support.isUnique());
      net.descend();
    }
  }

  /** What the efficiency says: how far theta, scaled to a smallest margin of 1, is from phi. */
  @Test
  void efficiency_boundsWhatIsNotExplained() {
    SplittableRandom random = new SplittableRandom(6);
    double[][] x = {{2, 1}, {1, 0.2}, {3, 3}, {-1, 0.1}, {-2, -1}};
    int[] classes = {1, 1, 1, -1, -1};
    double[] phi = ConstrainedMinimumNorm.separating(x, classes).solution();
    int judged = 0;
    for (int trial = 0; trial < 200; trial++) {
      double[] theta = Reference.gaussians(random, 2);
      MarginSupport support = support(linear(x, new double[] {1, 1, 1, -1, -1}, theta));
      double q = support.smallestMargin();
      double e = support.efficiency();
      assertEquals(q > 0, !Absent.is(e));
      if (q > 0) {
        judged++;
        double missed = Math.hypot(theta[0] / q - phi[0], theta[1] / q - phi[1]);
        double length = Math.hypot(theta[0], theta[1]) / q;
        assertTrue(missed * missed <= (1 - e * e) * length * length + 1e-12);
        assertEquals(Math.hypot(phi[0], phi[1]) / length, e, 1e-9);
      }
    }
    assertTrue(judged > 20);
  }

  @Test
  void theSizeOfTheWeightsAndOfTheSamples_changesNeitherSupportNorEfficiency() {
    SplittableRandom random = new SplittableRandom(9);
    double[] w = Reference.gaussians(random, 12);
    double[] a = Reference.gaussians(random, 4);
    double[] x = Reference.gaussians(random, 15);
    double[] y = {1, 0, 1, 1, 0};
    PlainStack ordinary = stack(x, y, w, a, 1, 1);
    int step = 0;
    while (!(support(ordinary).efficiency() > 0)) {
      assertTrue(++step < 2000);
      ordinary.descend();
    }
    w = ordinary.network().layer(0).weights().clone();
    a = ordinary.network().layer(1).weights().clone();
    MarginSupport expected = support(ordinary);
    for (int k = -120; k <= 120; k += 20) {
      MarginSupport ofWeights = support(stack(x, y, w, a, Math.pow(10, k), 1));
      assertEquals(expected.efficiency(), ofWeights.efficiency(), 1e-10, "weights 1e" + k);
      assertEquals(expected.supportVectors(), ofWeights.supportVectors());
      // Inputs of another size change the parts of the two layers, not what is found of a scale.
      MarginSupport ofSamples = support(linear(rows(x), y, Math.pow(10, k)));
      MarginSupport one = support(linear(rows(x), y, 1));
      assertEquals(one.supportVectors(), ofSamples.supportVectors(), "samples 1e" + k);
      assertEquals(one.efficiency(), ofSamples.efficiency(), 1e-10, "samples 1e" + k);
    }
  }

  private static double[][] rows(double[] x) {
    double[][] rows = new double[5][3];
    for (int i = 0; i < 15; i++) {
      rows[i / 3][i % 3] = x[i];
    }
    return rows;
  }

  private static PlainStack linear(double[][] x, double[] y, double factor) {
    double[][] scaled = new double[x.length][x[0].length];
    for (int i = 0; i < x.length; i++) {
      double sum = x[i][0] + x[i][1] + x[i][2];
      for (int k = 0; k < scaled[i].length; k++) {
        // On the side of (1, 1, 1) that its label says.
        scaled[i][k] = factor * (sum > 0 == y[i] > 0 ? x[i][k] : -x[i][k]);
      }
    }
    return linear(scaled, y, new double[] {1, 1, 1});
  }

  private static PlainStack stack(
      double[] x, double[] y, double[] w, double[] a, double factor, double rate) {
    double[] first = Arrays.stream(w).map(v -> factor * v).toArray();
    double[] second = Arrays.stream(a).map(v -> factor * v).toArray();
    return PlainStack.builder(new Probe(5, x, y, null), new Reference.Logistic(), rate)
        .hidden("h", 4, 0.3, first, null)
        .output(1, second, null)
        .build();
  }
}
