package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.VisitBook;
import java.util.List;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what the losses of the samples add up to, divided as DL4J divides, with the score of the
 * step: at the first steps and at every hundredth. Where they differ, the losses of the samples are
 * not what training descends on, and one sentence says so.
 */
final class VisitCheck {

  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);
  private static final int FIRST = 10;
  private static final int EVERY = 100;
  private static final double TOLERANCE = 1e-4;

  /** Scores of half precision are sums of numbers of three digits. */
  private static final double OF_HALF = 0.05;

  private final Network net;
  private final VisitPlan plan;
  private final VisitBook book;
  private final boolean penalized;
  private double expected;
  private double rounding;
  private boolean failed;

  VisitCheck(Network net, VisitPlan plan) {
    this.net = net;
    this.plan = plan;
    this.book = plan.book();
    penalized =
        net.nodes().stream().anyMatch(n -> n.isLayer() && ConfiguredTraining.isPenalized(n));
    expected = Double.NaN;
  }

  /** At the backward pass, when the outputs were read and parameters are still those of it. */
  void backward(int step, List<@Nullable VisitOutput> outputs) {
    expected = Double.NaN;
    boolean searches = net.optimizer() != OptimizationAlgorithm.STOCHASTIC_GRADIENT_DESCENT;
    if (failed || searches || step >= FIRST && step % EVERY != 0) {
      return;
    }
    double sum = 0;
    rounding = 0;
    for (int k = 0; k < outputs.size(); k++) {
      VisitOutput output = outputs.get(k);
      if (output == null) {
        return;
      }
      double ofOutput = 0;
      for (double loss : output.losses()) {
        ofOutput += loss;
      }
      sum += ofOutput / output.divisor();
      rounding += output.rounding() / output.divisor();
    }
    // DL4J makes garbage to find that there is nothing to add.
    expected = Double.isNaN(sum) || !penalized ? sum : sum + net.regularization();
  }

  /** After the step, when its score is known. */
  void updated() {
    double score = net.score();
    double difference = Math.abs(score - expected);
    expected = Double.NaN;
    boolean half = net.dataType().width() < Float.BYTES;
    double tolerance = (half ? OF_HALF : TOLERANCE) * Math.abs(score) + rounding;
    if (!(difference > tolerance) || Double.isInfinite(difference)) {
      return;
    }
    failed = true;
    book.lossesAreNotComparable();
    String sentence =
        "The losses of the samples do not add up to the score of DL4J, because "
            + why()
            + ": they are not comparable with it.";
    book.say(sentence);
    LOG.warn("{}", sentence);
  }

  private String why() {
    for (VisitOutput output : plan.outputs()) {
      if (output != null && output.node().layer() instanceof BaseLayer) {
        BaseLayer layer = (BaseLayer) output.node().layer();
        if (layer.getWeightNoise() != null) {
          return output.node().name() + " has " + Restraints.noise(layer);
        }
      }
    }
    return "the loss of the output layer counts a batch otherwise than its samples one by one";
  }
}
