package io.github.implicitbias.core.support;

import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Price;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ScaledSum;
import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The span coefficients of the first layer of a stack of dense layers: beta with w_t - w_0 = X^T
 * beta for each of its units, w_0 being the weights at the first record.
 *
 * <p>A bias is the weight of an input of 1 and has the same coefficients. They are found in one of
 * two ways, and {@link #isAccumulated} says which:
 *
 * <ul>
 *   <li>added up along the training, exact but for rounding, under full-batch plain gradient
 *       descent in networks of one or two layers, while every step is observed and there are at
 *       most 10^5 of them. These are the coefficients that the training has given to the samples,
 *       also where others give the same weights;
 *   <li>by least squares on w_t - w_0 otherwise, of smallest norm if the rank of X is below the
 *       number of samples, see {@link SpanBasis}.
 * </ul>
 *
 * <p>{@link #residual} certifies both: ||dW - B X|| / ||dW||, Frobenius norms. An accumulation
 * whose residual exceeds 10^-3 is given up, since then the steps were not what the configuration
 * says; that is looked at as often as the residual is recorded, whether it is recorded or not.
 * Nothing is found if X is so large that its decomposition would hold up training, see {@link
 * #whyNone}; then use {@link SpanBasis} after the run.
 *
 * <p>Cost: O(units x samples x outputs) per record while accumulated, O(units x rank x (samples +
 * inputs) + units x samples x inputs) per evaluation by least squares.
 */
public final class SpanCoefficients implements Shared {

  /** What those who ask for it need. */
  public static final Needs NEEDS =
      Needs.everyRecord(SpanCoefficients.class, SpanCoefficients::new, SpanCoefficients::price)
          .and(Needs.FULL_BATCH);

  /** The greatest number of coefficients that are kept, and accumulated. */
  public static final int MAX_ENTRIES = 100_000;

  private static final double MAX_DECOMPOSITION = 1e8;
  private static final double QUICK = 1e6;
  private static final double GIVE_UP = 1e-3;

  private boolean started;
  private @Nullable SpanAccumulator accumulator;
  private @Nullable String whyNotAccumulated;
  private @Nullable String whyNone;
  private @Nullable String whyNoBasis;
  private @Nullable SpanBasis basis;
  private double[] firstWeights = {};
  private double @Nullable [] firstBiases;
  private Cadence certifying = Cadence.onDemand();
  private long record;
  private int units;
  private int samples;
  private int inputs;
  private double @Nullable [] beta;
  private double[] row = {};
  private double[] change = {};
  private final ScaledSum whole = new ScaledSum();
  private final ScaledSum left = new ScaledSum();
  private double[] norms = {};
  private @Nullable Observation observation;
  private long firstStep;
  private long step = -1;
  private long foundAt = -1;
  private long certifiedAt = -1;
  private double residual = Absent.VALUE;

  /** Makes the coefficients of a run before its first record. */
  public SpanCoefficients() {}

  private static Price price(Dimensions d, NetworkView network) {
    if (!network.isStack() || network.layers() == 0) {
      return Price.FREE;
    }
    WeightLayer first = network.layer(0);
    double weights = (double) first.units() * first.inputs();
    double entries = (double) d.samples() * first.inputs();
    return Price.ofWeights(network)
        .and(Price.of("inputs", 4 * entries, 8 * entries))
        .and(Price.of(SpanCoefficients.class, 4 * weights, 8 * weights));
  }

  @Override
  public void startLate() {
    started = true;
    whyNone = "the first record was left without them, because they were too dear there";
    whyNotAccumulated = whyNone;
  }

  @Override
  public Needs needs() {
    return NEEDS;
  }

  @Override
  public void compute(Observation now) {
    observation = now;
    NetworkView network = now.network();
    if (!started) {
      started = true;
      start(now, network);
    } else if (accumulator != null) {
      String why =
          now.step() != step + 1
              ? "step " + (step + 1) + " was not observed"
              : !accumulator.isPending()
                  ? "the pattern of the first layer is not known"
                  : SpanAccumulator.whyNot(now);
      if (why == null) {
        accumulator.advance();
        accumulator.keep(now);
      } else {
        giveUp(why);
      }
    }
    step = now.step();
    if (record > 0 && accumulator != null && certifying.isDue(record)) {
      certify();
    }
    record++;
  }

  private void certify() {
    certifyAccumulated();
    if (!Absent.is(residual) && !(residual <= GIVE_UP)) {
      giveUp("the accumulated coefficients miss the weights by " + residual);
      foundAt = -1;
      certifiedAt = -1;
    }
  }

  private void start(Observation now, NetworkView network) {
    firstStep = now.step();
    samples = now.probe().samples();
    if (!network.isStack() || network.layers() == 0) {
      whyNone = network.whyNoStack();
      whyNotAccumulated = whyNone;
      return;
    }
    WeightLayer first = network.layer(0);
    firstWeights = first.weights().clone();
    double[] b = first.hasBias() ? first.biases() : null;
    firstBiases = b == null ? null : b.clone();
    units = first.units();
    inputs = Extended.inputs(first);
    norms = new double[samples];
    row = new double[samples];
    change = new double[inputs];
    whyNoBasis = whyNoBasis(first);
    certifying = Cadence.ofWork(leastSquaresWork(network, now.probe().inputs()));
    whyNotAccumulated = SpanAccumulator.whyNot(now);
    accumulator = SpanAccumulator.of(now);
    if (accumulator != null) {
      accumulator.keep(now);
      beta = accumulator.beta();
    } else if ((long) units * samples <= MAX_ENTRIES) {
      beta = new double[units * samples];
    }
  }

  /** Returns why there can be no least squares; null if there can. */
  private @Nullable String whyNoBasis(WeightLayer first) {
    if (decomposition() > MAX_DECOMPOSITION) {
      return samples + " samples of " + inputs + " inputs take too long to decompose";
    }
    double[] x = first.inputActivations();
    if (x == null) {
      return "the inputs of the first layer are not known";
    }
    for (int k = 0; k < x.length; k++) {
      if (!Double.isFinite(x[k])) {
        return "sample " + k / first.inputs() + " has an entry that is not finite";
      }
    }
    return null;
  }

  private void giveUp(String why) {
    whyNotAccumulated = why;
    accumulator = null;
  }

  /** Returns true if the coefficients at the present record were added up along the training. */
  public boolean isAccumulated() {
    return accumulator != null;
  }

  /** Returns why the coefficients are not accumulated; null if they are. */
  public @Nullable String whyNotAccumulated() {
    return accumulator != null ? null : whyNotAccumulated;
  }

  /** Returns why there are no coefficients; null if there are. */
  public @Nullable String whyNone() {
    if (accumulator != null || whyNone != null) {
      return accumulator != null ? null : whyNone;
    }
    // At the first record nothing has changed yet, and there is nothing to decompose.
    return step == firstStep ? null : whyNoBasis;
  }

  /** Returns why there is no residual; null if there is, or the first record is not yet behind. */
  @Nullable String whyNoResidual() {
    String none = whyNone();
    return none != null || step == firstStep
        ? none
        : "at step " + step + " the weights of the first layer are those of the first record";
  }

  /** Returns the rank of X, with a column of ones if there is a bias; 0 if it was not found. */
  public int rank() {
    SpanBasis found = basis();
    return found == null ? 0 : found.rank();
  }

  /**
   * Returns 1 if the rank of X is the number of samples, so that the weights determine the
   * coefficients, 0 if it is less; absent if the rank was not found, and at the first record if
   * finding it would hold up the beginning of training.
   */
  public double uniqueness() {
    boolean wait = step == firstStep && basis == null && decomposition() > QUICK;
    SpanBasis found = wait ? null : basis();
    return found == null ? Absent.VALUE : found.isUnique() ? 1 : 0;
  }

  private double decomposition() {
    return (double) samples * inputs * Math.min(samples, inputs);
  }

  /** Returns the basis, made when it is first asked for; null if {@link #whyNoBasis} says why. */
  private @Nullable SpanBasis basis() {
    if (basis == null && whyNone == null && whyNoBasis == null && firstWeights.length > 0) {
      double[] x = Extended.samples(first());
      try {
        basis = x == null ? null : SpanBasis.of(x, samples);
      } catch (IllegalArgumentException e) {
        whyNoBasis = e.getMessage();
      }
    }
    return basis;
  }

  private WeightLayer first() {
    return Objects.requireNonNull(observation, "compute comes first").network().layer(0);
  }

  /**
   * Writes one number per sample: the coefficient itself if the layer has one unit, else the
   * Euclidean norm of the sample's coefficients over units.
   *
   * @return false if there are none
   */
  public boolean perSample(double[] into) {
    if (!find()) {
      return false;
    }
    System.arraycopy(norms, 0, into, 0, samples);
    return true;
  }

  /**
   * Returns ||dW - B X|| / ||dW||, absent at the first record, where dW is 0, and if there are no
   * coefficients.
   */
  public double residual() {
    if (!find()) {
      return Absent.VALUE;
    }
    if (certifiedAt != step) {
      certifyAccumulated();
    }
    return residual;
  }

  private boolean find() {
    if (norms.length == 0 || whyNone() != null) {
      return false;
    }
    if (foundAt == step) {
      return true;
    }
    if (step == firstStep) {
      // No change yet, and nothing to decompose for it.
      Arrays.fill(norms, 0);
      residual = Absent.VALUE;
      foundAt = step;
      certifiedAt = step;
      return true;
    }
    if (accumulator != null && beta != null) {
      Arrays.fill(norms, 0);
      for (int j = 0; j < units; j++) {
        addRow(beta, j * samples);
      }
      endOfNorms();
      foundAt = step;
      return true;
    }
    SpanBasis found = basis();
    if (found == null) {
      return false;
    }
    Arrays.fill(norms, 0);
    solve(first(), found);
    foundAt = step;
    certifiedAt = step;
    return true;
  }

  private void addRow(double[] values, int at) {
    for (int i = 0; i < samples; i++) {
      double value = values[at + i];
      norms[i] += units == 1 ? value : value * value;
    }
  }

  private void endOfNorms() {
    for (int i = 0; i < samples && units > 1; i++) {
      norms[i] = Math.sqrt(norms[i]);
    }
  }

  private void solve(WeightLayer first, SpanBasis by) {
    whole.clear();
    left.clear();
    for (int j = 0; j < units; j++) {
      Extended.change(first, firstWeights, firstBiases, j, change);
      whole.addSquares(change, 0, change.length);
      double[] to = beta == null ? row : beta;
      int at = beta == null ? 0 : j * samples;
      by.coefficients(change, 0, to, at);
      by.subtractCombination(to, at, change);
      left.addSquares(change, 0, change.length);
      addRow(to, at);
    }
    endOfNorms();
    residual = whole.isZero() ? Absent.VALUE : left.rootOver(whole);
  }

  private void certifyAccumulated() {
    WeightLayer first = first();
    double[] x = first.inputActivations();
    double[] b = beta;
    certifiedAt = step;
    residual = Absent.VALUE;
    if (x == null || b == null) {
      return;
    }
    whole.clear();
    left.clear();
    int width = first.inputs();
    for (int j = 0; j < units; j++) {
      Extended.change(first, firstWeights, firstBiases, j, change);
      whole.addSquares(change, 0, change.length);
      for (int i = 0; i < samples; i++) {
        double c = b[j * samples + i];
        for (int k = 0; k < width; k++) {
          change[k] -= c * x[i * width + k];
        }
        if (inputs > width) {
          change[width] -= c;
        }
      }
      left.addSquares(change, 0, change.length);
    }
    residual = whole.isZero() ? Absent.VALUE : left.rootOver(whole);
  }

  /** Returns the number of units of the first layer, 0 if the network has none of the kind. */
  public int units() {
    return units;
  }

  /** Returns the number of samples. */
  public int samples() {
    return samples;
  }

  /**
   * Returns the coefficients as last found, row-major, units x samples: those of the present record
   * if they are accumulated, else those of {@link #foundAt}.
   *
   * @return a copy; null if none were found, or there are more than {@link #MAX_ENTRIES}
   */
  public double @Nullable [] coefficients() {
    return beta == null || (accumulator == null && foundAt < 0) ? null : beta.clone();
  }

  /** Returns the step that {@link #coefficients} are of, -1 if none were found. */
  public long foundAt() {
    return accumulator != null ? step : foundAt;
  }

  /** Returns the operations of one evaluation by least squares, of one certificate. */
  static double leastSquaresWork(Dimensions dimensions) {
    return leastSquaresWork(
        dimensions.samples(), dimensions.widestInputs(), dimensions.widestUnits());
  }

  /** Returns the same of a network, as its {@link Dimensions} have it. */
  private double leastSquaresWork(NetworkView network, int features) {
    int widestInputs = features;
    int widestUnits = 0;
    for (int l = 0; l < network.layers(); l++) {
      WeightLayer layer = network.layer(l);
      if ((long) layer.units() * layer.inputs() > (long) widestUnits * widestInputs) {
        widestInputs = layer.inputs();
        widestUnits = layer.units();
      }
    }
    return leastSquaresWork(samples, widestInputs, widestUnits);
  }

  private static double leastSquaresWork(double n, double d, double units) {
    return units * (Math.min(n, d) * (n + d) + n * d);
  }
}
