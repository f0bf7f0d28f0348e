package io.github.implicitbias.listener;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.NoOp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.Regularization;

/**
 * The learning rate and the momentum of a run: those of what is trained, whether it is tracked or
 * not. What is frozen, or rests at a constant rate of 0, has no say.
 */
final class LearningRate {

  private final Network net;
  private final List<Trained> trained = new ArrayList<>();
  private final @Nullable String whyNoFlow;
  private double rate = Double.NaN;
  private double momentum;
  private boolean oneRate = true;

  /** A layer whose updaters may be replaced during training, or the updater of something else. */
  private static final class Trained {
    final @Nullable BaseLayer layer;
    final boolean weights;
    final boolean biases;
    final @Nullable IUpdater fixed;

    Trained(@Nullable BaseLayer layer, boolean weights, boolean biases, @Nullable IUpdater fixed) {
      this.layer = layer;
      this.weights = weights;
      this.biases = biases;
      this.fixed = fixed;
    }
  }

  LearningRate(Network net) {
    this.net = net;
    @Nullable String why =
        net.optimizer() == OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT
            ? null
            : "the optimization algorithm is " + net.optimizer();
    if (why == null && !net.dividesByBatch()) {
      why = "the gradient is not divided by the number of samples";
    }
    for (NetworkNode node : net.nodes()) {
      if (node.trainable() == 0) {
        continue;
      }
      if (!node.isLayer()) {
        why = why == null ? node.name() + " is a vertex with parameters of its own" : why;
        continue;
      }
      add(node);
      why = why == null ? whyNoFlow(node) : why;
    }
    whyNoFlow = why;
    take();
  }

  private void add(NetworkNode node) {
    TrainingConfig config = node.implementation().getConfig();
    @Nullable BaseLayer layer = node.withUpdater();
    boolean weights = false;
    boolean biases = false;
    for (String key : node.implementation().paramTable().keySet()) {
      IUpdater updater = config.getUpdaterByParam(key);
      if (layer != null && updater == layer.getIUpdater()) {
        weights = true;
      } else if (layer != null && updater == layer.getBiasUpdater()) {
        biases = true;
      } else if (updater != null && updater.hasLearningRate()) {
        trained.add(new Trained(null, false, false, updater));
      }
    }
    if (weights || biases) {
      trained.add(new Trained(layer, weights, biases, null));
    }
  }

  /** Returns why a layer has no gradient flow that its training follows; null if it has. */
  private static @Nullable String whyNoFlow(NetworkNode node) {
    TrainingConfig config = node.implementation().getConfig();
    GradientNormalization normalization = config.getGradientNormalization();
    if (normalization != null && normalization != GradientNormalization.None) {
      return node.name() + " has the gradient normalization " + normalization;
    }
    for (String key : node.implementation().paramTable().keySet()) {
      IUpdater updater = config.getUpdaterByParam(key);
      // The running mean and variance of a batch normalization are not trained.
      boolean known =
          updater instanceof Sgd
              || updater instanceof Nesterovs
              || (updater instanceof NoOp && node.layer() instanceof BatchNormalization);
      if (updater != null && !known) {
        return node.name() + " has the updater " + updater.getClass().getSimpleName();
      }
      List<Regularization> of = config.getRegularizationByParam(key);
      if (of != null && !of.isEmpty()) {
        return node.name() + " has " + of.get(0).getClass().getSimpleName();
      }
    }
    return ConfiguredTraining.isConstrained(node.layer())
        ? node.name() + " has a constraint"
        : null;
  }

  /**
   * Takes rate and momentum of the update that leaves the present parameters, while the network
   * still counts it as the next one.
   */
  void take() {
    int iteration = net.iteration();
    int epoch = net.epoch();
    rate = Double.NaN;
    momentum = 0;
    oneRate = true;
    boolean first = true;
    boolean resting = false;
    for (int k = 0; k < trained.size(); k++) {
      Trained one = trained.get(k);
      for (int of = 0; of < 2; of++) {
        IUpdater updater = of == 0 ? weights(one) : biases(one);
        if (updater == null) {
          continue;
        }
        if (NetworkNode.isResting(updater)) {
          resting = true;
          continue;
        }
        double its = updater.getLearningRate(iteration, epoch);
        double ofVelocity =
            updater instanceof Nesterovs
                ? ((Nesterovs) updater).currentMomentum(iteration, epoch)
                : 0;
        if (first) {
          rate = its;
          momentum = ofVelocity;
          first = false;
        } else {
          oneRate &= its == rate && ofVelocity == momentum;
        }
      }
    }
    if (first && resting) {
      rate = 0;
    }
    if (!oneRate) {
      rate = Double.NaN;
    }
  }

  private static @Nullable IUpdater weights(Trained one) {
    return one.layer == null ? one.fixed : one.weights ? one.layer.getIUpdater() : null;
  }

  private static @Nullable IUpdater biases(Trained one) {
    return one.layer != null && one.biases ? one.layer.getBiasUpdater() : null;
  }

  /** Returns the rate last taken; NaN if there is none, or there are several. */
  double rate() {
    return rate;
  }

  /** Returns the momentum last taken, 0 without. */
  double momentum() {
    return momentum;
  }

  /** Returns why training follows no gradient flow, by a clause; null if it does. */
  @Nullable String whyNoFlow() {
    return whyNoFlow == null && !oneRate ? "layers have different learning rates" : whyNoFlow;
  }
}
