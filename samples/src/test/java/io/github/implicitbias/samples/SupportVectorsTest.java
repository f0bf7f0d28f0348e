package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers of the sample against the reference. */
class SupportVectorsTest {

  @TempDir Path folder;

  @Test
  void eventsWeightsAndSupport_areTheReferences() throws Exception {
    Path out = folder.resolve("out");
    Cli.succeed("support-vectors", "--no-ui", "--out", out.toString());
    JsonNode results = new ObjectMapper().readTree(out.resolve("results.json").toFile());
    assertEquals(-4 / 3., results.at("/leaves-relu/w0").asDouble(), 1e-6);
    assertEquals(2, results.at("/leaves-relu/w1").asDouble(), 1e-6);
    assertEquals(-1.977273, results.at("/leaves-linear/w0").asDouble(), 1e-6);
    assertEquals(1.613636, results.at("/leaves-linear/w1").asDouble(), 1e-6);
    assertEquals("sample 1 off at 4", results.at("/leaves-relu/events").asText());
    assertEquals(
        "sample 1 off at 4, sample 1 on again at 36", results.at("/leaves-linear/events").asText());
    assertEquals(
        "sample 1 off at 1, sample 1 on again at 461", results.at("/returns-relu/events").asText());
    assertEquals(
        "sample 1 off at 1, sample 1 on again at 44",
        results.at("/returns-linear/events").asText());
    assertEquals(0, results.get("leaveOut1").asDouble(), 2e-6);
    assertEquals(1.0005, results.get("leaveOut2").asDouble(), 5e-5);
    for (String file : new String[] {"support-vectors.svg", "support-vectors.png"}) {
      assertTrue(Files.size(out.resolve(file)) > 10_000, file);
    }
    for (String file : new String[] {"steps.csv", "patterns.csv", "events.csv", "summary.json"}) {
      assertTrue(Files.exists(out.resolve("returns-relu").resolve(file)), file);
    }
  }
}
