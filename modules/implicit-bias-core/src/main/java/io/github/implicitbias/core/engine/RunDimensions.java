package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;

/** The sizes of a run, by which instruments choose their cadence. */
final class RunDimensions {

  private RunDimensions() {}

  static Dimensions of(
      RunHeader header, Probe probe, int samples, NetworkView network, int parameters) {
    long units = 0;
    for (TrackedLayer layer : header.layers()) {
      units += layer.units();
    }
    int widestInputs = probe.inputs();
    int widestUnits = 0;
    for (int i = 0; i < network.layers(); i++) {
      WeightLayer layer = network.layer(i);
      if ((long) layer.units() * layer.inputs() > (long) widestUnits * widestInputs) {
        widestInputs = layer.inputs();
        widestUnits = layer.units();
      }
    }
    return new Dimensions(
        samples, probe.inputs(), network.outputs(), parameters, units, widestInputs, widestUnits);
  }

  /** Returns true if two lists are of layers of the same names and sizes. */
  static boolean areSame(List<TrackedLayer> some, List<TrackedLayer> others) {
    boolean same = some.size() == others.size();
    for (int i = 0; same && i < some.size(); i++) {
      same =
          some.get(i).name().equals(others.get(i).name())
              && some.get(i).units() == others.get(i).units();
    }
    return same;
  }
}
