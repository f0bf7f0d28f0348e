package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/** Where a run comes from: versions, seed, data type, configuration, data. */
final class Provenance {

  private Provenance() {}

  /** Returns what is known at once. */
  static Map<String, String> of(Network net, String route) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("dl4j-implicit-bias", version("version.properties"));
    facts.put(
        "deeplearning4j",
        version("/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties"));
    facts.put("nd4j", version("/META-INF/maven/org.nd4j/nd4j-api/pom.properties"));
    facts.put("backend", Nd4j.getExecutioner().type().toString());
    facts.put("java", System.getProperty("java.version"));
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("dataType", net.dataType().toString());
    facts.put("seed", Long.toString(net.seed()));
    facts.put("firstStep", Integer.toString(net.iteration()));
    facts.put("route", route);
    String statistics = RunningStatistics.of(net);
    if (statistics != null) {
      facts.put("statistics", statistics);
    }
    return facts;
  }

  /** Returns what takes long: the hash of the data, the configuration. */
  static Map<String, String> thatTakesLong(@Nullable Probe probe, Supplier<String> configuration) {
    Map<String, String> facts = new LinkedHashMap<>();
    if (probe != null) {
      facts.put("dataHash", "sha256:" + probe.hash());
    }
    facts.put("configuration", configuration.get());
    return facts;
  }

  private static String version(String resource) {
    try (InputStream in = Provenance.class.getResourceAsStream(resource)) {
      if (in == null) {
        return "unknown";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
