package io.github.implicitbias.page;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the configuration of a network says of one of its layers: kind, inputs, outputs, kernel and
 * number of parameters, each if it is there and understood.
 */
final class LayerFacts {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Longest configuration that is read. */
  private static final int MAX_TEXT = 4_000_000;

  final String kind;
  final long inputs; // 0 for unknown
  final long outputs;
  final String kernel; // "5 × 5", empty for none
  final long parameters; // -1 for unknown

  private LayerFacts(JsonNode layer) {
    String name = layer.path("@class").asText();
    name = name.substring(name.lastIndexOf('.') + 1);
    inputs = Math.max(0, layer.path("nin").asLong());
    outputs = Math.max(0, layer.path("nout").asLong());
    List<String> lengths = new ArrayList<>();
    long product = 1;
    for (JsonNode length : layer.path("kernelSize")) {
      lengths.add(length.asText());
      product *= length.asLong();
    }
    kernel = String.join(" × ", lengths);
    kind = words(name);
    parameters = parameters(name, product, layer.path("hasBias").asBoolean(true));
  }

  /** "ConvolutionLayer" as "convolution", "LSTM" as it is. */
  static String words(String name) {
    String bare = name.replaceAll("(?<=.)Layer$", "");
    return bare.equals(bare.toUpperCase(Locale.ROOT))
        ? bare
        : bare.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
  }

  private long parameters(String name, long kernelSize, boolean bias) {
    switch (name) {
      case "DenseLayer":
      case "OutputLayer":
      case "RnnOutputLayer":
        return inputs * outputs + (bias ? outputs : 0);
      case "ConvolutionLayer":
      case "Convolution1DLayer":
        return inputs * outputs * kernelSize + (bias ? outputs : 0);
      case "LSTM":
        return 4 * outputs * (inputs + outputs + 1);
      case "SimpleRnn":
        return outputs * (inputs + outputs + 1);
      case "BatchNormalization":
        return 4 * outputs;
      case "ActivationLayer":
      case "DropoutLayer":
      case "GlobalPoolingLayer":
      case "LossLayer":
      case "SubsamplingLayer":
      case "Subsampling1DLayer":
      case "ZeroPaddingLayer":
        return 0;
      default:
        return -1;
    }
  }

  /**
   * Returns the layers of a network in the order of its configuration, by their names; empty if the
   * run does not say, or in a way that is not understood. Layers without a name are called by their
   * place, as DL4J does.
   */
  static Map<String, LayerFacts> of(RunHeader header) {
    Map<String, LayerFacts> found = new LinkedHashMap<>();
    named(header).forEach((name, layer) -> found.put(name, new LayerFacts(layer)));
    return found;
  }

  /** Returns the layers in the order of the configuration, as it has them; may be empty. */
  static Collection<JsonNode> configured(RunHeader header) {
    return named(header).values();
  }

  private static Map<String, JsonNode> named(RunHeader header) {
    String text = header.provenance().get("configuration");
    if (text == null || text.length() > MAX_TEXT) {
      return Map.of();
    }
    Map<String, JsonNode> found = new LinkedHashMap<>();
    try {
      JsonNode root = JSON.readTree(text);
      for (JsonNode one : root.path("confs")) {
        add(found, one.path("layer"), "layer" + found.size());
      }
      JsonNode vertices = root.path("vertices");
      for (Iterator<String> names = vertices.fieldNames(); names.hasNext(); ) {
        String name = names.next();
        JsonNode layer = vertices.get(name).path("layerConf").path("layer");
        if (layer.isObject()) {
          add(found, layer, name);
        }
      }
    } catch (JsonProcessingException e) {
      return Map.of();
    }
    return found;
  }

  private static void add(Map<String, JsonNode> found, JsonNode layer, String otherwise) {
    JsonNode name = layer.get("layerName");
    JsonNode inner =
        layer.has("nout") || !layer.path("layer").isObject() ? layer : layer.get("layer");
    found.put(name == null || !name.isTextual() ? otherwise : name.asText(), inner);
  }

  /** Returns the number of all parameters; -1 if there is a layer of which it is not known. */
  static long parameters(Iterable<LayerFacts> layers) {
    long sum = 0;
    for (LayerFacts layer : layers) {
      if (layer.parameters < 0) {
        return -1;
      }
      sum += layer.parameters;
    }
    return sum;
  }
}
