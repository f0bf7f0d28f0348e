package io.github.implicitbias.testkit;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.Precision;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.PatternHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stack of dense layers in double precision on plain arrays, trained by full-batch gradient
 * descent, that shows itself as an {@link Observation}: what a metric sees, without DL4J.
 *
 * <pre>{@code
 * PlainStack net = PlainStack.builder(probe, loss, 0.1)
 *     .hidden("hidden", 2, 0, new double[] {1, 0, 0, 1}, null)
 *     .output(1, new double[] {1, -1}, null)
 *     .build();
 * net.observe();                  // theta_0
 * double value = metric.evaluate(net, -1);
 * net.descend();
 * net.observe();                  // theta_1
 * }</pre>
 *
 * <p>All layers with a negative slope other than 1 are tracked; the output layer is linear and not
 * tracked, unless it is made of {@link Builder#neurons}. The derivative of an activation at 0 is
 * its negative slope.
 */
public final class PlainStack implements Observation {

  private final Probe probe;
  private final PerSampleLoss loss;
  private final List<PlainLayer> layers;
  private final List<PatternHistory> patterns = new ArrayList<>();
  private final List<Boundary> boundaries = new ArrayList<>();
  private final List<PlainLayer> tracked = new ArrayList<>();
  private boolean boundaryKnown;
  private final double[] labels;
  private final double[] lossDerivatives;
  private final ParameterNorms norms;
  private final Map<Class<?>, Cached> shared = new HashMap<>();
  private long step;
  private long observed = -1;
  private double lossNow;
  private double momentum;
  private double l2;
  private final PlainSetup setup;
  private final NetworkView view;

  private PlainStack(Builder builder) {
    probe = builder.probe;
    loss = builder.loss;
    layers = List.copyOf(builder.layers);
    labels = probe.labels();
    PlainLayer last = layers.get(layers.size() - 1);
    if (labels.length != last.z.length) {
      throw new IllegalArgumentException(
          "labels of width " + probe.outputs() + " for " + last.units + " outputs");
    }
    lossDerivatives = new double[last.z.length];
    setup = new PlainSetup(builder.learningRate, loss.kappa(last.units));
    view = new PlainView(layers, loss, labels, probe.samples(), lossDerivatives, setup);
    int parameters = 0;
    for (PlainLayer layer : layers) {
      if (layer.tracked >= 0) {
        patterns.add(new PatternHistory(layer.units, probe.samples()));
        boundaries.add(new Boundary(patterns.get(patterns.size() - 1)));
        tracked.add(layer);
      }
      if (layer.trained) {
        parameters += layer.weights.length + (layer.biases == null ? 0 : layer.units);
      }
    }
    norms = new ParameterNorms(parameters, false);
    forward();
  }

  /**
   * Starts a stack that is observed, and trained, on the probe.
   *
   * @param learningRate of every step, until it is changed
   */
  public static Builder builder(Probe probe, PerSampleLoss loss, double learningRate) {
    return new Builder(probe, loss, learningRate);
  }

  /** Collects the layers of a stack. */
  public static final class Builder {
    private final Probe probe;
    private final PerSampleLoss loss;
    private final List<PlainLayer> layers = new ArrayList<>();
    private final double learningRate;
    private double[] last;
    private int trackedLayers;

    private Builder(Probe probe, PerSampleLoss loss, double learningRate) {
      this.learningRate = learningRate;
      this.probe = probe;
      this.loss = loss;
      this.last = probe.features();
    }

    /**
     * Adds a hidden layer.
     *
     * @param slope of the activation where the pre-activation is negative: 0 ReLU, 1 identity
     * @param weights row-major, units x inputs
     * @param biases one per unit; null for a layer without
     */
    public Builder hidden(
        String name, int units, double slope, double[] weights, double @Nullable [] biases) {
      add(name, units, slope, false, true, slope == 1 ? -1 : trackedLayers++, weights, biases);
      return this;
    }

    /** Adds the output layer, which is linear. */
    public Builder output(int units, double[] weights, double @Nullable [] biases) {
      add("output", units, 1, true, true, -1, weights, biases);
      return this;
    }

    /**
     * Adds an output layer of neurons with a kink, which is tracked; the loss is one of their
     * outputs.
     */
    public Builder neurons(int units, double slope, double[] weights, double @Nullable [] biases) {
      add("neurons", units, slope, true, true, slope == 1 ? -1 : trackedLayers++, weights, biases);
      return this;
    }

    /** Adds an output layer whose weights are never trained. */
    public Builder fixedOutput(int units, double[] weights) {
      add("output", units, 1, true, false, -1, weights, null);
      return this;
    }

    private void add(
        String name,
        int units,
        double slope,
        boolean output,
        boolean trained,
        int tracked,
        double[] weights,
        double @Nullable [] biases) {
      PlainLayer layer =
          new PlainLayer(
              name, probe.samples(), units, last, slope, output, trained, tracked, weights, biases);
      layers.add(layer);
      last = layer.out;
    }

    /**
     * Makes the stack.
     *
     * @throws IllegalArgumentException if there is no output layer, or sizes do not fit
     */
    public PlainStack build() {
      if (layers.isEmpty() || !layers.get(layers.size() - 1).output) {
        throw new IllegalArgumentException(
            "the last layer is output(...), fixedOutput(...) or neurons(...)");
      }
      return new PlainStack(this);
    }
  }

  private void forward() {
    for (PlainLayer layer : layers) {
      layer.forward(probe.samples());
    }
    PlainLayer last = layers.get(layers.size() - 1);
    int outputs = view.outputs();
    lossNow = loss.valueOfBatch(last.out, labels, probe.samples(), outputs);
    for (int i = 0; i < probe.samples(); i++) {
      loss.derivative(last.out, labels, i * outputs, outputs, lossDerivatives);
    }
    for (int k = 0; k < lossDerivatives.length; k++) {
      lossDerivatives[k] *= last.derivative(last.z[k]);
    }
  }

  /** Makes an observation of the present parameters. */
  public void observe() {
    observe(false);
  }

  /**
   * Makes an observation of the present parameters.
   *
   * @param boundaries true to mark entries with |z| of at most 8 x 2^-52 ||w|| ||x|| as boundary
   */
  public void observe(boolean boundaries) {
    forward();
    for (int t = 0; t < tracked.size(); t++) {
      PlainLayer layer = tracked.get(t);
      PatternHistory history = patterns.get(t);
      long[] words = history.next();
      long[] boundary = this.boundaries.get(t).words();
      Arrays.fill(words, 0);
      Arrays.fill(boundary, 0);
      int nan = 0;
      int perUnit = words.length / Math.max(1, layer.units);
      for (int j = 0; j < layer.units; j++) {
        for (int i = 0; i < probe.samples(); i++) {
          double z = layer.z[i * layer.units + j];
          nan += Double.isNaN(z) ? 1 : 0;
          long bit = 1L << (i & 63);
          int word = j * perUnit + (i >>> 6);
          words[word] |= z > 0 ? bit : 0;
          boundary[word] |= Math.abs(z) <= 8 * 0x1p-52 * scale(layer, i, j) ? bit : 0;
        }
      }
      history.advance(nan);
      history.atStep(step);
    }
    norms.begin();
    for (PlainLayer layer : layers) {
      if (layer.trained) {
        accept(layer.weights);
        if (layer.biases != null) {
          accept(layer.biases);
        }
      }
    }
    norms.end();
    observed = step;
    boundaryKnown = boundaries;
  }

  private static double scale(PlainLayer layer, int sample, int unit) {
    double w = 0;
    double x = 0;
    for (int k = 0; k < layer.inputs; k++) {
      double weight = layer.weights[unit * layer.inputs + k];
      double value = layer.inputActivations()[sample * layer.inputs + k];
      w += weight * weight;
      x += value * value;
    }
    return Math.sqrt(w * x);
  }

  private void accept(double[] values) {
    for (int from = 0; from < values.length; from += ParameterNorms.CHUNK) {
      int length = Math.min(ParameterNorms.CHUNK, values.length - from);
      System.arraycopy(values, from, norms.doubles(), 0, length);
      norms.accept(length);
    }
  }

  /** Sets the learning rate of the steps to come, as of the next observation. */
  public void setLearningRate(double rate) {
    setup.learningRate = rate;
  }

  /** Pretends to be trained by another updater, or by plain SGD again. */
  public void setPlainSgd(boolean plain) {
    setup.pretend(plain);
  }

  /** Pretends that layers have learning rates of their own, or one for all. */
  public void setOneLearningRate(boolean one) {
    setup.oneRate = one;
  }

  /** Pretends that some step has trained on other samples than the probe, or none. */
  public void setFullBatch(boolean full) {
    setup.fullBatch = full;
  }

  /** Pretends that there is regularization, or none. */
  public void setRegularized(boolean some) {
    setup.restrain(some);
  }

  /** Pretends that gradients are sums over the samples, or means. */
  public void setDividesByBatch(boolean divides) {
    setup.dividing = divides;
  }

  /** Pretends that the parameters of a layer are kept in another type than double. */
  public void setPrecision(int layer, Precision precision) {
    layers.get(layer).precision = precision;
  }

  /** Pretends that something else than the updates has moved the parameters, null if nothing. */
  public void setOtherMover(@Nullable String clause) {
    setup.otherMover = clause;
  }

  /**
   * Trains by Nesterov's method and with lambda W added to the gradients from now on, and says so.
   * Called before {@link #setPlainSgd} or {@link #setRegularized}, which may then say otherwise.
   *
   * @param ofVelocity the momentum, 0 for plain gradient descent
   * @param lambda of the weights, 0 for none
   */
  public void train(double ofVelocity, double lambda) {
    momentum = ofVelocity;
    l2 = lambda;
    setup.train(ofVelocity, lambda);
  }

  /** Makes one step of gradient descent on the mean loss of the probe. */
  public void descend() {
    forward();
    int samples = probe.samples();
    PlainLayer last = layers.get(layers.size() - 1);
    System.arraycopy(lossDerivatives, 0, last.delta, 0, lossDerivatives.length);
    for (int l = layers.size() - 1; l >= 0; l--) {
      PlainLayer layer = layers.get(l);
      layer.gradients(samples);
      if (l > 0) {
        PlainLayer below = layers.get(l - 1);
        for (int i = 0; i < samples; i++) {
          for (int k = 0; k < below.units; k++) {
            double sum = 0;
            for (int j = 0; j < layer.units; j++) {
              sum += layer.delta[i * layer.units + j] * layer.weights[j * layer.inputs + k];
            }
            below.delta[i * below.units + k] = sum * below.derivative(below.z[i * below.units + k]);
          }
        }
      }
    }
    for (PlainLayer layer : layers) {
      if (layer.trained) {
        layer.update(setup.learningRate, momentum, l2);
      }
    }
    step++;
  }

  /**
   * Sets the weights of a layer, as of the next observation.
   *
   * @param weights row-major, units x inputs
   */
  public void setWeights(int layer, double[] weights) {
    System.arraycopy(weights, 0, layers.get(layer).weights, 0, layers.get(layer).weights.length);
  }

  /** Counts an update that was made by {@link #setWeights}. */
  public void countStep() {
    step++;
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public double loss() {
    return lossNow;
  }

  @Override
  public int layers() {
    return patterns.size();
  }

  @Override
  public PatternHistory pattern(int layer) {
    return patterns.get(layer);
  }

  @Override
  public @Nullable Boundary boundary(int layer) {
    return boundaryKnown ? boundaries.get(layer) : null;
  }

  @Override
  public boolean hasParameters() {
    return observed >= 0;
  }

  @Override
  public ParameterNorms parameters() {
    return norms;
  }

  @Override
  public boolean followsPreviousStep() {
    return step > 0;
  }

  @Override
  public Probe probe() {
    return probe;
  }

  @Override
  public NetworkView network() {
    return view;
  }

  @Override
  public double watchShare() {
    return 0;
  }

  @Override
  public <T extends Shared> T shared(Class<T> type, Supplier<T> factory) {
    Cached cached = shared.get(type);
    if (cached == null) {
      cached = new Cached(factory.get(), this);
      shared.put(type, cached);
    }
    if (cached.step != step) {
      cached.value.compute(cached.seen);
      cached.step = step;
    }
    return type.cast(cached.value);
  }

  /** A shared result and the step it is of. */
  private static final class Cached {
    final Shared value;
    final Observation seen;
    long step = -1;

    Cached(Shared value, Observation of) {
      this.value = value;
      this.seen = value.needs().shown(of);
    }
  }
}
