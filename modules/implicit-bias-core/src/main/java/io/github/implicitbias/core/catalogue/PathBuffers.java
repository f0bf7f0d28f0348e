package io.github.implicitbias.core.catalogue;

import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;

/** Keeps the arrays of the path norms from one observation to the next. */
final class PathBuffers implements Shared {

  final StackPaths paths = new StackPaths();

  @Override
  public void compute(Observation observation) {}
}
