package io.github.implicitbias.core.network;

/** The type of the numbers that parameters are kept in, and how finely it divides. */
public enum Precision {
  /** 16 bits, 11 of them of the number. */
  HALF(0x1p-11, 0x1p-14),
  /** 16 bits, 8 of them of the number. */
  BFLOAT16(0x1p-8, 0x1p-126),
  /** 32 bits, 24 of them of the number. */
  FLOAT(0x1p-24, 0x1p-126),
  /** 64 bits, 53 of them of the number. */
  DOUBLE(0x1p-53, 0x1p-1022);

  private final double unit;
  private final double smallestNormal;

  Precision(double unit, double smallestNormal) {
    this.unit = unit;
    this.smallestNormal = smallestNormal;
  }

  /** Returns the rounding unit: the largest relative error of one rounding. */
  public double unit() {
    return unit;
  }

  /** Returns the smallest positive number that is as precise as larger ones. */
  public double smallestNormal() {
    return smallestNormal;
  }

  /** Returns the one of two with the larger rounding unit. */
  public Precision coarser(Precision other) {
    return other.unit > unit ? other : this;
  }
}
