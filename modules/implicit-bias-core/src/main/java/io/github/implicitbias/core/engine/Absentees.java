package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.Observation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The metrics that have no value in a run, by reason: found at its complete records, the first and
 * the last among them, said in the log and in the provenance.
 */
final class Absentees {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  private final Map<String, List<String>> metricsByReason = new LinkedHashMap<>();
  private final Set<String> explained = new HashSet<>();

  /**
   * Takes note that a value is absent at a complete record.
   *
   * @param layer as for {@link Metric#evaluate}
   * @param of the name of that layer, empty for a metric of the network
   */
  void add(Metric metric, Observation seen, int layer, String of) {
    if (!explained.contains(place(metric.id(), of))) {
      add(metric.id(), metric.whyAbsent(seen, layer), of);
    }
  }

  /**
   * Takes note that there is no value at a complete record.
   *
   * @param reason null if there is nothing to say
   * @param of the name of the layer, empty for the network
   */
  void add(String id, @Nullable String reason, String of) {
    if (reason != null && explained.add(place(id, of))) {
      String whole = of.isEmpty() ? reason : ofLayer(reason, of);
      List<String> ids = metricsByReason.computeIfAbsent(whole, any -> new ArrayList<>());
      if (!ids.contains(id)) {
        ids.add(id);
      }
    }
  }

  private static String place(String id, String of) {
    return id + '[' + of;
  }

  /** A reason that begins with "it" is about the layer. */
  private static String ofLayer(String reason, String layer) {
    return reason.startsWith("it ") ? layer + reason.substring(2) : reason;
  }

  /**
   * Says what is absent and why, of what was not said before, and returns it: the metrics and the
   * reason, or the reasons of several layers.
   */
  Map<String, String> say() {
    Map<String, String> facts = new LinkedHashMap<>();
    metricsByReason.forEach(
        (reason, ids) -> {
          facts.merge(
              "absent " + String.join(", ", ids), reason, (one, other) -> one + "; " + other);
          LOG.info("Not recorded: {}, because {}.", String.join(", ", ids), reason);
        });
    metricsByReason.clear();
    return facts;
  }
}
