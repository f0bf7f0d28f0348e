package io.github.implicitbias.lab.report;

import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.format.RunHeader;
import java.util.Optional;

/** Names of columns, asked for by what they are: nobody here spells one. */
public final class Columns {

  private Columns() {}

  /** Returns the name of a basic column, or of a metric of the whole network, if there is one. */
  public static Optional<String> ofNetwork(RunHeader header, String id) {
    Optional<String> basic = find(header, Column.Kind.BASIC, id, -1);
    return basic.isPresent() ? basic : find(header, Column.Kind.METRIC, id, -1);
  }

  /** Returns the name of the column of a metric for a layer, if there is one. */
  public static Optional<String> ofLayer(RunHeader header, String metric, String layer) {
    return find(header, Column.Kind.METRIC, metric, header.layerNumber(layer));
  }

  /** Returns the name of the column of what a prediction measures, if there is one. */
  public static Optional<String> measured(RunHeader header, String prediction) {
    return find(header, Column.Kind.MEASURED, prediction, -1);
  }

  private static Optional<String> find(RunHeader header, Column.Kind kind, String id, int layer) {
    int at = header.find(kind, id, layer);
    return at < 0 ? Optional.empty() : Optional.of(header.columns().get(at).name());
  }
}
