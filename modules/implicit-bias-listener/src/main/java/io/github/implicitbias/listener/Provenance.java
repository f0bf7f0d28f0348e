package io.github.implicitbias.listener;

import io.github.implicitbias.core.probe.Probe;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;

/** Where a run comes from: versions, seed, data type, configuration, data. */
final class Provenance {

  private Provenance() {}

  static Map<String, String> of(MultiLayerNetwork net, Probe probe, String route) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("dl4j-implicit-bias", version("io.github.implicitbias", "implicit-bias-listener"));
    facts.put("deeplearning4j", version("org.deeplearning4j", "deeplearning4j-nn"));
    facts.put("nd4j", version("org.nd4j", "nd4j-api"));
    facts.put("backend", Nd4j.getExecutioner().type().toString());
    facts.put("java", System.getProperty("java.version"));
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    facts.put("dataType", net.getLayerWiseConfigurations().getDataType().toString());
    facts.put("seed", Long.toString(net.getDefaultConfiguration().getSeed()));
    facts.put("firstStep", Integer.toString(net.getIterationCount()));
    facts.put("dataHash", "sha256:" + probe.hash());
    facts.put("route", route);
    facts.put("configuration", net.getLayerWiseConfigurations().toJson());
    return facts;
  }

  private static String version(String group, String artifact) {
    String path = "/META-INF/maven/" + group + "/" + artifact + "/pom.properties";
    try (InputStream in = Provenance.class.getResourceAsStream(path)) {
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
