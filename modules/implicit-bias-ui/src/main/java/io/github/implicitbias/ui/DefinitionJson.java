package io.github.implicitbias.ui;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Definition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the library's metrics are, for readers of the page. */
final class DefinitionJson {

  private static final Map<String, Definition> DEFINITIONS = new HashMap<>();

  static {
    for (Metric metric : Preset.FULL.instruments().metrics()) {
      DEFINITIONS.put(metric.id(), metric.definition());
    }
    for (SampleMetric metric : Preset.FULL.instruments().sampleMetrics()) {
      DEFINITIONS.put(metric.id(), metric.definition());
    }
  }

  private DefinitionJson() {}

  /** Puts what is known of the metrics that some columns are of, each once. */
  static void put(ObjectNode node, List<String> columns) {
    for (String column : columns) {
      int layer = column.indexOf('[');
      String id = layer < 0 ? column : column.substring(0, layer);
      Definition definition = DEFINITIONS.get(id);
      if (definition != null && !node.has(id)) {
        node.putObject(id)
            .put("formula", definition.formula())
            .put("applies", definition.applies())
            .put("source", definition.source())
            .put("expectation", definition.expectation());
      }
    }
  }
}
