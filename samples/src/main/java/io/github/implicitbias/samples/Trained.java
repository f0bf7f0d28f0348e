package io.github.implicitbias.samples;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.history.Series;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A network after an experiment, and its run. */
final class Trained {

  final String name;
  final MultiLayerNetwork net;
  final Run run;

  Trained(String name, MultiLayerNetwork net, Run run) {
    this.name = name;
    this.net = net;
    this.run = run;
  }

  /** Returns the values of a column where it was computed. */
  Series series(String column) {
    return run.metric(column);
  }

  /**
   * Returns the steps at which a column was computed.
   *
   * @param ofFirst instead of 0, which logarithmic axes cannot show
   */
  double[] steps(String column, double ofFirst) {
    return Arrays.stream(series(column).steps())
        .mapToDouble(step -> step == 0 ? ofFirst : step)
        .toArray();
  }

  /** Returns the verdict of a prediction. */
  RunVerdict verdict(String id) {
    return run.verdicts().stream()
        .filter(verdict -> verdict.id().equals(id))
        .findFirst()
        .orElseThrow();
  }
}
