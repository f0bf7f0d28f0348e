package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;

/** What the updates so far add up to: the sum of their learning rates, and the flow time. */
final class ElapsedTime {

  private static final int TIME = Column.Basic.TIME.ordinal();
  private static final int FLOW_TIME = Column.Basic.FLOW_TIME.ordinal();

  private final FlowTime flow = new FlowTime();
  private double time;

  /** Adds an update. */
  void advance(double learningRate, TrainingSetup training) {
    time += learningRate;
    flow.advance(learningRate, training.momentum(), training.whyNoFlowTime() == null);
  }

  /** Writes both among the values of a record; absent where they are not known. */
  void put(double[] into, TrainingSetup training) {
    double known = flow.value();
    into[TIME] = Double.isNaN(time) ? Absent.VALUE : time;
    into[FLOW_TIME] = Absent.is(known) ? known : training.kappa() * known;
  }
}
