package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.PatternHistory;
import java.util.function.Supplier;

/** An observation that is shown with another probe. */
final class Shown implements Observation {

  private final Observation whole;
  private final Probe probe;

  Shown(Observation whole, Probe probe) {
    this.whole = whole;
    this.probe = probe;
  }

  @Override
  public long step() {
    return whole.step();
  }

  @Override
  public double loss() {
    return whole.loss();
  }

  @Override
  public int layers() {
    return whole.layers();
  }

  @Override
  public PatternHistory pattern(int layer) {
    return whole.pattern(layer);
  }

  @Override
  public Boundary boundary(int layer) {
    return whole.boundary(layer);
  }

  @Override
  public boolean hasParameters() {
    return whole.hasParameters();
  }

  @Override
  public ParameterNorms parameters() {
    return whole.parameters();
  }

  @Override
  public boolean followsPreviousStep() {
    return whole.followsPreviousStep();
  }

  @Override
  public Probe probe() {
    return probe;
  }

  @Override
  public NetworkView network() {
    return whole.network();
  }

  @Override
  public double watchShare() {
    return whole.watchShare();
  }

  @Override
  public <T extends Shared> T shared(Class<T> type, Supplier<T> factory) {
    return whole.shared(type, factory);
  }
}
