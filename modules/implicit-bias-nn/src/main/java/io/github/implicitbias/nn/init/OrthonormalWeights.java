package io.github.implicitbias.nn.init;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.qr.QRDecompositionHouseholderTran_DDRM;
import org.jspecify.annotations.Nullable;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** What {@link Weights#orthonormal} describes. */
final class OrthonormalWeights extends DrawnWeights {

  private static final long serialVersionUID = 1L;

  @JsonProperty("scale")
  private final double scale;

  OrthonormalWeights(double scale) {
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
