package io.github.implicitbias.lab.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.format.RunHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Results as JSON. In it, null is what was not computed or does not apply, and the strings "NaN",
 * "Infinity" and "-Infinity" stand for numbers that JSON lacks.
 */
public final class Json {

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Json() {}

  /** Returns an empty object. */
  public static ObjectNode node() {
    return MAPPER.createObjectNode();
  }

  /** Returns a value as a node. */
  public static JsonNode of(Object value) {
    return MAPPER.valueToTree(value);
  }

  /**
   * Reads a text.
   *
   * @throws IOException if it is not JSON
   */
  public static JsonNode read(String text) throws IOException {
    return MAPPER.readTree(text);
  }

  /** Writes an object into a file. */
  public static void write(Path file, ObjectNode node) throws IOException {
    MAPPER.writeValue(file.toFile(), node);
  }

  /** Puts a number that may be absent or not finite. */
  public static void put(ObjectNode node, String name, double value) {
    if (Absent.is(value)) {
      node.putNull(name);
    } else if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.put(name, Double.toString(value));
    }
  }

  /** Puts where a run comes from, without its configuration. */
  public static void provenance(ObjectNode node, RunHeader header) {
    for (Map.Entry<String, String> fact : header.provenance().entrySet()) {
      if (!fact.getKey().startsWith("prediction.") && !fact.getKey().equals("configuration")) {
        node.put(fact.getKey(), fact.getValue());
      }
    }
  }
}
