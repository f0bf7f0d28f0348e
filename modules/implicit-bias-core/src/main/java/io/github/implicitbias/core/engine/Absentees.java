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
    @Nullable String reason = metric.whyAbsent(seen, layer);
    if (reason != null) {
      String whole = of.isEmpty() ? reason : ofLayer(reason, of);
      List<String> ids = metricsByReason.computeIfAbsent(whole, any -> new ArrayList<>());
      if (!ids.contains(metric.id())) {
        ids.add(metric.id());
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
