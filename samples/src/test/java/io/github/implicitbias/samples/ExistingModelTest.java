package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ExistingModelTest {

  @TempDir Path folder;

  @Test
  void learnsIris_countsFlips_andIsNotChangedByBeingWatched() throws IOException {
    Path out = Files.createDirectory(folder.resolve("empty-is-allowed"));
    Cli cli = Cli.succeed("existing-model", "--no-ui", "--steps", "300", "--out", out.toString());

    for (String row :
        new String[] {"accuracy", "flips", "dead units", "last flip", "cost of watching"}) {
      assertTrue(cli.out.contains("\n" + row + " "), cli.out);
    }
    assertTrue(cli.out.contains("bit for bit the same"), cli.out);
    JsonNode summary = Cli.summary(out);
    JsonNode results = summary.get("results");
    assertTrue(results.get("bitIdentical").asBoolean());
    assertTrue(results.get("testAccuracy").asDouble() > 0.85, results.toString());
    assertTrue(results.get("lastFlip").asInt() > 0);
    assertEquals("6", summary.get("provenance").get("seed").asText());
    assertEquals(300, summary.get("route").get("inPlace").asInt());
    assertEquals(97, summary.get("sampleIds").size());
    assertEquals(301, Cli.rows(out.resolve("steps.csv")).size());
    assertEquals(
        32,
        Cli.rows(out.resolve("patterns.csv")).stream()
            .filter(row -> row.get("step").equals("0"))
            .count());
    assertTrue(Files.size(out.resolve("events.csv")) > 0);
  }

  @Test
  @Timeout(120)
  void withTheUi_saysWhereBeforeTraining_andStaysUpUntilInterrupted() throws Exception {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CompletableFuture<Integer> code = new CompletableFuture<>();
    Thread program =
        new Thread(
            () ->
                code.complete(
                    Samples.run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        "--port",
                        "0",
                        "--steps",
                        "50")));
    program.start();
    while (!out.toString().contains("until you press Ctrl-C") && !code.isDone()) {
      Thread.sleep(50);
    }
    Matcher address =
        Pattern.compile("^Open (http://127\\.0\\.0\\.1:\\d+/)\\S+").matcher(out.toString());
    assertTrue(address.find(), out + "\n" + err);
    HttpClient client = HttpClient.newHttpClient();
    for (String page :
        new String[] {"train/implicit-bias", "train/overview", "train/overview/data"}) {
      HttpResponse<String> response =
          client.send(
              HttpRequest.newBuilder(URI.create(address.group(1) + page)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(200, response.statusCode(), page);
      if (page.endsWith("data")) {
        JsonNode scores = new ObjectMapper().readTree(response.body()).get("scores");
        assertEquals(50, scores.size(), "the stock overview has a point per step");
      }
    }
    assertTrue(out.toString().contains("bit for bit the same"), out.toString());
    program.interrupt();
    assertEquals(0, code.get(30, TimeUnit.SECONDS));
  }
}
