package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The patterns of the tracked layers, and which entries are at the boundary where that is known.
 */
final class LayerPatterns {

  final List<PatternHistory> histories = new ArrayList<>();
  final List<Boundary> boundaries = new ArrayList<>();
  private final boolean[] boundaryKnown;

  /**
   * Makes the patterns of a run before its first observation.
   *
   * @param existing per layer the entries that exist, null where all do; null for all layers
   */
  LayerPatterns(RunHeader header, @Nullable List<long @Nullable []> existing) {
    for (int k = 0; k < header.layers().size(); k++) {
      TrackedLayer layer = header.layers().get(k);
      long[] possible = existing == null ? null : existing.get(k);
      histories.add(
          new PatternHistory(layer.units(), header.samples(), possible, layer.isGrouped()));
      boundaries.add(new Boundary(histories.get(k)));
    }
    boundaryKnown = new boolean[histories.size()];
  }

  /** Says of which step the patterns are. */
  void atStep(long step) {
    for (int layer = 0; layer < histories.size(); layer++) {
      histories.get(layer).atStep(step);
    }
  }

  /** Takes note whether the boundary of a layer is known at the present observation. */
  void boundaryFound(int layer, boolean known) {
    boundaryKnown[layer] = known;
  }

  @Nullable Boundary boundary(int layer) {
    return boundaryKnown[layer] ? boundaries.get(layer) : null;
  }
}
