package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.metric.Targets;

/** The margins of the samples of the probe, before the output activation. */
final class ObservedMargins implements Shared {

  /** What those who ask for it need. */
  static final Needs NEEDS = Targets.NEEDS;

  private boolean applies;
  private double[] values = {};
  private double smallest;

  @Override
  public Needs needs() {
    return NEEDS;
  }

  @Override
  public void compute(Observation observation) {
    applies = false;
    Targets targets = Targets.of(observation);
    double[] f = observation.network().outputPreActivations();
    if (f == null || !(targets.isBinary() || targets.isMulticlass())) {
      return;
    }
    int[] classes = targets.classes();
    if (values.length != classes.length) {
      values = new double[classes.length];
    }
    if (targets.isBinary()) {
      ClassificationMargins.binary(f, classes, values);
    } else {
      ClassificationMargins.multiclass(f, classes, observation.network().outputs(), values);
    }
    smallest = Double.POSITIVE_INFINITY;
    for (int i = 0; i < values.length; i++) {
      if (targets.counts(i)) {
        smallest = Math.min(smallest, values[i]);
        applies = true;
      }
    }
  }

  boolean applies() {
    return applies;
  }

  /** Returns the smallest margin. */
  double smallest() {
    return smallest;
  }

  /** Returns one margin per sample. */
  double[] values() {
    return values;
  }
}
