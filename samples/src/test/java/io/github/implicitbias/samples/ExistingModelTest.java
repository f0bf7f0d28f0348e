package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVRecord;
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
    assertEquals(96, summary.get("sampleIds").size());
    assertEquals(301, Cli.rows(out.resolve("steps.csv")).size());
    assertEquals(
        32,
        Cli.rows(out.resolve("patterns.csv")).stream()
            .filter(row -> row.get("step").equals("0"))
            .count());
    assertTrue(Files.size(out.resolve("events.csv")) > 0);
  }

  @Test
  void everyStepHasARecord_andEverySampleAVisitInEveryEpoch() throws IOException {
    Path out = folder.resolve("out");
    Cli cli = Cli.succeed("existing-model", "--no-ui", "--epochs", "50", "--out", out.toString());

    assertTrue(
        cli.out
            .lines()
            .anyMatch(
                line ->
                    line.matches(
                        "visits +each of 95 different samples was seen by training 50 to 100"
                            + " times.*")),
        cli.out);
    List<CSVRecord> steps = Cli.rows(out.resolve("steps.csv"));
    assertEquals(6 * 50 + 1, steps.size());
    for (int step = 0; step < 6 * 50; step++) {
      assertEquals(Integer.toString(step), steps.get(step).get("step"));
      assertTrue(Double.isFinite(Cli.number(steps.get(step), "score")), "score at " + step);
    }
    List<CSVRecord> samples = Cli.rows(out.resolve("visits.csv"));
    assertEquals(96, samples.size());
    int[] counts = samples.stream().mapToInt(one -> (int) Cli.number(one, "visits")).toArray();
    Arrays.sort(counts);
    int[] expected = new int[96];
    Arrays.fill(expected, 1, 95, 50);
    expected[95] = 100;
    assertArrayEquals(expected, counts, "two flowers of Iris are equal, and count as one sample");
    JsonNode visits = Cli.summary(out).get("visits");
    assertEquals(96 * 50, visits.get("visits").asInt());
    assertEquals(95, visits.get("samples").asInt());
    assertEquals(50, visits.get("epochs").asInt());
    assertEquals(50, Cli.rows(out.resolve("epochs.csv")).size());
    assertEquals(Cli.rows(out.resolve("suspects.csv")).size(), visits.get("suspects").asInt());
    assertEquals(
        samples.stream()
            .filter(one -> Cli.number(one, "visits") > 0 && one.get("learnedAt").isEmpty())
            .count(),
        visits.get("neverLearned").asInt());
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
