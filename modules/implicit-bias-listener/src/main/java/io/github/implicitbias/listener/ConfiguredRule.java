package io.github.implicitbias.listener;

import io.github.implicitbias.core.law.UpdateRule;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.api.TrainingConfig;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.learning.regularization.L2Regularization;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;

/**
 * How DL4J updates one array of parameters, as configured. The numbers are those of the update that
 * leaves the present parameters, once {@link #take} was called while the network still counts it as
 * the next one.
 */
final class ConfiguredRule implements UpdateRule {

  private final Network net;
  private final NetworkNode node;
  private final String key;
  private final @Nullable String beside;
  private Kind kind = Kind.OTHER;
  private double rate = Double.NaN;
  private double momentum;
  private double beta1;
  private double beta2;
  private double l2;
  private double decay;

  ConfiguredRule(Network net, NetworkNode node, String key) {
    this.net = net;
    this.node = node;
    this.key = key;
    List<String> found = new ArrayList<>();
    if (net.optimizer() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT) {
      found.add("the optimization algorithm is " + net.optimizer());
    }
    GradientNormalization normalization = config().getGradientNormalization();
    if (normalization != null && normalization != GradientNormalization.None) {
      found.add(node.name() + " has the gradient normalization " + normalization);
    }
    if (ConfiguredTraining.isConstrained(node.layer())) {
      found.add(node.name() + " has a constraint");
    }
    for (Regularization one : regularization()) {
      boolean known =
          one instanceof L2Regularization
              || (one instanceof WeightDecay && ((WeightDecay) one).isApplyLR());
      if (!known) {
        found.add(node.name() + " has " + one.getClass().getSimpleName());
      }
    }
    this.beside = found.isEmpty() ? null : String.join(" and ", found);
    take();
  }

  private TrainingConfig config() {
    return node.implementation().getConfig();
  }

  private List<Regularization> regularization() {
    List<Regularization> all = config().getRegularizationByParam(key);
    return all == null ? List.of() : all;
  }

  /** Takes the numbers of the next update. */
  void take() {
    int iteration = net.iteration();
    int epoch = net.epoch();
    IUpdater updater = config().getUpdaterByParam(key);
    kind = node.isFixed() ? Kind.NONE : kind(updater);
    boolean hasRate = updater != null && updater.hasLearningRate();
    rate = hasRate ? updater.getLearningRate(iteration, epoch) : Double.NaN;
    momentum = 0;
    if (updater instanceof Nesterovs) {
      momentum = ((Nesterovs) updater).currentMomentum(iteration, epoch);
    } else if (updater instanceof Adam) {
      beta1 = ((Adam) updater).getBeta1();
      beta2 = ((Adam) updater).getBeta2();
    } else if (updater instanceof AMSGrad) {
      beta1 = ((AMSGrad) updater).getBeta1();
      beta2 = ((AMSGrad) updater).getBeta2();
    }
    l2 = 0;
    decay = 0;
    for (Regularization one : regularization()) {
      if (one instanceof L2Regularization) {
        l2 += ((L2Regularization) one).getL2().valueAt(iteration, epoch);
      } else if (one instanceof WeightDecay && ((WeightDecay) one).isApplyLR()) {
        decay += ((WeightDecay) one).getCoeff().valueAt(iteration, epoch);
      }
    }
  }

  private static Kind kind(@Nullable IUpdater updater) {
    if (updater == null || NetworkNode.isResting(updater)) {
      return Kind.NONE;
    }
    if (updater instanceof Sgd) {
      return Kind.SGD;
    }
    if (updater instanceof Nesterovs) {
      return Kind.NESTEROVS;
    }
    if (updater instanceof Adam) {
      return Kind.ADAM;
    }
    if (updater instanceof AMSGrad) {
      return Kind.AMSGRAD;
    }
    if (updater instanceof RmsProp) {
      return Kind.RMSPROP;
    }
    return Kind.OTHER;
  }

  @Override
  public String updater() {
    IUpdater updater = config().getUpdaterByParam(key);
    return updater == null ? "none" : updater.getClass().getSimpleName();
  }

  @Override
  public Kind kind() {
    return kind;
  }

  @Override
  public double rate() {
    return rate;
  }

  @Override
  public double momentum() {
    return momentum;
  }

  @Override
  public double beta1() {
    return beta1;
  }

  @Override
  public double beta2() {
    return beta2;
  }

  @Override
  public double l2() {
    return l2;
  }

  @Override
  public double decay() {
    return decay;
  }

  @Override
  public @Nullable String beside() {
    return beside;
  }
}
