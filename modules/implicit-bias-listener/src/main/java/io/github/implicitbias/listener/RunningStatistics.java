package io.github.implicitbias.listener;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What batch normalization makes of a record: it is of the network in inference mode, with running
 * averages, while training normalizes with the averages of its batches.
 */
final class RunningStatistics {

  /** Below this share what is left of the start of the averages is not worth a word. */
  private static final double LITTLE = 0.01;

  private RunningStatistics() {}

  /** Returns one sentence for the header of a run; null if nothing is normalized by batches. */
  static @Nullable String of(Network net) {
    List<String> names = new ArrayList<>();
    double slowest = -1;
    for (NetworkNode node : net.nodes()) {
      boolean trains =
          node.isLayer()
              && node.layer() instanceof BatchNormalization
              && node.layer() == node.configured();
      if (trains) {
        names.add(node.name());
        double decay = ((BatchNormalization) node.layer()).getDecay();
        slowest = areAtTheirStart(node) ? Math.max(slowest, decay) : slowest;
      }
    }
    if (names.isEmpty()) {
      return null;
    }
    String sentence =
        "running: every record is of the network in inference mode, in which "
            + String.join(", ", names)
            + (names.size() == 1 ? " uses" : " use")
            + " running averages; training uses the averages of each batch";
    return slowest < 0 ? sentence : sentence + start(net.iteration(), slowest);
  }

  private static String start(int first, double decay) {
    String share =
        String.format(
            Locale.ROOT,
            ". The averages begin at mean 0 and variance 1, of which %s^k is left after k steps",
            decay);
    if (!(decay > 0 && decay < 1)) {
      return share;
    }
    long steps = (long) Math.ceil(Math.log(LITTLE) / Math.log(decay));
    return share
        + ": before step "
        + (first + steps)
        + " patterns, margins and loss also reflect that start";
  }

  /** Returns true if the averages are those that DL4J starts with. */
  private static boolean areAtTheirStart(NetworkNode node) {
    return isAll(node.parameter("mean"), 0)
        && (isAll(node.parameter("var"), 1) || isAll(node.parameter("log10stdev"), 0));
  }

  private static boolean isAll(@Nullable INDArray array, double value) {
    for (long k = 0; array != null && k < array.length(); k++) {
      if (array.getDouble(k) != value) {
        return false;
      }
    }
    return array != null;
  }
}
