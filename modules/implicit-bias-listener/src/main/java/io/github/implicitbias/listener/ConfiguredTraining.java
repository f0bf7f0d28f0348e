package io.github.implicitbias.listener;

import io.github.implicitbias.core.network.TrainingSetup;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;

/** What a configuration says about training. */
final class ConfiguredTraining implements TrainingSetup {

  private final FullBatch fullBatch;
  private final OwnUpdate ownUpdate;
  private final DoubleSupplier learningRate;
  private final double kappa;
  private final boolean isPlainSgd;
  private final boolean isMomentumSgd;
  private final double l2;
  private final boolean hasOneLearningRate;
  private final boolean isRegularized;
  private final String regularization;
  private final boolean dividesByBatch;
  private @Nullable LearningRate rate;

  /**
   * Reads the configuration of a network.
   *
   * @param ownUpdate knows whether something else than the updates moves the parameters
   * @param learningRate of the step that is being observed
   * @param kappa of the loss, see {@link TrainingSetup#kappa}
   */
  ConfiguredTraining(
      Network net,
      FullBatch fullBatch,
      OwnUpdate ownUpdate,
      DoubleSupplier learningRate,
      double kappa) {
    this.fullBatch = fullBatch;
    this.ownUpdate = ownUpdate;
    this.learningRate = learningRate;
    this.kappa = kappa;
    boolean plain = net.optimizer() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT;
    boolean momentum = plain;
    boolean regularized = false;
    Set<IUpdater> updaters = new HashSet<>();
    for (NetworkNode node : net.nodes()) {
      boolean trained = node.trainable() > 0;
      plain &= !trained || (node.isLayer() && isSgd(node, false));
      momentum &= !trained || (node.isLayer() && isSgd(node, true));
      if (trained && node.isLayer()) {
        addUpdaters(node, updaters);
      }
      regularized |= node.isLayer() && isNoisy(node.layer());
      regularized |= node.isLayer() && trained && isRestrained(node);
    }
    this.isPlainSgd = plain;
    this.isMomentumSgd = momentum;
    this.l2 = regularized ? Penalty.l2(net) : 0;
    this.hasOneLearningRate = updaters.size() <= 1;
    this.isRegularized = regularized;
    this.regularization = regularized ? Restraints.of(net) : "";
    this.dividesByBatch = net.dividesByBatch();
  }

  /** Returns true if all of a layer is trained by SGD, or by Nesterov's method if that may be. */
  private static boolean isSgd(NetworkNode node, boolean orNesterovs) {
    TrainingConfig config = node.implementation().getConfig();
    if (config.getGradientNormalization() != null
        && config.getGradientNormalization() != GradientNormalization.None) {
      return false;
    }
    for (String key : node.implementation().paramTable().keySet()) {
      IUpdater updater = config.getUpdaterByParam(key);
      if (!(updater instanceof Sgd || orNesterovs && updater instanceof Nesterovs)) {
        return false;
      }
    }
    return true;
  }

  /** Adds the updaters of a node that change something. */
  private static void addUpdaters(NetworkNode node, Set<IUpdater> updaters) {
    TrainingConfig config = node.implementation().getConfig();
    for (String key : node.implementation().paramTable().keySet()) {
      IUpdater updater = config.getUpdaterByParam(key);
      if (!NetworkNode.isResting(updater)) {
        updaters.add(updater);
      }
    }
  }

  static boolean isNoisy(Layer layer) {
    return layer.getIDropout() != null
        || (layer instanceof BaseLayer && ((BaseLayer) layer).getWeightNoise() != null)
        || (isWrapper(layer) && isNoisy(wrapped(layer)));
  }

  private static boolean isRestrained(NetworkNode node) {
    return isPenalized(node) || isConstrained(node.layer());
  }

  /** Returns true if the score has a term of the parameters of a layer, as weight decay has. */
  static boolean isPenalized(NetworkNode node) {
    if (node.implementation().numParams() == 0) {
      return false;
    }
    TrainingConfig config = node.implementation().getConfig();
    for (String key : node.implementation().paramTable().keySet()) {
      List<Regularization> of = config.getRegularizationByParam(key);
      if (of != null && !of.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  /** Returns true if the parameters of a layer are constrained after each update. */
  static boolean isConstrained(Layer layer) {
    return (layer.getConstraints() != null && !layer.getConstraints().isEmpty())
        || (isWrapper(layer) && isConstrained(wrapped(layer)));
  }

  private static boolean isWrapper(Layer layer) {
    return layer instanceof BaseWrapperLayer || layer instanceof Bidirectional;
  }

  /** Returns the layer that a wrapper wraps; the two of a bidirectional layer are alike. */
  private static Layer wrapped(Layer layer) {
    return layer instanceof Bidirectional
        ? ((Bidirectional) layer).getFwd()
        : ((BaseWrapperLayer) layer).getUnderlying();
  }

  @Override
  public boolean isPlainSgd() {
    return isPlainSgd;
  }

  @Override
  public boolean isMomentumSgd() {
    return isMomentumSgd;
  }

  @Override
  public double l2() {
    return l2;
  }

  @Override
  public boolean hasOneLearningRate() {
    return hasOneLearningRate;
  }

  @Override
  public boolean isFullBatch() {
    return fullBatch.isTrue();
  }

  @Override
  public @Nullable String otherMover() {
    return ownUpdate.otherMover();
  }

  @Override
  public boolean isRegularized() {
    return isRegularized;
  }

  @Override
  public String regularization() {
    return isRegularized ? regularization : "";
  }

  @Override
  public boolean dividesByBatch() {
    return dividesByBatch;
  }

  @Override
  public double learningRate() {
    return learningRate.getAsDouble();
  }

  /** Makes momentum and flow time those of a run; without, there is no momentum. */
  ConfiguredTraining following(LearningRate ofRun) {
    rate = ofRun;
    return this;
  }

  @Override
  public double momentum() {
    return rate == null ? 0 : rate.momentum();
  }

  @Override
  public @Nullable String whyNoFlowTime() {
    return rate == null ? null : rate.whyNoFlow();
  }

  @Override
  public double kappa() {
    return kappa;
  }
}
