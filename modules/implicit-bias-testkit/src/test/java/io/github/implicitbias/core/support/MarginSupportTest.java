package io.github.implicitbias.core.support;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.testkit.PlainStack;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MarginSupportTest {

  private static MarginSupport support(PlainStack net) {
    return net.shared(MarginSupport.class, MarginSupport::new);
  }

  /**
   * The configuration S2a: 20 leaky units, fixed output weights of size 1/sqrt 20, 12 of them +.
   */
  private static PlainStack s2a(double[] weights) {
    double[] a = new double[20];
    for (int j = 0; j < 20; j++) {
      a[j] = (j < 12 ? 1 : -1) / Math.sqrt(20);
    }
    return PlainStack.builder(Reference.probe("s2a_data.csv"), new Reference.Logistic(), .1)
        .hidden("hidden", 20, .5, weights, null)
        .fixedOutput(1, a)
        .build();
  }

  @Test
  void s2a_atTheKktPoint_theMultipliersAreThoseOfTheClosedForm() {
    PlainStack net = s2a(Reference.flat(Reference.rows("s2a_Wkkt.csv")));
    net.observe();
    MarginSupport support = support(net);
    assertNull(support.whyNone());
    double[] expected = Reference.rows("s2a_lambda.csv")[0];
    for (int i = 0; i < 12; i++) {
      assertEquals(expected[i], support.multipliers()[i], 1e-11);
      assertEquals(1, support.margins()[i], 1e-11);
      assertTrue(support.isTied(i));
    }
    assertEquals(12, support.supportVectors());
    assertEquals(0, support.kktResidual(), 1e-7);
    assertEquals(1, support.efficiency(), 1e-9);
    assertEquals(1, support.isUnique());
    assertTrue(support.residual() < 1e-12);
  }

  @Test
  void s2a_alongTheTraining_theNumbersAreThoseOfTheReference() {
    PlainStack net = s2a(Reference.flat(Reference.rows("s2a_W0.csv")));
    // By an independent program, to four digits.
    Map<String, Double> efficiencies = Map.of("1", .6518, "10", .8998, "100", .9594, "1000", .9756);
    int compared = 0;
    int found = 0;
    for (String[] row : Reference.text("s2a_traj.csv")) {
      if (row[0].equals("plain") && Integer.parseInt(row[1]) <= 1000) {
        while (net.step() < Integer.parseInt(row[1])) {
          net.descend();
        }
        net.observe();
        MarginSupport support = support(net);
        assertEquals(Double.parseDouble(row[9]), support.kktResidual(), 1e-9, "step " + row[1]);
        assertEquals(Double.parseDouble(row[6]), support.smallestMargin(), 1e-9);
        Double expected = efficiencies.get(row[1]);
        if (expected != null) {
          assertEquals(expected, support.efficiency(), 5e-5, "step " + row[1]);
          found++;
        }
        compared++;
      }
    }
    assertEquals(9, compared);
    assertEquals(4, found);
    MarginSupport support = support(net);
    assertEquals(12, support.supportVectors());
    assertTrue(support.isTied(index(support.margins(), support.smallestMargin())));
    // qmax / qmin is 1.04 there, so not all are tied.
    assertFalse(allTied(support));
  }

  private static int index(double[] values, double wanted) {
    for (int i = 0; i < values.length; i++) {
      if (values[i] == wanted) {
        return i;
      }
    }
    throw new AssertionError("no margin is the smallest");
  }

  private static boolean allTied(MarginSupport support) {
    for (int i = 0; i < support.margins().length; i++) {
      if (!support.isTied(i)) {
        return false;
      }
    }
    return true;
  }

  /** Changes each trained parameter up and down and returns the gradients of all margins. */
  private static double[][] byDifferences(
      PlainStack net, List<double[]> parameters, MarginConstraints constraints) {
    double h = 1e-6;
    List<double[]> columns = new ArrayList<>();
    for (double[] values : parameters) {
      for (int k = 0; k < values.length; k++) {
        double before = values[k];
        values[k] = before + h;
        double[] up = margins(net, constraints);
        values[k] = before - h;
        double[] down = margins(net, constraints);
        values[k] = before;
        double[] column = new double[up.length];
        for (int c = 0; c < column.length; c++) {
          column[c] = (up[c] - down[c]) / (2 * h);
        }
        columns.add(column);
      }
    }
    margins(net, constraints);
    double[][] gradients = new double[constraints.count()][columns.size()];
    for (int p = 0; p < columns.size(); p++) {
      for (int c = 0; c < gradients.length; c++) {
        gradients[c][p] = columns.get(p)[c];
      }
    }
    return gradients;
  }

  private static double[] margins(PlainStack net, MarginConstraints constraints) {
    net.observe();
    double[] margins = new double[constraints.count()];
    for (int c = 0; c < margins.length; c++) {
      margins[c] = constraints.margin(c, net.network().outputPreActivations());
    }
    return margins;
  }

  private static List<double[]> trained(PlainStack net) {
    List<double[]> parameters = new ArrayList<>();
    for (int l = 0; l < net.network().layers(); l++) {
      WeightLayer layer = net.network().layer(l);
      if (layer.isTrained()) {
        parameters.add(layer.weights());
        if (layer.hasBias()) {
          parameters.add(layer.biases());
        }
      }
    }
    return parameters;
  }

  private static double dot(double[] x, double[] y) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += x[k] * y[k];
    }
    return sum;
  }

  /** Compares with gradients by differences, and with the best of all sets of constraints. */
  private static void agreesWithOracles(PlainStack net) {
    net.observe();
    MarginSupport support = support(net);
    String whyNone = support.whyNone();
    double[] multipliers = whyNone == null ? support.multipliers().clone() : null;
    double efficiency = support.efficiency();
    boolean unique = support.isUnique() == 1;
    double kkt = support.kktResidual();
    int outputs = net.network().outputs();
    MarginConstraints constraints = MarginConstraints.of(net.probe(), outputs);
    double[][] gradients = byDifferences(net, trained(net), constraints);
    double[] theta = trained(net).stream().flatMapToDouble(Arrays::stream).toArray();
    MarginGradients exact = new MarginGradients(net.network(), constraints, net.probe().samples());
    exact.compute(net.network());
    int count = constraints.count();
    for (int c = 0; c < count; c++) {
      assertEquals(dot(gradients[c], theta), exact.right()[c], 1e-7);
      for (int b = 0; b < count; b++) {
        assertEquals(dot(gradients[c], gradients[b]), exact.gram()[c * count + b], 1e-6);
      }
    }
    assertEquals(Math.sqrt(dot(theta, theta)), exact.norm(), 1e-12 * exact.norm());
    assertEquals(GradientOracle.cone(gradients, theta), kkt, 1e-6);
    int[] samples = new int[count];
    for (int c = 0; c < count; c++) {
      samples[c] = constraints.sample(c);
    }
    double[] lambda = GradientOracle.separator(gradients);
    assertEquals(lambda == null, whyNone != null, whyNone);
    if (lambda == null) {
      assertTrue(whyNone.contains("separable"), whyNone);
      assertTrue(Absent.is(efficiency));
      return;
    }
    double[] ofSamples = new double[net.probe().samples()];
    double[] phi = new double[theta.length];
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < count; c++) {
      ofSamples[samples[c]] += lambda[c];
      least = Math.min(least, dot(gradients[c], theta));
      for (int p = 0; p < phi.length; p++) {
        phi[p] += lambda[c] * gradients[c][p];
      }
    }
    double largest = Arrays.stream(ofSamples).max().orElse(0);
    if (unique) {
      assertArrayEquals(ofSamples, multipliers, 1e-5 * largest);
    } else {
      // Copies share: the same vector, and never more than the largest that one choice has.
      double sum = Arrays.stream(lambda).sum();
      assertEquals(sum, Arrays.stream(multipliers).sum(), 1e-6 * sum);
      assertTrue(dot(multipliers, multipliers) <= dot(ofSamples, ofSamples) * (1 + 1e-6));
    }
    if (least > 1e-6) {
      double expected = least * Math.sqrt(dot(phi, phi) / dot(theta, theta));
      assertEquals(expected, efficiency, 1e-6);
    } else if (least < -1e-6) {
      assertTrue(Absent.is(efficiency));
    }
    found++;
  }

  private static int found;

  private static Probe signs(SplittableRandom random, int n, int d, boolean bits) {
    double[] y = new double[n];
    for (int i = 0; i < n; i++) {
      y[i] = random.nextBoolean() ? 1 : bits ? 0 : -1;
    }
    return new Probe(n, Reference.gaussians(random, n * d), y, null);
  }

  @Test
  void deepStackWithBiases_agreesWithDifferencesAndEnumeration() {
    for (int seed = 0; seed < 6; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PlainStack net =
          PlainStack.builder(signs(random, 7, 4, seed % 2 == 0), new Reference.Logistic(), .1)
              .hidden("a", 5, .2, Reference.gaussians(random, 20), Reference.gaussians(random, 5))
              .hidden("b", 3, 0, Reference.gaussians(random, 15), null)
              .output(1, Reference.gaussians(random, 3), Reference.gaussians(random, 1))
              .build();
      agreesWithOracles(net);
    }
    assertTrue(found > 2, found + " with a separator");
  }

  @Test
  void onlyTheFirstLayerTrained_agreesWithDifferencesAndEnumeration() {
    SplittableRandom random = new SplittableRandom(31);
    PlainStack net =
        PlainStack.builder(signs(random, 8, 3, false), new Reference.Logistic(), .1)
            .hidden("a", 6, 0, Reference.gaussians(random, 18), null)
            .fixedOutput(1, Reference.gaussians(random, 6))
            .build();
    agreesWithOracles(net);
  }

  private static Probe classes(SplittableRandom random, int n, int d, int k) {
    double[] y = new double[n * k];
    for (int i = 0; i < n; i++) {
      y[i * k + random.nextInt(k)] = 1;
    }
    return new Probe(n, Reference.gaussians(random, n * d), y, null);
  }

  @Test
  void severalClasses_agreeWithDifferencesAndEnumeration() {
    for (int seed = 0; seed < 4; seed++) {
      SplittableRandom random = new SplittableRandom(100 + seed);
      PlainStack net =
          PlainStack.builder(classes(random, 4, 4, 3), new Reference.Softmax(), .1)
              .hidden("a", 5, .1, Reference.gaussians(random, 20), Reference.gaussians(random, 5))
              .output(3, Reference.gaussians(random, 15), Reference.gaussians(random, 3))
              .build();
      agreesWithOracles(net);
    }
  }

  @Test
  void linearClassifier_onSeparableData_convergesToTheSupportVectorsOfTheSeparator() {
    // The separator through 0 of largest margin is (1, 0): samples 0 and 1 carry it, 2 does not.
    double[] x = {1, .5, 1, -.5, 3, .3};
    Probe probe = new Probe(3, x, new double[] {1, 1, 1}, null);
    PlainStack net =
        PlainStack.builder(probe, new Reference.Logistic(), .5)
            .output(1, new double[] {.3, .2}, null)
            .build();
    for (int t = 0; t < 5000; t++) {
      net.descend();
    }
    net.observe();
    MarginSupport support = support(net);
    assertEquals(2, support.supportVectors());
    assertEquals(0, support.multipliers()[2]);
    assertEquals(1, support.multipliers()[0] / support.multipliers()[1], .05);
    assertTrue(support.isTied(0) && support.isTied(1));
    assertFalse(support.isTied(2));
    assertTrue(support.kktResidual() < 1e-6);
  }

  @Test
  void wrongSamplesEverywhere_haveTheMultipliersOfTheSeparatorButExplainNothing() {
    Probe probe = new Probe(2, new double[] {1, 0, 0, 1}, new double[] {1, 1}, null);
    PlainStack net =
        PlainStack.builder(probe, new Reference.Logistic(), .5)
            .output(1, new double[] {-1, -2}, null)
            .build();
    net.observe();
    MarginSupport support = support(net);
    assertArrayEquals(new double[] {1, 1}, support.multipliers(), 1e-12);
    assertEquals(2, support.supportVectors());
    assertEquals(1, support.kktResidual(), 1e-15);
    assertTrue(Absent.is(support.efficiency()));
    assertEquals(-2, support.smallestMargin());
    assertTrue(support.isTied(1));
    assertFalse(support.isTied(0));
    assertTrue(support.isTight(0) && support.isTight(1));
  }

  @Test
  void samplesThatNoPlaneSeparates_haveMarginsButNoMultipliers() {
    double[] y = {1, -1, 1};
    Probe probe = new Probe(3, new double[] {1, 0, 2, 0, 3, 1}, y, null);
    PlainStack net =
        PlainStack.builder(probe, new Reference.Logistic(), .5)
            .output(1, new double[] {1, 1}, null)
            .build();
    net.observe();
    MarginSupport support = support(net);
    assertTrue(support.whyNone().contains("not separable"), support.whyNone());
    assertNull(support.multipliers());
    assertArrayEquals(new double[] {1, -2, 4}, support.margins());
    assertTrue(support.isTied(1));
    assertTrue(Absent.is(support.supportVectors()));
    assertTrue(Absent.is(support.efficiency()) && Absent.is(support.isUnique()));
    assertTrue(SupportMetrics.TIED_MARGIN.evaluate(net, -1, new double[3]));
    assertFalse(SupportMetrics.MARGIN_TIGHT.evaluate(net, -1, new double[3]));
  }

  private static void doesNotApply(Probe probe, PerSampleLoss loss, String why) {
    int outputs = probe.outputs();
    PlainStack net =
        PlainStack.builder(probe, loss, .1)
            .output(outputs, new double[outputs * probe.inputs()], null)
            .build();
    net.observe();
    MarginSupport support = support(net);
    assertNotNull(support.whyNone());
    assertTrue(support.whyNone().contains(why), support.whyNone());
    assertNull(support.multipliers());
    assertTrue(Absent.is(support.supportVectors()));
    assertTrue(Absent.is(support.residual()));
    assertFalse(SupportMetrics.MARGIN_SUPPORT.evaluate(net, -1, new double[probe.samples()]));
    assertFalse(SupportMetrics.TIED_MARGIN.evaluate(net, -1, new double[probe.samples()]));
  }

  @Test
  void labelsThatAreNoClasses_areLeftOut() {
    double[] x = {1, 2};
    PerSampleLoss two = new Reference.Logistic();
    PerSampleLoss several = new Reference.Softmax();
    doesNotApply(new Probe(2, x, new double[] {1, .5}, null), two, "labels");
    doesNotApply(new Probe(2, x, new double[] {-1, 0}, null), two, "labels");
    doesNotApply(new Probe(2, x, new double[] {1, 1, 0, 1}, null), several, "labels");
    doesNotApply(new Probe(2, x, new double[] {0, 0, 0, 1}, null), several, "labels");
    PerSampleLoss numbers = new Reference.Squared();
    doesNotApply(new Probe(2, x, new double[] {1, -1}, null), numbers, "not one of classification");
  }

  private static SampleArray array(int columns, double... values) {
    return new SampleArray(new int[] {values.length / columns, columns}, values);
  }

  @Test
  void samplesOfWeightZero_areNoConstraints() {
    List<SampleArray> x = List.of(array(1, 1, 2, 3));
    List<SampleArray> two = List.of(array(1, 1, .5, -1));
    List<SampleArray> weights = List.of(array(1, 2, 0, .5));
    MarginConstraints binary = MarginConstraints.of(new Probe(x, two, null, weights, null), 1);
    assertEquals(2, binary.count());
    assertEquals(0, binary.sample(0));
    assertEquals(2, binary.sample(1));
    assertEquals(4, binary.margin(0, new double[] {4, 5, 6}));
    assertEquals(-6, binary.margin(1, new double[] {4, 5, 6}));
    List<SampleArray> several = List.of(array(2, 1, 0, 7, 7, 0, 1));
    MarginConstraints classes = MarginConstraints.of(new Probe(x, several, null, weights, null), 2);
    assertEquals(2, classes.count());
    assertEquals(2, classes.sample(1));
    // Weights of single labels leave no margin of a sample.
    List<SampleArray> perLabel = List.of(array(2, 1, 1, 1, 1, 1, 0));
    assertNull(MarginConstraints.of(new Probe(x, several, null, perLabel, null), 2));
    assertNull(MarginConstraints.of(new Probe(x, two, null, List.of(array(1, 0, 0, 0)), null), 1));
  }

  @Test
  void moreConstraintsThanCanBeSolvedInAMoment_areLeftOut() {
    SplittableRandom random = new SplittableRandom(7);
    doesNotApply(classes(random, 150, 2, 10), new Reference.Softmax(), "too long");
  }

  @Test
  void evaluatingAgain_allocatesNothing() {
    SplittableRandom random = new SplittableRandom(8);
    PlainStack net =
        PlainStack.builder(signs(random, 20, 6, false), new Reference.Logistic(), .1)
            .hidden("a", 10, 0, Reference.gaussians(random, 60), null)
            .output(1, Reference.gaussians(random, 10), null)
            .build();
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long self = Thread.currentThread().getId();
    net.observe();
    MarginSupport support = support(net);
    long least = Long.MAX_VALUE;
    for (int t = 0; t < 100; t++) {
      net.descend();
      net.observe();
      long before = threads.getThreadAllocatedBytes(self);
      support.compute(net);
      least = Math.min(least, threads.getThreadAllocatedBytes(self) - before);
    }
    assertNull(support.whyNone());
    assertEquals(0, least);
  }
}
