package io.github.implicitbias.nn.activation;

import static io.github.implicitbias.nn.Samples.column;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ExactLeakyReLUTest {

  private static final double[] Z = {-1e3, -1, -1e-3, -Double.MIN_VALUE, -0.0, 0, 1e-9, 0.1, 7};
  private static final double[] SLOPES = {0, 0.01, 0.1, 0.3, 1.0 / 3, 0.5, 0.9, 1 - 1e-16, 1};

  @Test
  void forwardAndDerivative_areExactInDouble_forEverySlope() {
    for (double alpha : SLOPES) {
      ExactLeakyReLU phi = new ExactLeakyReLU(alpha);
      INDArray activations = phi.getActivation(column(DataType.DOUBLE, Z), true);
      INDArray derivative = phi.backprop(column(DataType.DOUBLE, Z), ones()).getFirst();
      for (int i = 0; i < Z.length; i++) {
        assertEquals(Z[i] > 0 ? Z[i] : alpha * Z[i], activations.getDouble(i, 0), 0.0);
        assertEquals(Z[i] > 0 ? 1 : alpha, derivative.getDouble(i, 0), 0.0);
      }
    }
  }

  @Test
  void inFloat_theSlopeIsRoundedOnce() {
    ExactLeakyReLU phi = new ExactLeakyReLU(0.3);
    INDArray derivative =
        phi.backprop(column(DataType.FLOAT, -1, 0, 2), column(DataType.FLOAT, 1, 1, 1)).getFirst();
    assertArrayEquals(new float[] {0.3f, 0.3f, 1f}, derivative.toFloatVector());
    INDArray activations = phi.getActivation(column(DataType.FLOAT, -1, 0, 2), true);
    assertArrayEquals(new float[] {-0.3f, 0f, 2f}, activations.toFloatVector());
    assertEquals(DataType.FLOAT, activations.dataType());
  }

  @Test
  void atTheKink_theDerivativeIsTheSlope_whileTheStockOneIsOne() {
    INDArray zero = column(DataType.DOUBLE, 0);
    INDArray one = column(DataType.DOUBLE, 1);
    assertEquals(0.5, new ExactLeakyReLU(0.5).backprop(zero.dup(), one).getFirst().getDouble(0));
    assertEquals(1, new ActivationLReLU(0.5).backprop(zero.dup(), one).getFirst().getDouble(0));
  }

  @Test
  void sign_isPreserved_andTheKinkDeclared() {
    for (double alpha : SLOPES) {
      ExactLeakyReLU phi = new ExactLeakyReLU(alpha);
      INDArray activations = phi.getActivation(column(DataType.DOUBLE, Z), true);
      for (int i = 0; i < Z.length; i++) {
        assertEquals(Z[i] > 0, activations.getDouble(i, 0) > 0);
      }
      assertTrue(phi.preservesSign());
      assertEquals(alpha < 1, phi.hasKink());
    }
  }

  @Test
  void backward_multipliesByEpsilon_inAnyLayout() {
    double[][] z = {{-1, 2, -3}, {4, -5, 6}};
    double[][] epsilon = {{1, 2, 3}, {-4, 5, -6}};
    double[][] expected = {{0.25, 2, 0.75}, {-4, 1.25, -6}};
    for (char zOrder : new char[] {'c', 'f'}) {
      for (char epsilonOrder : new char[] {'c', 'f'}) {
        INDArray result =
            new ExactLeakyReLU(0.25)
                .backprop(
                    Nd4j.createFromArray(z).dup(zOrder),
                    Nd4j.createFromArray(epsilon).dup(epsilonOrder))
                .getFirst();
        assertEquals(Nd4j.createFromArray(expected), result);
      }
    }
  }

  @Test
  void anyShapeLayoutAndView_isWorkedOnInPlace() {
    Layouts.check(new ExactLeakyReLU(0.25));
    Layouts.check(new ExactLeakyReLU(0));
    Layouts.check(new ExactLeakyReLU(1));
  }

  @Test
  void epsilon_isNotOverwritten() {
    INDArray epsilon = column(DataType.DOUBLE, 3, 4);
    new ExactLeakyReLU(0.5).backprop(column(DataType.DOUBLE, -1, 1), epsilon);
    assertEquals(column(DataType.DOUBLE, 3, 4), epsilon);
  }

  @Test
  void nanStaysNan_andInfinityInfinite() {
    INDArray z = column(DataType.DOUBLE, Double.NaN, Double.POSITIVE_INFINITY, -1 / 0.0);
    INDArray activations = new ExactLeakyReLU(0.5).getActivation(z, true);
    assertTrue(Double.isNaN(activations.getDouble(0, 0)));
    assertEquals(Double.POSITIVE_INFINITY, activations.getDouble(1, 0));
    assertEquals(Double.NEGATIVE_INFINITY, activations.getDouble(2, 0));
  }

  @Test
  void slopesOutsideZeroToOne_areRefused() {
    for (double alpha : new double[] {-0.1, 1.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      Exception e = assertThrows(IllegalArgumentException.class, () -> new ExactLeakyReLU(alpha));
      assertTrue(e.getMessage().contains("from 0"));
    }
  }

  @Test
  void equality_isThatOfTheSlope() {
    assertEquals(new ExactLeakyReLU(0.3), new ExactLeakyReLU(0.3));
    assertEquals(new ExactLeakyReLU(0.3).hashCode(), new ExactLeakyReLU(0.3).hashCode());
    assertNotEquals(new ExactLeakyReLU(0.3), new ExactLeakyReLU((float) 0.3));
    assertEquals("ExactLeakyReLU(0.3)", new ExactLeakyReLU(0.3).toString());
    assertFalse(new ExactLeakyReLU(0.3).equals(null));
  }

  private static INDArray ones() {
    return Nd4j.ones(DataType.DOUBLE, Z.length, 1);
  }
}
