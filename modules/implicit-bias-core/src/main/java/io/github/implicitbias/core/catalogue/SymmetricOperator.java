package io.github.implicitbias.core.catalogue;

/** A symmetric matrix, known by what it does to a vector. */
interface SymmetricOperator {

  /** Writes A x; both arrays are of the order of the matrix. */
  void apply(double[] x, double[] into);
}
