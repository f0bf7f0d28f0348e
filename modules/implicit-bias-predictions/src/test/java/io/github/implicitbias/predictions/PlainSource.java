package io.github.implicitbias.predictions;

import io.github.implicitbias.core.engine.NetworkSource;
import io.github.implicitbias.core.engine.Reading;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.testkit.PlainStack;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A plain stack as a session observes it, one of whose numbers may be made another. */
final class PlainSource implements NetworkSource {

  /** What can be made another number. */
  enum Input {
    WEIGHTS,
    FROZEN_OR_LAST_WEIGHTS,
    PARAMETERS,
    OUTPUTS,
    DERIVATIVES,
    LOSS,
    PRE_ACTIVATIONS
  }

  private final PlainStack net;
  private final NetworkView view = new View();
  private @Nullable Input poisoned;
  private double poison;

  PlainSource(PlainStack net) {
    this.net = net;
  }

  /** From now on the first number of an input is another. */
  void poison(Input input, double number) {
    poisoned = input;
    poison = number;
  }

  private double[] seen(double[] numbers, Input as) {
    if (poisoned != as) {
      return numbers;
    }
    double[] changed = numbers.clone();
    changed[0] = poison;
    return changed;
  }

  @Override
  public List<TrackedLayer> layers() {
    List<TrackedLayer> layers = new ArrayList<>();
    for (int k = 0; k < net.network().layers(); k++) {
      WeightLayer layer = net.network().layer(k);
      if (layer.trackedLayer() >= 0) {
        layers.add(new TrackedLayer(layer.name(), k, layer.units(), "relu"));
      }
    }
    return layers;
  }

  @Override
  public NetworkView view() {
    return view;
  }

  @Override
  public int parameters() {
    return net.parameters().length();
  }

  @Override
  public double read(Reading into, boolean inPlace) {
    net.observe(true);
    for (int k = 0; k < net.layers(); k++) {
      long[] words = net.pattern(k).current();
      System.arraycopy(words, 0, into.pattern(k), 0, words.length);
      long[] boundary = Objects.requireNonNull(net.boundary(k)).words();
      System.arraycopy(boundary, 0, into.boundary(k), 0, boundary.length);
      into.written(k, net.pattern(k).nanEntries(), true);
      if (poisoned == Input.PRE_ACTIVATIONS) {
        long[] first = new long[words.length];
        first[0] = 1;
        into.notFinite(k, Double.isNaN(poison) ? first : null, true);
      }
    }
    return poisoned == Input.LOSS ? poison : net.loss();
  }

  @Override
  public void readParameters(ParameterNorms into) {
    double[] all = new double[net.parameters().length()];
    int at = 0;
    for (int k = 0; k < net.network().layers(); k++) {
      WeightLayer layer = net.network().layer(k);
      if (layer.isTrained()) {
        double[] weights = layer.weights();
        System.arraycopy(weights, 0, all, at, weights.length);
        at += weights.length;
        double[] biases = layer.biases();
        if (biases != null) {
          System.arraycopy(biases, 0, all, at, biases.length);
          at += biases.length;
        }
      }
    }
    into.take(seen(all, Input.PARAMETERS));
  }

  /** The network with one number changed. */
  private final class View implements NetworkView {

    private NetworkView whole() {
      return net.network();
    }

    @Override
    public boolean isStack() {
      return whole().isStack();
    }

    @Override
    public int layers() {
      return whole().layers();
    }

    @Override
    public WeightLayer layer(int number) {
      return new Layer(number);
    }

    @Override
    public int outputs() {
      return whole().outputs();
    }

    @Override
    public double[] outputPreActivations() {
      return seen(Objects.requireNonNull(whole().outputPreActivations()), Input.OUTPUTS);
    }

    @Override
    public double[] lossDerivatives() {
      return seen(Objects.requireNonNull(whole().lossDerivatives()), Input.DERIVATIVES);
    }

    @Override
    public boolean lossCurvature(double[] direction, double[] into) {
      return whole().lossCurvature(direction, into);
    }

    @Override
    public @Nullable String lossKind() {
      return whole().lossKind();
    }

    @Override
    public boolean classifies() {
      return whole().classifies();
    }

    @Override
    public TrainingSetup training() {
      return whole().training();
    }
  }

  /** A layer with one weight changed. */
  private final class Layer implements WeightLayer {
    private final int number;

    Layer(int number) {
      this.number = number;
    }

    private WeightLayer whole() {
      return net.network().layer(number);
    }

    @Override
    public String name() {
      return whole().name();
    }

    @Override
    public int trackedLayer() {
      return whole().trackedLayer();
    }

    @Override
    public int units() {
      return whole().units();
    }

    @Override
    public int inputs() {
      return whole().inputs();
    }

    @Override
    public boolean isTrained() {
      return whole().isTrained();
    }

    @Override
    public boolean hasBias() {
      return whole().hasBias();
    }

    @Override
    public boolean isOutput() {
      return whole().isOutput();
    }

    @Override
    public double negativeSlope() {
      return whole().negativeSlope();
    }

    @Override
    public double[] weights() {
      boolean last = number == net.network().layers() - 1;
      double[] first = number == 0 ? seen(whole().weights(), Input.WEIGHTS) : whole().weights();
      return last ? seen(first, Input.FROZEN_OR_LAST_WEIGHTS) : first;
    }

    @Override
    public double @Nullable [] biases() {
      return whole().biases();
    }

    @Override
    public double @Nullable [] inputActivations() {
      return whole().inputActivations();
    }

    @Override
    public double @Nullable [] outputActivations() {
      return whole().outputActivations();
    }
  }
}
