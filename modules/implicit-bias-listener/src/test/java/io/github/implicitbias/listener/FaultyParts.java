package io.github.implicitbias.listener;

import java.util.Collection;
import java.util.function.Consumer;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.SgdUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Layers, a loss and an updater that each do one thing wrong. */
final class FaultyParts {

  private FaultyParts() {}

  /** Gives a layer its place in a network, as Deeplearning4j does with its own. */
  private static Layer placed(
      Layer made,
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int index,
      INDArray params) {
    made.setListeners(listeners);
    made.setIndex(index);
    made.setParamsViewArray(params);
    made.setConf(conf);
    return made;
  }

  /** A dense layer whose gradient of the weights is changed after it was computed. */
  static final class WrongDense extends DenseLayer {
    private static final long serialVersionUID = 1L;

    private final transient Consumer<INDArray> fault;

    WrongDense(int inputs, int units, Consumer<INDArray> fault) {
      setNIn(inputs);
      setNOut(units);
      setActivationFn(Activation.RELU.getActivationFunction());
      this.fault = fault;
    }

    @Override
    public Layer instantiate(
        NeuralNetConfiguration conf,
        Collection<TrainingListener> listeners,
        int index,
        INDArray params,
        boolean initialize,
        DataType type) {
      org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer made =
          new org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer(conf, type) {
            @Override
            public Pair<Gradient, INDArray> backpropGradient(
                INDArray epsilon, LayerWorkspaceMgr memory) {
              Pair<Gradient, INDArray> right = super.backpropGradient(epsilon, memory);
              fault.accept(right.getFirst().getGradientFor("W"));
              return right;
            }
          };
      made.setParamTable(initializer().init(conf, params, initialize));
      return placed(made, conf, listeners, index, params);
    }

    @Override
    public WrongDense clone() {
      return this;
    }
  }

  /** Batch normalization that trains with its running statistics, as constants. */
  static final class RunningNormalization extends BatchNormalization {
    private static final long serialVersionUID = 1L;

    RunningNormalization(int units) {
      setNIn(units);
      setNOut(units);
      setUseLogStd(false);
      setEps(1e-5);
      setDecay(0.9);
      setGamma(1);
      setActivationFn(Activation.IDENTITY.getActivationFunction());
    }

    @Override
    public Layer instantiate(
        NeuralNetConfiguration conf,
        Collection<TrainingListener> listeners,
        int index,
        INDArray params,
        boolean initialize,
        DataType type) {
      org.deeplearning4j.nn.layers.normalization.BatchNormalization made =
          new org.deeplearning4j.nn.layers.normalization.BatchNormalization(conf, type) {
            @Override
            public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
              return super.activate(false, memory);
            }

            @Override
            public Pair<Gradient, INDArray> backpropGradient(
                INDArray epsilon, LayerWorkspaceMgr memory) {
              INDArray deviation = Transforms.sqrt(getParam("var").add(layerConf().getEps()));
              INDArray normal = input.subRowVector(getParam("mean")).diviRowVector(deviation);
              Gradient gradient = new DefaultGradient();
              gradientViews.get("gamma").assign(epsilon.mul(normal).sum(true, 0));
              gradientViews.get("beta").assign(epsilon.sum(true, 0));
              for (String key : new String[] {"mean", "var"}) {
                gradientViews.get(key).assign(0);
              }
              gradientViews.forEach(gradient::setGradientFor);
              INDArray below = epsilon.mulRowVector(getParam("gamma").div(deviation));
              return new Pair<>(gradient, memory.leverageTo(ArrayType.ACTIVATION_GRAD, below));
            }
          };
      made.setParamTable(initializer().init(conf, params, initialize));
      return placed(made, conf, listeners, index, params);
    }

    @Override
    public RunningNormalization clone() {
      return this;
    }
  }

  /** A cross-entropy whose gradient is multiplied by a factor, one per output. */
  static final class WrongLoss extends LossMCXENT {
    private static final long serialVersionUID = 1L;

    private final double[] factors;

    WrongLoss(double... factors) {
      this.factors = factors;
    }

    @Override
    public INDArray computeGradient(
        INDArray labels, INDArray z, IActivation activation, INDArray mask) {
      INDArray right = super.computeGradient(labels, z, activation, mask);
      INDArray each = Nd4j.createFromArray(factors).castTo(right.dataType());
      return factors.length == 1
          ? right.mul(factors[0])
          : right.muliColumnVector(labels.mmul(each.reshape(factors.length, 1)));
    }
  }

  /** Says that it is Adam with the usual betas, and swaps them. */
  static final class SwappedAdam extends Adam {
    private static final long serialVersionUID = 1L;

    SwappedAdam(double rate) {
      super(rate);
    }

    @Override
    public AdamUpdater instantiate(INDArray state, boolean initialize) {
      Adam swapped = new Adam(getLearningRate(), getBeta2(), getBeta1(), getEpsilon());
      AdamUpdater updater = new AdamUpdater(swapped);
      updater.setStateViewArray(state, new long[] {1, state.length() / 2}, 'c', initialize);
      return updater;
    }

    @Override
    public Adam clone() {
      return new SwappedAdam(getLearningRate());
    }
  }

  /** Says that it is plain descent at a rate, and takes steps that are 1 % shorter. */
  static final class ShorterSgd extends Sgd {
    private static final long serialVersionUID = 1L;

    ShorterSgd(double rate) {
      super(rate);
    }

    @Override
    public GradientUpdater<?> instantiate(INDArray state, boolean initialize) {
      return new SgdUpdater(new Sgd(0.99 * getLearningRate()));
    }

    @Override
    public Sgd clone() {
      return new ShorterSgd(getLearningRate());
    }
  }
}
