package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.norm.ScalarProduct;
import java.util.Arrays;

/** Sums up what laws read of a layer: before the update, and what it has added. */
final class LayerSummation implements LayerSums {

  private final StepLayer layer;
  private final boolean bySource;
  private final boolean byColumn;
  private final boolean moves;
  final double[] ww;
  final double[] wg;
  final double[] gg;
  final double[] wv;
  final double[] wd;
  final double[] dd;
  final double[] b;
  final double[] gb;
  final double[] vb;
  final double[] db;
  private final double[][] ofSource = new double[Of.values().length][];
  private final double[][] ofColumn = new double[Column.values().length][];
  private double largestShare;
  private boolean velocityKnown;

  /**
   * Makes the sums of a layer.
   *
   * @param bySource true if sums over the sources are needed
   */
  LayerSummation(StepLayer layer, boolean bySource) {
    this.layer = layer;
    this.bySource = bySource;
    this.byColumn = layer.isOutput();
    UpdateRule.Kind kind = layer.rule().kind();
    this.moves = kind == UpdateRule.Kind.ADAM || kind == UpdateRule.Kind.AMSGRAD;
    int units = layer.units();
    ww = new double[units];
    wg = new double[units];
    gg = new double[units];
    wv = new double[units];
    wd = new double[units];
    dd = new double[units];
    int biases = layer.hasBias() ? units : 0;
    b = new double[biases];
    gb = new double[biases];
    vb = new double[biases];
    db = new double[biases];
    for (int k = 0; k < ofSource.length; k++) {
      ofSource[k] = new double[bySource ? layer.sources() : 0];
    }
    for (int k = 0; k < ofColumn.length; k++) {
      ofColumn[k] = new double[byColumn ? layer.inputs() : 0];
    }
  }

  /** Begins a step. */
  void begin() {
    velocityKnown = true;
    largestShare = 0;
    for (double[] one : ofSource) {
      Arrays.fill(one, 0);
    }
    for (double[] one : ofColumn) {
      Arrays.fill(one, 0);
    }
  }

  /** Adds what is known of a unit before the update. */
  void before(int unit, double[] w, double[] g, double[] v, boolean hasVelocity) {
    int n = layer.inputs();
    ww[unit] = ScalarProduct.of(w, 0, w, 0, n);
    wg[unit] = ScalarProduct.of(w, 0, g, 0, n);
    gg[unit] = ScalarProduct.of(g, 0, g, 0, n);
    wv[unit] = hasVelocity ? ScalarProduct.of(w, 0, v, 0, n) : 0;
    velocityKnown &= hasVelocity;
    if (bySource) {
      add(w, w, source(Of.WW));
      add(w, g, source(Of.WG));
      add(g, g, source(Of.GG));
      if (hasVelocity) {
        add(w, v, source(Of.WV));
      }
    }
    if (byColumn) {
      addTo(w, column(Column.W));
      addSizes(w, column(Column.W_SIZE));
      addTo(g, column(Column.G));
      addSizes(g, column(Column.G_SIZE));
      if (hasVelocity) {
        addTo(v, column(Column.V));
      }
    }
  }

  /**
   * Adds what the update has done to a unit.
   *
   * @param w its weights before
   * @param d what was added
   */
  void after(int unit, double[] w, double[] d) {
    int n = layer.inputs();
    wd[unit] = ScalarProduct.of(w, 0, d, 0, n);
    dd[unit] = ScalarProduct.of(d, 0, d, 0, n);
    if (bySource) {
      add(w, d, source(Of.WD));
      add(d, d, source(Of.DD));
    }
    if (byColumn) {
      addTo(d, column(Column.D));
      addSizes(d, column(Column.D_SIZE));
    }
    if (moves) {
      double decay = layer.rule().decay() * layer.rule().rate();
      largestShare = Math.max(largestShare, move(w, d, n, decay));
    }
  }

  /** Adds what the update has done to the biases. */
  void afterBiases() {
    if (moves) {
      double decay = layer.biasRule().decay() * layer.biasRule().rate();
      largestShare = Math.max(largestShare, move(b, db, b.length, decay));
    }
  }

  /** Returns how far the entry has moved that moved furthest, beyond decay and rounding. */
  private double move(double[] w, double[] d, int n, double decay) {
    double twoUnits = 2 * layer.precision().unit();
    double largest = 0;
    for (int k = 0; k < n; k++) {
      double moved = Math.abs(d[k] + decay * w[k]);
      double tolerance = twoUnits * (Math.abs(w[k]) + Math.abs(w[k] + d[k]));
      largest = Math.max(largest, moved - tolerance);
    }
    return largest;
  }

  private void add(double[] x, double[] y, double[] to) {
    int n = layer.inputs();
    int sources = layer.sources();
    if (sources == n) {
      for (int k = 0; k < n; k++) {
        to[k] += x[k] * y[k];
      }
    } else if (layer.areSourcesLast()) {
      for (int from = 0; from < n; from += sources) {
        for (int c = 0; c < sources; c++) {
          to[c] += x[from + c] * y[from + c];
        }
      }
    } else {
      int span = n / sources;
      for (int c = 0; c < sources; c++) {
        to[c] += ScalarProduct.of(x, c * span, y, c * span, span);
      }
    }
  }

  private static void addTo(double[] x, double[] to) {
    for (int k = 0; k < to.length; k++) {
      to[k] += x[k];
    }
  }

  private static void addSizes(double[] x, double[] to) {
    for (int k = 0; k < to.length; k++) {
      to[k] += Math.abs(x[k]);
    }
  }

  /** Returns true if all that was summed up is finite. */
  boolean areFinite() {
    double sum = 0;
    for (int j = 0; j < ww.length; j++) {
      sum += ww[j] + gg[j] + dd[j];
    }
    for (int j = 0; j < b.length; j++) {
      sum += Math.abs(b[j]) + Math.abs(gb[j]) + Math.abs(db[j]);
    }
    return Double.isFinite(sum);
  }

  @Override
  public double[] squares() {
    return ww;
  }

  @Override
  public double[] weightsTimesGradient() {
    return wg;
  }

  @Override
  public double[] gradientSquares() {
    return gg;
  }

  @Override
  public double[] weightsTimesVelocity() {
    return wv;
  }

  @Override
  public double[] weightsTimesUpdate() {
    return wd;
  }

  @Override
  public double[] updateSquares() {
    return dd;
  }

  @Override
  public double[] biases() {
    return b;
  }

  @Override
  public double[] biasGradient() {
    return gb;
  }

  @Override
  public double[] biasVelocity() {
    return vb;
  }

  @Override
  public double[] biasUpdate() {
    return db;
  }

  @Override
  public boolean isVelocityKnown() {
    return velocityKnown;
  }

  @Override
  public double[] source(Of which) {
    return ofSource[which.ordinal()];
  }

  @Override
  public double[] column(Column which) {
    return ofColumn[which.ordinal()];
  }

  @Override
  public double furthestMove() {
    return largestShare;
  }

  void knowVelocityOfBiases(boolean known) {
    velocityKnown &= known;
  }
}
