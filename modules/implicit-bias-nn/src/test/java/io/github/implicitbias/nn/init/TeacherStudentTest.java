package io.github.implicitbias.nn.init;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.nn.Samples;
import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class TeacherStudentTest {

  private static final IActivation RELU = Activation.RELU.getActivationFunction();

  @Test
  void atDistanceZero_theStudentIsTheTeacher_bitForBit() {
    for (DataType type : new DataType[] {DataType.DOUBLE, DataType.FLOAT}) {
      MultiLayerNetwork teacher = Chains.relu(type, true, 3, 4, 2);
      double[] theta = Chains.parameters(teacher);
      MultiLayerNetwork student = Chains.relu(type, true, 3, 4, 2);
      student.params().addi(1);
      new TeacherStudent(teacher, 0).apply(student);
      assertArrayEquals(theta, Chains.parameters(student));
    }
  }

  @Test
  void distance_isTheGivenOne() {
    for (double distance : new double[] {1e-10, 1e-3, 1, 1e3}) {
      MultiLayerNetwork teacher = Chains.relu(DataType.DOUBLE, true, 3, 4, 5, 2);
      MultiLayerNetwork student = Chains.relu(DataType.DOUBLE, true, 3, 4, 5, 2);
      new TeacherStudent(teacher, distance).withSeed(1).apply(student);
      // Each of the 53 differences is off by at most half an ulp of a number of size 1 + distance.
      double rounding = 0x1p-52 * (1 + distance) * 8;
      assertEquals(distance, distance(teacher, student), rounding);
    }
  }

  @Test
  void widerStudent_computesWhatTheTeacherDoes_atDistanceZero() {
    MultiLayerNetwork teacher = Chains.relu(DataType.DOUBLE, true, 3, 2, 4, 2);
    MultiLayerNetwork student = Chains.relu(DataType.DOUBLE, true, 3, 6, 9, 2);
    new TeacherStudent(teacher, 0).apply(student);
    INDArray x = Samples.array(DataType.DOUBLE, Samples.uniform(1, 20, 3));
    assertArrayEquals(
        teacher.output(x).data().asDouble(), student.output(x).data().asDouble(), 1e-15);
    double[][] w = Chains.rows(student, "0_W");
    assertArrayEquals(new double[3], w[5]);
    assertEquals(0, Chains.vector(student, "0_b")[5]);
    assertEquals(0, Chains.rows(student, "2_W")[0][8]);
  }

  @Test
  void studentsOwnBias_isAtZeroBeforeThePerturbation() {
    MultiLayerNetwork teacher = Chains.relu(DataType.DOUBLE, false, 3, 2, 1);
    MultiLayerNetwork student = Chains.relu(DataType.DOUBLE, true, 3, 2, 1);
    new TeacherStudent(teacher, 0).apply(student);
    assertArrayEquals(new double[2], Chains.vector(student, "0_b"));
    assertArrayEquals(Chains.rows(teacher, "0_W"), Chains.rows(student, "0_W"));
    Exception e =
        assertThrows(
            IllegalArgumentException.class, () -> new TeacherStudent(student, 0).apply(teacher));
    assertTrue(e.getMessage().contains("hasBias(true)"), e.getMessage());
  }

  @Test
  void perturbation_isUniformOnTheSphere_biasesIncluded_andAMutantIsNoticed() {
    int many = 2_000;
    double[] zero = {0};
    TeacherStudent init =
        new TeacherStudent(new double[][][] {{{0, 0, 0, 0}}}, new double[][] {zero}, 2);
    MultiLayerNetwork net = Chains.of(DataType.DOUBLE, Chains.output(4, 1, true));
    double[] weight = new double[many];
    double[] bias = new double[many];
    double[] wrong = new double[many];
    for (int k = 0; k < many; k++) {
      init.withSeed(k).apply(net);
      double[] theta = Chains.parameters(net);
      assertEquals(2, SumOfSquares.of(theta, 0, 5).root(), 4e-15);
      weight[k] = theta[1] * theta[1] / 4;
      bias[k] = theta[4] * theta[4] / 4;
      wrong[k] = weight[k] / (1 - bias[k]);
    }
    KolmogorovSmirnovTest test = new KolmogorovSmirnovTest();
    BetaDistribution law = new BetaDistribution(0.5, 2);
    double critical = 1.63 / Math.sqrt(many);
    assertTrue(test.kolmogorovSmirnovStatistic(law, weight) < critical);
    assertTrue(test.kolmogorovSmirnovStatistic(law, bias) < critical);
    assertTrue(
        test.kolmogorovSmirnovStatistic(law, wrong) > critical,
        "a sphere without the bias would be noticed");
  }

  @Test
  void plainArrays_areTheNetworkTheyDescribe() {
    MultiLayerNetwork teacher = Chains.relu(DataType.DOUBLE, true, 3, 2, 1);
    TeacherStudent fromArrays =
        new TeacherStudent(
            new double[][][] {Chains.rows(teacher, "0_W"), Chains.rows(teacher, "1_W")},
            new double[][] {Chains.vector(teacher, "0_b"), Chains.vector(teacher, "1_b")},
            0.5);
    assertEquals(new TeacherStudent(teacher, 0.5), fromArrays);
    assertEquals(new TeacherStudent(teacher.toComputationGraph(), 0.5), fromArrays);
  }

  @Test
  void laterTrainingOfTheTeacher_doesNotReachTheInitializer() {
    MultiLayerNetwork teacher = Chains.relu(DataType.DOUBLE, true, 3, 2, 1);
    TeacherStudent init = new TeacherStudent(teacher, 0);
    double[] theta = Chains.parameters(teacher);
    teacher.params().addi(1);
    MultiLayerNetwork student = Chains.relu(DataType.DOUBLE, true, 3, 2, 1);
    init.apply(student);
    assertArrayEquals(theta, Chains.parameters(student));
  }

  @Test
  void fixedLayers_stayAndMustEqualTheTeachers() {
    FixedSignOutputLayer fixed =
        new FixedSignOutputLayer.Builder(Losses.meanSquare()).nIn(4).nOut(1).build();
    MultiLayerNetwork teacher =
        Chains.of(DataType.DOUBLE, Chains.dense(3, 4, true, RELU), fixed.clone());
    MultiLayerNetwork student =
        Chains.of(DataType.DOUBLE, Chains.dense(3, 4, true, RELU), fixed.clone());
    new TeacherStudent(teacher, 0.25).withSeed(1).apply(student);
    assertEquals(0.25, distance(teacher, student), 1e-15);
    assertArrayEquals(Chains.rows(teacher, "1_W"), Chains.rows(student, "1_W"));
    MultiLayerNetwork trained = Chains.relu(DataType.DOUBLE, false, 3, 4, 1);
    refused("fixed or frozen", new TeacherStudent(trained, 0.25), student);
    MultiLayerNetwork frozen =
        Chains.of(
            DataType.DOUBLE,
            new FrozenLayerWithBackprop(Chains.dense(3, 4, false, RELU)),
            Chains.output(4, 1, false));
    new TeacherStudent(frozen, 0.5).withSeed(1).apply(frozen.clone());
    refused("fixed or frozen", new TeacherStudent(shifted(frozen), 0.5), frozen);
  }

  @Test
  void teachersThatDoNotFit_areRefused_andNothingIsWritten() {
    TeacherStudent teacher = new TeacherStudent(Chains.relu(DataType.DOUBLE, true, 3, 4, 2), 1);
    refused("same number", teacher, Chains.relu(DataType.DOUBLE, true, 3, 4, 4, 2));
    refused("same inputs", teacher, Chains.relu(DataType.DOUBLE, true, 4, 4, 2));
    refused("same inputs", teacher, Chains.relu(DataType.DOUBLE, true, 3, 4, 3));
    refused("hidden units", teacher, Chains.relu(DataType.DOUBLE, true, 3, 3, 2));
    double[][][] w = {{{1, 2}}, {{3}}};
    double[][] none = {null, null};
    for (double distance : new double[] {-1, Double.NaN, 1 / 0.0}) {
      assertThrows(IllegalArgumentException.class, () -> new TeacherStudent(w, none, distance));
    }
    double[][][] chain = {{{1, 2}}, {{3, 4}}};
    double[][][] ragged = {{{1, 2}, {3}}};
    double[][][] infinite = {{{1, 1 / 0.0}}};
    bad(chain, none);
    bad(ragged, new double[][] {null});
    bad(infinite, new double[][] {null});
    bad(w, new double[][] {null});
    bad(w, new double[][] {{1, 2}, null});
    bad(w, new double[][] {{Double.NaN}, null});
    bad(w, null);
    bad(null, none);
    bad(new double[][][] {}, new double[][] {});
  }

  private static void bad(double[][][] weights, double[][] biases) {
    assertThrows(IllegalArgumentException.class, () -> new TeacherStudent(weights, biases, 1));
  }

  private static void refused(String sentence, TeacherStudent init, MultiLayerNetwork student) {
    double[] before = Chains.parameters(student);
    Exception e = assertThrows(IllegalArgumentException.class, () -> init.apply(student));
    assertTrue(e.getMessage().contains(sentence), e.getMessage());
    assertArrayEquals(before, Chains.parameters(student));
  }

  private static MultiLayerNetwork shifted(MultiLayerNetwork net) {
    MultiLayerNetwork shifted = net.clone();
    shifted.params().addi(1);
    return shifted;
  }

  private static double distance(MultiLayerNetwork one, MultiLayerNetwork other) {
    double[] a = Chains.parameters(one);
    double[] b = Chains.parameters(other);
    for (int i = 0; i < a.length; i++) {
      a[i] -= b[i];
    }
    return SumOfSquares.of(a, 0, a.length).root();
  }
}
