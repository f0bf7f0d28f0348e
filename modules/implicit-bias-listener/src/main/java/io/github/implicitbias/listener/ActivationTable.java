package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.ExposesPreActivation;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * ND4J's activation functions, a row for each: has it a kink at 0, does it keep the sign, what is
 * its slope below 0 and at 0. One that is not in the table has no kink and keeps no sign.
 */
final class ActivationTable {

  /** What is known of one activation function, with its parameters. */
  private static final class Row {
    final boolean kink;
    final boolean keepsSign;
    final double below;
    final double atZero;

    Row(boolean kink, boolean keepsSign, double below, double atZero) {
      this.kink = kink;
      this.keepsSign = keepsSign;
      this.below = below;
      this.atZero = atZero;
    }
  }

  private interface RowOf {
    Row of(IActivation activation);
  }

  private static final Row UNKNOWN = new Row(false, false, Double.NaN, Double.NaN);
  private static final Map<Class<?>, RowOf> ROWS = new HashMap<>();

  static {
    Row curved = new Row(false, true, Double.NaN, Double.NaN);
    Row kinkedButCurved = new Row(true, true, Double.NaN, Double.NaN);
    ROWS.put(ActivationIdentity.class, any -> new Row(false, true, 1, 1));
    ROWS.put(ActivationReLU.class, any -> rectifier((ActivationReLU) any));
    ROWS.put(ActivationLReLU.class, any -> leaky(((ActivationLReLU) any).getAlpha()));
    ROWS.put(ActivationReLU6.class, any -> kinkedButCurved);
    ROWS.put(ActivationRReLU.class, any -> new Row(true, false, Double.NaN, Double.NaN));
    ROWS.put(ActivationTanH.class, any -> curved);
    ROWS.put(ActivationHardTanH.class, any -> curved);
    ROWS.put(ActivationSoftSign.class, any -> curved);
    ROWS.put(ActivationELU.class, any -> curved);
    ROWS.put(ActivationSELU.class, any -> curved);
  }

  private ActivationTable() {}

  private static Row leaky(double alpha) {
    return new Row(true, alpha >= 0, alpha, 1);
  }

  /** With a threshold or a slope DL4J takes another kernel, whose derivative at 0 is 1. */
  private static Row rectifier(ActivationReLU relu) {
    double slope = orZero(relu.getNegativeSlope());
    boolean atZero = orZero(relu.getThreshold()) == 0;
    boolean keepsSign = atZero && slope >= 0 && (relu.getMax() == null || relu.getMax() > 0);
    double below = atZero && relu.getMax() == null ? slope : Double.NaN;
    boolean other = relu.getNegativeSlope() != null || relu.getThreshold() != null;
    return new Row(atZero, keepsSign, below, other ? 1 : below);
  }

  private static double orZero(Double value) {
    return value == null ? 0 : value;
  }

  private static Row row(IActivation activation) {
    if (activation instanceof ExposesPreActivation) {
      ExposesPreActivation known = (ExposesPreActivation) activation;
      double below = known.negativeSlope();
      return new Row(known.hasKink(), known.preservesSign(), below, below);
    }
    Class<?> kind = activation == null ? null : activation.getClass();
    for (Class<?> type = kind; type != null; type = type.getSuperclass()) {
      RowOf row = ROWS.get(type);
      if (row != null) {
        return row.of(activation);
      }
    }
    return UNKNOWN;
  }

  /** Returns true if layers with this activation are tracked without being asked for. */
  static boolean hasKinkAtZero(IActivation activation) {
    return row(activation).kink;
  }

  /** Returns true if the output is greater than 0 exactly when the pre-activation is. */
  static boolean keepsSign(IActivation activation) {
    return row(activation).keepsSign;
  }

  /**
   * Returns the slope below 0 of a function that is piecewise linear with slope 1 above 0; NaN for
   * every other.
   */
  static double slopeBelow(IActivation activation) {
    return row(activation).below;
  }

  /** Returns the derivative at 0 that DL4J takes; NaN as {@link #slopeBelow}. */
  static double slopeAtZero(IActivation activation) {
    return row(activation).atZero;
  }
}
