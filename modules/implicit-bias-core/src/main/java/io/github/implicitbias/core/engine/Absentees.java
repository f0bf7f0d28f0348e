package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics that do not apply to a run, by reason: found at its first record, said in the log and
 * in the provenance.
 */
final class Absentees {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Map<String, List<String>> metricsByReason = new LinkedHashMap<>();

  /**
   * Takes note that a value is absent at the first record.
   *
   * @param layer as for {@link Metric#evaluate}
   * @param of the name of that layer, empty for a metric of the network
   */
  void add(Metric metric, Observation seen, int layer, String of) {
    add(metric.id(), metric.whyAbsent(seen, layer), of);
  }

  /**
   * Takes note that there is no value at the first record.
   *
   * @param reason null if there is nothing to say
   * @param of the name of the layer, empty for the network
   */
  void add(String id, @Nullable String reason, String of) {
    if (reason != null) {
      String whole = of.isEmpty() ? reason : ofLayer(reason, of);
      List<String> ids = metricsByReason.computeIfAbsent(whole, any -> new ArrayList<>());
      if (!ids.contains(id)) {
        ids.add(id);
      }
    }
  }

  /** A reason that begins with "it" or "its" is about the layer. */
  private static String ofLayer(String reason, String layer) {
    if (reason.startsWith("it ")) {
      return layer + reason.substring(2);
    }
    return reason.startsWith("all its ")
        ? "all " + reason.substring("all its ".length()).replaceFirst(" ", " of " + layer + " ")
        : reason;
  }

  /** Says once what is absent and why, and returns it: the metrics and the reason. */
  Map<String, String> say() {
    Map<String, String> facts = new LinkedHashMap<>();
    metricsByReason.forEach(
        (reason, ids) -> {
          facts.put("absent " + String.join(", ", ids), reason);
          LOG.info("Not recorded: {}, because {}.", String.join(", ", ids), reason);
        });
    return facts;
  }
}
