package io.github.implicitbias.nn.init;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.qr.QRDecompositionHouseholderTran_DDRM;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * Incoming vectors that are orthogonal to each other and have the same norm.
 *
 * <p>With W [units, inputs] the matrix of rows: for units &lt;= inputs, W W^T = scale^2 I, every
 * unit having norm scale; with more units than inputs, where that cannot be, W^T W = scale^2 I: the
 * columns are orthogonal, the layer keeps angles, and the norms of the units are at most scale.
 * Entries of W W^T (or W^T W) are right to a few 1e-15 scale^2, before the weights are rounded to
 * the data type of the network. For convolutions a row is the flattened filter: it is the filters
 * that are orthogonal, not the convolution as a map.
 *
 * <p>W is Haar distributed, uniform among all such matrices: it is Q of the QR decomposition of a
 * matrix of independent normal numbers, its columns multiplied by the signs of the diagonal of R
 * (Mezzadri, Notices of the AMS 54, 2007).
 *
 * <p>Cost: O(units x inputs x min(units, inputs)), on one thread, and two doubles of memory per
 * weight.
 */
public final class OrthonormalWeights extends DrawnWeights {

  private static final long serialVersionUID = 1L;

  @JsonProperty("scale")
  private final double scale;

  /**
   * Creates the initializer.
   *
   * @param scale norm of the rows, or of the columns if there are more units than inputs
   * @throws IllegalArgumentException if the scale is not positive and finite
   */
  public OrthonormalWeights(double scale) {
    this(scale, null);
  }

  private OrthonormalWeights(
      @JsonProperty("scale") double scale, @JsonProperty("seed") @Nullable Long seed) {
    super(seed);
    if (!(scale > 0) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "OrthonormalWeights needs a positive finite scale, not " + scale + ".");
    }
    this.scale = scale;
  }

  @Override
  public OrthonormalWeights withSeed(long seed) {
    return new OrthonormalWeights(scale, seed);
  }

  /**
   * The decomposition is EJML's plain Householder one: one thread, and of {@code Math} only sqrt,
   * which is exact to rounding everywhere, so that the result depends on the draws alone.
   */
  @Override
  void draw(Draws draws, double[] rows, int units, int inputs, double fanIn) {
    int tall = Math.max(units, inputs);
    int narrow = Math.min(units, inputs);
    for (int i = 0; i < rows.length; i++) {
      rows[i] = draws.gaussian();
    }
    QRDecompositionHouseholderTran_DDRM qr = new QRDecompositionHouseholderTran_DDRM();
    qr.decompose(DMatrixRMaj.wrap(tall, narrow, rows));
    DMatrixRMaj column = new DMatrixRMaj(tall, 1);
    for (int k = 0; k < narrow; k++) {
      column.zero();
      column.set(k, 0, Math.signum(qr.getQR().get(k, k)));
      qr.applyQ(column);
      for (int i = 0; i < tall; i++) {
        rows[units > inputs ? i * inputs + k : k * inputs + i] = scale * column.get(i, 0);
      }
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof OrthonormalWeights
        && super.equals(other)
        && Double.compare(scale, ((OrthonormalWeights) other).scale) == 0;
  }

  @Override
  public int hashCode() {
    return 31 * super.hashCode() + Double.hashCode(scale);
  }

  @Override
  public String toString() {
    return "OrthonormalWeights(scale " + scale + (seed() == null ? "" : ", seed " + seed()) + ")";
  }
}
