package io.github.implicitbias.listener;

/**
 * At which records the parameters are read when the user does not say: in large networks that costs
 * more than all else together.
 */
final class NormCadence {

  private static final int FEW_PARAMETERS = 1 << 14;
  private static final int MANY_PARAMETERS = 1 << 17;

  private NormCadence() {}

  static int records(long parameters) {
    return parameters <= FEW_PARAMETERS ? 1 : parameters <= MANY_PARAMETERS ? 5 : 50;
  }
}
