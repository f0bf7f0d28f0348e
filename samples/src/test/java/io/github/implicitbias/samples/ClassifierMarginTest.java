package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.support.SupportMetrics;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * Margins, normalised margins, KKT residual and margin support of ordinary classifiers, against a
 * computation that shares nothing with the library: outputs from DL4J, gradients written out,
 * multipliers by coordinate descent. There are few samples and many units, since otherwise several
 * sets of multipliers may give the same residual.
 */
class ClassifierMarginTest {

  private static final int STEPS = 300;
  private static final int HIDDEN = 20;

  private double[][] x;
  private int[] classes;

  /** Takes samples of the first few classes, centred, so many of each, all different. */
  private void take(int kinds, int each) {
    List<double[]> rows = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    int[] taken = new int[3];
    for (DataSet sample : Iris.samples()) {
      int label = Nd4j.argMax(sample.getLabels(), 1).getInt(0);
      double[] row = sample.getFeatures().castTo(DataType.DOUBLE).toDoubleVector();
      double[] centred = {row[0] - 5.8, row[1] - 3, row[2] - 3.7, row[3] - 1.2};
      boolean known = rows.stream().anyMatch(other -> Arrays.equals(other, centred));
      if (label < kinds && taken[label] < each && !known) {
        rows.add(centred);
        labels.add(label);
        taken[label]++;
      }
    }
    x = rows.toArray(new double[0][]);
    classes = labels.stream().mapToInt(Integer::intValue).toArray();
    assertEquals(kinds * each, x.length);
  }

  private MultiLayerNetwork network(OutputLayer.Builder output, int outputs) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(x[0].length)
                        .nOut(HIDDEN)
                        .hasBias(false)
                        .activation(Activation.RELU)
                        .build())
                .layer(output.nIn(HIDDEN).nOut(outputs).hasBias(false).build())
                .build());
    net.init();
    return net;
  }

  private static Run train(MultiLayerNetwork net, DataSet data) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .preset(Preset.FULL)
            .metric(SupportMetrics.KKT_RESIDUAL)
            .schedule(Schedule.everyStep())
            .build();
    net.addListeners(bias);
    for (int step = 0; step < STEPS; step++) {
      net.fit(data);
    }
    bias.close();
    return bias.run();
  }

  @Test
  void twoClasses() {
    take(2, 10);
    double[] y = Arrays.stream(classes).mapToDouble(label -> label == 1 ? 1 : -1).toArray();
    MultiLayerNetwork net =
        network(new OutputLayer.Builder(Losses.logistic()).activation(Activation.IDENTITY), 1);
    DataSet data =
        new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y).reshape('f', y.length, 1));
    Run run = train(net, data);
    INDArray f = net.output(data.getFeatures());
    List<double[]> gradients = new ArrayList<>();
    double[] margins = new double[y.length];
    int[] samples = new int[y.length];
    for (int i = 0; i < y.length; i++) {
      margins[i] = y[i] * f.getDouble(i, 0);
      samples[i] = i;
      gradients.add(gradient(net, x[i], new double[] {y[i]}));
    }
    assertTrue(Arrays.stream(margins).min().getAsDouble() > 0, Arrays.toString(margins));
    agree(run, net, margins, samples, gradients);
  }

  @Test
  void threeClasses() {
    take(3, 5);
    severalClasses(3);
  }

  private static final String[] GLYPHS = {
    " ### #   ##   ##   ##   ##   # ### ",
    "  #   ##    #    #    #    #   ### ",
    " ### #   #    #   #   #   #   #####",
    " ### #   #    #  ##     ##   # ### ",
    "   #   ##  # # #  # #####   #    # ",
    "######    ####     #    ##   # ### ",
    " ### #    #    #### #   ##   # ### ",
    "#####    #   #   #   #    #    #   ",
    " ### #   ##   # ### #   ##   # ### ",
    " ### #   ##   # ####    #    # ### "
  };

  /** Digits of 5 x 7 points, drawn with noise. */
  @Test
  void tenDigits() {
    SplittableRandom random = new SplittableRandom(5);
    x = new double[2 * GLYPHS.length][35];
    classes = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      classes[i] = i % GLYPHS.length;
      for (int k = 0; k < 35; k++) {
        double ink = GLYPHS[classes[i]].charAt(k) == '#' ? 1 : 0;
        x[i][k] = ink - 0.4 + 0.3 * (random.nextDouble() - 0.5);
      }
    }
    severalClasses(GLYPHS.length);
  }

  private void severalClasses(int kinds) {
    double[][] y = new double[x.length][kinds];
    for (int i = 0; i < x.length; i++) {
      y[i][classes[i]] = 1;
    }
    MultiLayerNetwork net =
        network(new OutputLayer.Builder(new LossMCXENT()).activation(Activation.SOFTMAX), kinds);
    DataSet data = new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
    Run run = train(net, data);
    INDArray p = net.output(data.getFeatures());
    List<double[]> gradients = new ArrayList<>();
    double[] margins = new double[(kinds - 1) * x.length];
    int[] samples = new int[(kinds - 1) * x.length];
    for (int i = 0; i < x.length; i++) {
      for (int other = 0; other < kinds; other++) {
        if (other != classes[i]) {
          int c = gradients.size();
          samples[c] = i;
          margins[c] = Math.log(p.getDouble(i, classes[i])) - Math.log(p.getDouble(i, other));
          double[] direction = new double[kinds];
          direction[classes[i]] = 1;
          direction[other] = -1;
          gradients.add(gradient(net, x[i], direction));
        }
      }
    }
    agree(run, net, margins, samples, gradients);
  }

  /** The derivative of a combination of outputs at a sample by all weights. */
  private static double[] gradient(MultiLayerNetwork net, double[] sample, double[] direction) {
    INDArray first = net.getParam("0_W");
    INDArray second = net.getParam("1_W");
    int inputs = sample.length;
    double[] gradient = new double[HIDDEN * (inputs + direction.length)];
    for (int j = 0; j < HIDDEN; j++) {
      double z = 0;
      for (int k = 0; k < inputs; k++) {
        z += first.getDouble(k, j) * sample[k];
      }
      double above = 0;
      for (int o = 0; o < direction.length; o++) {
        above += second.getDouble(j, o) * direction[o];
        gradient[inputs * HIDDEN + j * direction.length + o] = direction[o] * Math.max(0, z);
      }
      for (int k = 0; k < inputs; k++) {
        gradient[j * inputs + k] = z > 0 ? above * sample[k] : 0;
      }
    }
    return gradient;
  }

  /** The weights in the order of {@link #gradient}. */
  private static double[] parameters(MultiLayerNetwork net) {
    INDArray first = net.getParam("0_W");
    INDArray second = net.getParam("1_W");
    int outputs = (int) second.size(1);
    int inputs = (int) first.size(0);
    double[] theta = new double[HIDDEN * (inputs + outputs)];
    for (int k = 0; k < theta.length; k++) {
      int l = k - inputs * HIDDEN;
      theta[k] =
          l < 0
              ? first.getDouble(k % inputs, k / inputs)
              : second.getDouble(l / outputs, l % outputs);
    }
    return theta;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  private static void agree(
      Run run, MultiLayerNetwork net, double[] margins, int[] samples, List<double[]> gradients) {
    double[] theta = parameters(net);
    double squared = dot(theta, theta);
    double smallest = Arrays.stream(margins).min().getAsDouble();
    assertEquals(smallest, run.value("minMargin", STEPS), 1e-9);
    assertEquals(smallest / squared, run.value("normalizedMargin", STEPS), 1e-9);
    double[] twice = Arrays.stream(margins).map(q -> 2 * q).toArray();
    double[] lambda = multipliers(gradients, twice);
    double[] rest = theta.clone();
    for (int c = 0; c < lambda.length; c++) {
      for (int k = 0; k < rest.length; k++) {
        rest[k] -= lambda[c] * gradients.get(c)[k];
      }
    }
    double residual = Math.sqrt(dot(rest, rest) / squared);
    assertEquals(residual, run.value("kktResidual", STEPS), 1e-9);
    double[] ones = new double[margins.length];
    Arrays.fill(ones, 1);
    lambda = multipliers(gradients, ones);
    double[] phi = new double[theta.length];
    double[] perSample = new double[samples[samples.length - 1] + 1];
    for (int c = 0; c < lambda.length; c++) {
      perSample[samples[c]] += lambda[c];
      for (int k = 0; k < phi.length; k++) {
        phi[k] += lambda[c] * gradients.get(c)[k];
      }
    }
    // The derivative of a margin by the weights, times the weights, is twice the margin.
    double efficiency = 2 * smallest * Math.sqrt(dot(phi, phi) / squared);
    assertEquals(efficiency, run.value("marginEfficiency", STEPS), 1e-8);
    assertTrue(efficiency > 0.1 && efficiency < 1, "efficiency " + efficiency);
    assertEquals(1, run.value("marginUnique", STEPS));
    double[] recorded = run.sampleValues("marginSupport", STEPS);
    double largest = Arrays.stream(perSample).max().getAsDouble();
    int support = 0;
    for (int i = 0; i < perSample.length; i++) {
      assertEquals(perSample[i], recorded[i], 1e-6 * largest, "sample " + i);
      support += perSample[i] > 1e-6 * largest ? 1 : 0;
    }
    assertEquals(support, run.value("supportVectors", STEPS));
    assertTrue(support > 0 && support < perSample.length, support + " support vectors");
  }

  /** Minimises 1/2 norm(sum lambda_c g_c)^2 - lambda . right over lambda >= 0. */
  private static double[] multipliers(List<double[]> gradients, double[] right) {
    int n = right.length;
    double[] lambda = new double[n];
    double[] sum = new double[gradients.get(0).length];
    double most = 1;
    for (int sweep = 0; sweep < 1_000_000 && most > 1e-12; sweep++) {
      most = 0;
      for (int c = 0; c < n; c++) {
        double[] g = gradients.get(c);
        double squared = dot(g, g);
        double next =
            squared == 0 ? 0 : Math.max(0, lambda[c] + (right[c] - dot(g, sum)) / squared);
        double change = next - lambda[c];
        lambda[c] = next;
        most = Math.max(most, Math.abs(change));
        for (int k = 0; k < sum.length && change != 0; k++) {
          sum[k] += change * g[k];
        }
      }
    }
    return lambda;
  }
}
