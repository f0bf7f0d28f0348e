package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.law.BatchOutput;
import io.github.implicitbias.core.law.LayerSums;
import io.github.implicitbias.core.law.StepLayer;
import io.github.implicitbias.core.law.StepNetwork;
import io.github.implicitbias.core.law.StepSource;
import io.github.implicitbias.core.law.TrainingStep;
import io.github.implicitbias.core.law.UpdateRule;
import io.github.implicitbias.core.network.Precision;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads steps of training from a source: at those that are read, before the update the weights,
 * which are kept, and their gradient, and after it what has been added. Allocates nothing after the
 * first step that is read. Not thread-safe.
 */
final class StepSums implements TrainingStep {

  /** Beyond so many bytes the parameters are not kept from before a step to after it. */
  private static final long MOST_BYTES = 256L << 20;

  private final StepSource source;
  private final StepNetwork network;
  private final List<LayerSummation> sums = new ArrayList<>();
  private final float[][] floats;
  private final double[][] doubles;
  private final double[] w;
  private final double[] g;
  private final double[] v;
  private long step = -1;
  private long firstStep = -1;
  private int epoch;
  private int samples;
  private boolean isRead;
  private boolean isFinite = true;

  /** Makes a reader, which has read nothing. */
  StepSums(StepSource source) {
    this.source = source;
    this.network = source.network();
    int layers = network.layers().size();
    floats = new float[layers][];
    doubles = new double[layers][];
    Set<Integer> consuming = new HashSet<>();
    int longest = 1;
    for (StepLayer layer : network.layers()) {
      consuming.addAll(layer.consumers());
      longest = Math.max(longest, layer.inputs());
    }
    for (int l = 0; l < layers; l++) {
      sums.add(new LayerSummation(network.layer(l), consuming.contains(l)));
    }
    w = new double[longest];
    g = new double[longest];
    v = new double[longest];
  }

  /** Returns true if the memory that the parameters need is not too much. */
  static boolean fits(StepNetwork network) {
    long bytes = 0;
    for (StepLayer layer : network.layers()) {
      int width = layer.precision() == Precision.DOUBLE ? 8 : 4;
      bytes += (long) width * layer.units() * layer.inputs();
    }
    return bytes <= MOST_BYTES;
  }

  /**
   * Begins a step, while the parameters are those of the step and their gradient is known.
   *
   * @param inEpoch number of epochs that have ended
   * @param batch number of samples of its batch
   * @param read true to read it
   */
  void begin(long number, int inEpoch, int batch, boolean read) {
    firstStep = step < 0 ? number : firstStep;
    step = number;
    epoch = inEpoch;
    samples = batch;
    isRead = read;
    if (read) {
      for (int l = 0; l < sums.size(); l++) {
        before(l);
      }
    }
  }

  private void before(int l) {
    StepLayer layer = network.layer(l);
    LayerSummation of = sums.get(l);
    of.begin();
    boolean isFloat = layer.precision() != Precision.DOUBLE;
    int n = layer.inputs();
    if (isFloat && floats[l] == null) {
      floats[l] = new float[layer.units() * n];
    } else if (!isFloat && doubles[l] == null) {
      doubles[l] = new double[layer.units() * n];
    }
    boolean hasVelocity = layer.rule().kind() == UpdateRule.Kind.NESTEROVS;
    for (int j = 0; j < layer.units(); j++) {
      source.weights(l, j, w);
      source.gradient(l, j, g);
      boolean known = hasVelocity && source.velocity(l, j, v);
      of.before(j, w, g, v, known);
      if (isFloat) {
        keep(w, floats[l], j * n, n);
      } else {
        System.arraycopy(w, 0, doubles[l], j * n, n);
      }
    }
    if (layer.hasBias()) {
      source.biases(l, of.b);
      source.biasGradient(l, of.gb);
      of.knowVelocityOfBiases(source.biasVelocity(l, of.vb));
    }
  }

  private static void keep(double[] from, float[] to, int at, int length) {
    for (int k = 0; k < length; k++) {
      to[at + k] = (float) from[k];
    }
  }

  /** Ends the step: the parameters are those that the update has left. */
  void end() {
    if (!isRead) {
      return;
    }
    for (int l = 0; l < sums.size(); l++) {
      StepLayer layer = network.layer(l);
      LayerSummation of = sums.get(l);
      for (int j = 0; j < layer.units(); j++) {
        weightsBefore(l, j, w);
        source.weights(l, j, g);
        for (int k = 0; k < layer.inputs(); k++) {
          g[k] -= w[k];
        }
        of.after(j, w, g);
      }
      if (layer.hasBias()) {
        source.biases(l, of.db);
        for (int j = 0; j < of.db.length; j++) {
          of.db[j] -= of.b[j];
        }
        of.afterBiases();
      }
      isFinite &= of.areFinite();
    }
  }

  /** Returns true if all parameters, gradients and updates that were read are finite. */
  boolean isFinite() {
    return isFinite;
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public int epoch() {
    return epoch;
  }

  @Override
  public int samples() {
    return samples;
  }

  @Override
  public boolean isFirst() {
    return step == firstStep && step == 0;
  }

  @Override
  public boolean isRead() {
    return isRead;
  }

  @Override
  public StepNetwork network() {
    return network;
  }

  @Override
  public LayerSums sums(int layer) {
    return sums.get(layer);
  }

  @Override
  public @Nullable BatchOutput output() {
    return source.output();
  }

  @Override
  public boolean readsEveryBatch() {
    return source.readsEveryBatch();
  }

  @Override
  public void weights(int layer, int unit, double[] into) {
    source.weights(layer, unit, into);
  }

  @Override
  public void biases(int layer, double[] into) {
    source.biases(layer, into);
  }

  @Override
  public void weightsBefore(int layer, int unit, double[] into) {
    int n = network.layer(layer).inputs();
    int at = unit * n;
    float[] kept = floats[layer];
    if (kept == null) {
      System.arraycopy(doubles[layer], at, into, 0, n);
    } else {
      for (int k = 0; k < n; k++) {
        into[k] = kept[at + k];
      }
    }
  }

  @Override
  public boolean variances(int layer, double[] into) {
    return source.variances(layer, into);
  }

  @Override
  public double epsilon(int layer) {
    return source.epsilon(layer);
  }

  @Override
  public boolean onUnits(int layer, boolean[] into) {
    return source.onUnits(layer, into);
  }

  @Override
  public boolean @Nullable [] usedInputs() {
    return source.usedInputs();
  }

  @Override
  public int samplesThatReturn() {
    return source.samplesThatReturn();
  }

  @Override
  public @Nullable String otherMover() {
    return source.otherMover();
  }
}
