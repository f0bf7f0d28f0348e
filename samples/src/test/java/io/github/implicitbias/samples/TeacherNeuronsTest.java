package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.nn.init.Weights;
import io.github.implicitbias.nn.layer.NeuronOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Neurons with bias that learn a neuron, trained in DL4J, against independent reference runs. */
class TeacherNeuronsTest {

  private static final double TEACHER_BIAS = -0.3;
  private static final int ENSEMBLE = 24;

  private static double[][] rows(String file, int count) {
    return ReferenceFile.fields(file).stream()
        .limit(count)
        .map(row -> Arrays.stream(row).mapToDouble(Double::parseDouble).toArray())
        .toArray(double[][]::new);
  }

  private static double label(double[] x) {
    return Math.max(0, x[0] + TEACHER_BIAS);
  }

  private static DataSet data(double[][] x, int columns) {
    double[][] y = new double[x.length][columns];
    for (int i = 0; i < x.length; i++) {
      Arrays.fill(y[i], label(x[i]));
    }
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  /** Returns (1/2n) sum y^2. */
  private static double lossOfZero(double[][] x) {
    return Arrays.stream(x).mapToDouble(row -> label(row) * label(row)).sum() / (2 * x.length);
  }

  private static MultiLayerNetwork network(
      DataType type, double rate, double[][] weights, double bias, Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder().dataType(type).updater(new Sgd(rate)).list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    double[] biases = new double[weights.length];
    Arrays.fill(biases, bias);
    Weights.set(net, 0, weights, biases);
    return net;
  }

  /** Returns 24 neurons before a loss layer, started in the reference's directions. */
  private static MultiLayerNetwork ensemble(DataType type, double rate, double scale, double bias) {
    return ensemble(new LossL2(), type, rate, scale, bias);
  }

  private static MultiLayerNetwork ensemble(
      ILossFunction loss, DataType type, double rate, double scale, double bias) {
    double[][] weights = rows("s3_dirs.csv", ENSEMBLE);
    for (double[] w : weights) {
      for (int j = 0; j < w.length; j++) {
        w[j] *= scale;
      }
    }
    return network(
        type,
        rate,
        weights,
        bias,
        new DenseLayer.Builder().nIn(5).nOut(ENSEMBLE).activation(Activation.RELU).build(),
        new LossLayer.Builder(loss).activation(Activation.IDENTITY).build());
  }

  private static ImplicitBiasListener listen(MultiLayerNetwork net, DataSet data) {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .preset(Preset.STANDARD)
            .schedule(Schedule.everyStep())
            .build();
    net.addListeners(bias);
    return bias;
  }

  private static void fit(MultiLayerNetwork net, DataSet data, int steps) {
    for (int step = 0; step < steps; step++) {
      net.fit(data);
    }
  }

  private static Run train(MultiLayerNetwork net, DataSet data, int steps) {
    ImplicitBiasListener bias = listen(net, data);
    fit(net, data, steps);
    bias.close();
    assertEquals(steps + 1, bias.run().size());
    return bias.run();
  }

  private static RunVerdict verdict(Run run, String id) {
    return run.verdicts().stream().filter(one -> one.id().equals(id)).findAny().orElseThrow();
  }

  private static void is(Verdict.State expected, Run run, String id) {
    RunVerdict verdict = verdict(run, id);
    assertEquals(expected, verdict.state(), () -> verdict + " " + verdict.conditions());
  }

  /** Returns the distance of a neuron from its teacher; parameters are W by units, then b. */
  private static double distance(double[] parameters, int neuron) {
    double sum = Math.pow(parameters[5 * ENSEMBLE + neuron] - TEACHER_BIAS, 2);
    for (int j = 0; j < 5; j++) {
      sum += Math.pow(parameters[5 * neuron + j] - (j == 0 ? 1 : 0), 2);
    }
    return Math.sqrt(sum);
  }

  /** Trains the 24 neurons and compares them with a part of s3_sample.csv. */
  private static Run followSample(
      String start, double scale, double bias, int successes, int steps) {
    double[][] x = rows("s3_data.csv", 500);
    MultiLayerNetwork net = ensemble(DataType.DOUBLE, 0.25, scale, bias);
    DataSet data = data(x, ENSEMBLE);
    ImplicitBiasListener listener = listen(net, data);
    fit(net, data, 1000);
    double[] parameters = net.params().toDoubleVector();
    fit(net, data, steps - 1000);
    listener.close();
    Run run = listener.run();
    List<String[]> reference =
        ReferenceFile.fields("s3_sample.csv").stream()
            .filter(row -> (row[0] + "," + row[1]).equals('"' + start + '"'))
            .collect(Collectors.toList());
    assertEquals(ENSEMBLE, reference.size());
    ActivationPattern last = run.patternAt(1000, "layer0");
    double first = 0;
    double end = 0;
    int learnt = 0;
    for (int k = 0; k < ENSEMBLE; k++) {
      String[] row = reference.get(k);
      first += Double.parseDouble(row[3]);
      end += Double.parseDouble(row[4]);
      learnt += Double.parseDouble(row[4]) < 0.1 ? 1 : 0;
      assertEquals(
          Double.parseDouble(row[6]), distance(parameters, k), 1e-10, start + ", neuron " + k);
      assertEquals(
          Math.round(500 * Double.parseDouble(row[7])), last.activeSamples(k), "neuron " + k);
    }
    assertEquals(successes, learnt);
    // The trained loss is twice the sum of the neurons' F.
    double unit = 2 * lossOfZero(x);
    assertEquals(first * unit, run.value("loss", 0), 1e-12 * first * unit);
    assertEquals(end * unit, run.value("loss", 1000), 1e-9 * end * unit);
    is(Verdict.State.HOLDS, run, "teacherDistanceNeverIncreases");
    is(Verdict.State.HOLDS, run, "lossNeverIncreases");
    is(Verdict.State.HOLDS, run, "deadNeuronsStayDead");
    RunVerdict distance = verdict(run, "teacherDistanceNeverIncreases");
    assertTrue(distance.measured() < 1e-15, distance::toString);
    stepIsOneHalf(distance);
    return run;
  }

  private static void stepIsOneHalf(RunVerdict distance) {
    String conditions = distance.conditions().toString();
    assertTrue(
        conditions.contains(
            "met: the step on the half mean square, of largest curvature 1.00444 is 0.5,"
                + " at most 1.99115"),
        conditions);
  }

  @Test
  void theMeanOverTheOutputs_makesTheStepShorter() {
    double[][] x = rows("s3_data.csv", 500);
    MultiLayerNetwork net = ensemble(new LossMSE(), DataType.DOUBLE, 0.25 * ENSEMBLE, 1e-2, 0);
    Run run = train(net, data(x, ENSEMBLE), 3);
    is(Verdict.State.HOLDS, run, "teacherDistanceNeverIncreases");
    stepIsOneHalf(verdict(run, "teacherDistanceNeverIncreases"));
  }

  @Test
  void fromTheUnitSphere_aboutHalfOfTheNeuronsSucceed_andNoneWasPromisedTo() {
    Run run = followSample("unit,b=0", 1, 0, 11, 1225);
    RunVerdict promise = verdict(run, "lossBelowZeroNeuronSucceeds");
    assertEquals(Verdict.State.NOT_APPLICABLE, promise.state());
    assertEquals("none of 24 neurons starts below the loss of the zero neuron", promise.detail());
    // Neuron 18 waits near the zero neuron, then succeeds at step 1193; every 50th record is
    // judged.
    is(Verdict.State.REACHED, run, "failuresApproachTheZeroNeuron");
    RunVerdict ends = verdict(run, "failuresApproachTheZeroNeuron");
    assertEquals(1200, ends.step());
    assertTrue(ends.measured() <= 1, ends::toString);
    assertTrue(ends.detail().startsWith("12 neurons have learnt, "), ends::toString);
  }

  @Test
  void fromASmallSphere_those22SucceedThatStartBelowTheNeuron0() {
    Run run = followSample("small,b=0", 1e-2, 0, 22, 1000);
    is(Verdict.State.REACHED, run, "lossBelowZeroNeuronSucceeds");
    RunVerdict promise = verdict(run, "lossBelowZeroNeuronSucceeds");
    assertEquals(22, promise.measured());
    assertEquals(22, promise.bound());
    // The last one does at step 599; every tenth record is judged.
    assertEquals(600, promise.step());
    is(Verdict.State.REACHED, run, "failuresApproachTheZeroNeuron");
    assertTrue(
        verdict(run, "failuresApproachTheZeroNeuron")
            .detail()
            .startsWith("22 neurons have learnt, "));
  }

  @Test
  void fromASmallSphereWithAPositiveBias_allSucceed() {
    Run run = followSample("small,b=+rho", 1e-2, 1e-2, 24, 1000);
    is(Verdict.State.REACHED, run, "lossBelowZeroNeuronSucceeds");
    assertEquals(24, verdict(run, "lossBelowZeroNeuronSucceeds").bound());
    is(Verdict.State.REACHED, run, "failuresApproachTheZeroNeuron");
  }

  @Test
  void stepsThatAreTooLong_breakThePromise_andTheProofsDoNotApply() {
    double[][] x = rows("s3_data.csv", 500);
    Run run = train(ensemble(DataType.DOUBLE, 25, 1e-2, 1e-2), data(x, ENSEMBLE), 20);
    is(Verdict.State.VIOLATED, run, "lossBelowZeroNeuronSucceeds");
    is(Verdict.State.NOT_APPLICABLE, run, "teacherDistanceNeverIncreases");
    is(Verdict.State.NOT_APPLICABLE, run, "lossNeverIncreases");
  }

  @Test
  void deadNeurons_areLeftAsTheyAre() {
    double[][] x = rows("s3_data.csv", 500);
    MultiLayerNetwork net = ensemble(DataType.DOUBLE, 0.25, 1, -2);
    double[] before = net.params().toDoubleVector();
    Run run = train(net, data(x, ENSEMBLE), 20);
    assertArrayEquals(before, net.params().toDoubleVector(), 0);
    is(Verdict.State.HOLDS, run, "deadNeuronsStayDead");
    String conditions = verdict(run, "deadNeuronsStayDead").conditions().toString();
    assertTrue(conditions.contains("24 of 24 neurons are dead, 24 of them for all"), conditions);
    RunVerdict ends = verdict(run, "failuresApproachTheZeroNeuron");
    assertEquals("0 neurons have learnt, 24 are dead, 0 fit what they see", ends.detail());
    assertEquals(0, ends.measured());
  }

  @Test
  void inFloat_labelsAreNotExact_andRoundingViolatesNothing() {
    DataSet data = data(rows("s3_data.csv", 500), ENSEMBLE);
    data.setFeatures(data.getFeatures().castTo(DataType.FLOAT));
    data.setLabels(data.getLabels().castTo(DataType.FLOAT));
    Run run = train(ensemble(DataType.FLOAT, 0.25, 1e-2, 0), data, 1000);
    RunVerdict distance = verdict(run, "teacherDistanceNeverIncreases");
    assertEquals(Verdict.State.NOT_APPLICABLE, distance.state());
    assertTrue(
        distance.detail().contains("no single neuron makes the labels: the best on the positive"),
        distance::toString);
    is(Verdict.State.NOT_APPLICABLE, run, "lossBelowZeroNeuronSucceeds");
    is(Verdict.State.HOLDS, run, "lossNeverIncreases");
    is(Verdict.State.HOLDS, run, "deadNeuronsStayDead");
  }

  @Test
  void neuronOutputLayer_withOneColumnOfLabelsForAll_followsTheTrajectories() {
    double[][] x = rows("s3_data.csv", 1000);
    double[][] directions = rows("s3_dirs.csv", 200);
    double[] small = directions[2].clone();
    for (int j = 0; j < 5; j++) {
      small[j] *= 1e-2;
    }
    double[][] weights = {directions[2], directions[120], small};
    List<String> names = List.of("failUnit", "okUnit", "failDirSmall");
    MultiLayerNetwork net =
        network(
            DataType.DOUBLE,
            0.5,
            weights,
            0,
            new NeuronOutputLayer.Builder(Losses.halfMeanSquare())
                .neurons(3)
                .hasBias(true)
                .nIn(5)
                .build());
    Run run = train(net, data(x, 1), 1000);
    double[] losses = new double[1001];
    double[] squares = new double[1001];
    boolean[] known = new boolean[1001];
    int compared = 0;
    for (String[] row : ReferenceFile.fields("s3_traj.csv")) {
      int step = Integer.parseInt(row[1]);
      if (step <= 1000) {
        int k = names.indexOf(row[0]);
        known[step] = true;
        losses[step] += Double.parseDouble(row[8]);
        // normW is without the bias.
        squares[step] +=
            Math.pow(Double.parseDouble(row[11]), 2) + Math.pow(Double.parseDouble(row[7]), 2);
        assertEquals(
            Math.round(1000 * Double.parseDouble(row[13])),
            run.patternAt(step, "layer0").activeSamples(k),
            row[0] + " at step " + step);
        compared++;
      }
    }
    assertEquals(33, compared);
    for (int step = 0; step <= 1000; step++) {
      if (known[step]) {
        assertEquals(losses[step], run.value("loss", step), 1e-10 * losses[step], "step " + step);
        assertEquals(
            Math.sqrt(squares[step]), run.value("parameterNorm", step), 1e-10, "step " + step);
      }
    }
    is(Verdict.State.HOLDS, run, "teacherDistanceNeverIncreases");
    is(Verdict.State.HOLDS, run, "lossNeverIncreases");
    is(Verdict.State.HOLDS, run, "deadNeuronsStayDead");
    // Only the short one starts below the zero neuron.
    is(Verdict.State.REACHED, run, "lossBelowZeroNeuronSucceeds");
    assertEquals(1, verdict(run, "lossBelowZeroNeuronSucceeds").bound());
    is(Verdict.State.REACHED, run, "failuresApproachTheZeroNeuron");
  }
}
