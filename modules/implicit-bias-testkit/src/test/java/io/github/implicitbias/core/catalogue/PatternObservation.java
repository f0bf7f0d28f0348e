package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.PatternHistory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** An observation that has patterns and nothing else. */
final class PatternObservation implements Observation {

  private final List<PatternHistory> patterns;
  private final List<Boundary> boundaries = new ArrayList<>();
  private boolean boundaryKnown;
  private final Map<Class<?>, Shared> shared = new HashMap<>();
  private final Map<Class<?>, Long> sharedStep = new HashMap<>();
  long step = -1;
  int computed;

  PatternObservation(PatternHistory... patterns) {
    this.patterns = List.of(patterns);
    for (PatternHistory pattern : patterns) {
      this.boundaries.add(new Boundary(pattern));
    }
  }

  /** Returns the array to write the entries on the boundary of a layer into. */
  long[] boundaryWords(int layer) {
    return boundaries.get(layer).words();
  }

  @Override
  public Boundary boundary(int layer) {
    return boundaryKnown ? boundaries.get(layer) : null;
  }

  /** Makes what was written into the patterns the observation of the next step. */
  void next(boolean boundaries) {
    step++;
    boundaryKnown = boundaries;
    for (PatternHistory pattern : patterns) {
      pattern.advance(0);
      pattern.atStep(step);
    }
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public double loss() {
    throw new UnsupportedOperationException();
  }

  @Override
  public int layers() {
    return patterns.size();
  }

  @Override
  public PatternHistory pattern(int layer) {
    return patterns.get(layer);
  }

  @Override
  public boolean hasParameters() {
    return false;
  }

  @Override
  public ParameterNorms parameters() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean followsPreviousStep() {
    return false;
  }

  @Override
  public Probe probe() {
    throw new UnsupportedOperationException();
  }

  @Override
  public NetworkView network() {
    throw new UnsupportedOperationException();
  }

  @Override
  public double watchShare() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T extends Shared> T shared(Class<T> type, Supplier<T> factory) {
    Shared value = shared.get(type);
    if (value == null) {
      value = factory.get();
      shared.put(type, value);
      sharedStep.put(type, -1L);
    }
    if (sharedStep.get(type) != step) {
      computed++;
      value.compute(this);
      sharedStep.put(type, step);
    }
    return type.cast(value);
  }
}
