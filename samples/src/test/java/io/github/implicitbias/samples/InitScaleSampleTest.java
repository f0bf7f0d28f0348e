package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class InitScaleSampleTest {

  @TempDir Path folder;

  @Test
  void theNumbersAreThoseOfSingleRuns_andTheSameForAnyNumberOfThreads() throws IOException {
    String[] small = {"init-scale", "--no-ui", "--steps", "60", "--scales", "0.01,1"};
    Path two = folder.resolve("two");
    Cli cli = Cli.succeed(with(small, "--seeds", "2", "--threads", "2", "--out", two.toString()));
    Path one = folder.resolve("one");
    Cli.succeed(with(small, "--seeds", "2", "--threads", "1", "--out", one.toString()));
    assertEquals(
        Files.readString(one.resolve("sweep.csv")), Files.readString(two.resolve("sweep.csv")));
    Path single = folder.resolve("single");
    Cli.succeed(
        "init-scale",
        "--no-ui",
        "--steps",
        "60",
        "--scales",
        "1",
        "--seeds",
        "1",
        "--seed",
        "2",
        "--out",
        single.toString());
    List<CSVRecord> rows = Cli.rows(two.resolve("sweep.csv"));
    assertEquals(4, rows.size());
    CSVRecord last = rows.get(3);
    assertEquals("1.0", last.get("scale"));
    assertEquals("2", last.get("seed"));
    CSVRecord alone = Cli.rows(single.resolve("sweep.csv")).get(0);
    for (String column : alone.getParser().getHeaderNames()) {
      assertEquals(alone.get(column), last.get(column), column);
    }
    for (String ending : new String[] {".svg", ".png"}) {
      assertTrue(Files.size(two.resolve("init-scale" + ending)) > 10_000, ending);
    }
    String page = Files.readString(two.resolve("run.html"));
    assertTrue(page.contains("scale=0.01 seed=1"), "the page of the first run");
    assertEquals(5, Files.list(two).count(), "table, summary, page, and the figure twice");
    assertTrue(cli.out.contains("scale  loss"), cli.out);
    JsonNode summary = Cli.summary(two);
    assertEquals(4, summary.get("runs").size());
    assertEquals(
        Cli.number(last, "loss"), summary.at("/runs/3/final/loss").asDouble(), "as in the CSV");
    assertTrue(summary.at("/predictions/outputSignsKept/statement").isTextual());
  }

  /** The data, the widths and the laws of theory 4.5: norms and ranks of the four samples. */
  @Test
  void aSmallAndALargeStart_endWhereTheReferenceDoes() throws IOException {
    Path out = folder.resolve("out");
    Cli.succeed(
        "init-scale", "--no-ui", "--scales", "0.01,10", "--seeds", "1", "--out", out.toString());
    List<CSVRecord> rows = Cli.rows(out.resolve("sweep.csv"));
    CSVRecord small = rows.get(0);
    CSVRecord large = rows.get(1);
    assertEquals(1.636, Cli.number(small, "stableRank"), 0.03);
    assertEquals(156, Cli.number(small, "relativeDistanceFromInit"), 20);
    assertEquals(0.0149, Cli.number(small, "excessPathNorm"), 0.008);
    assertTrue(Cli.number(large, "stableRank") > 3.5);
    assertEquals(0.069, Cli.number(large, "relativeDistanceFromInit"), 0.04);
    assertTrue(Cli.number(large, "patternChange") < Cli.number(small, "patternChange") / 3);
    assertTrue(Cli.number(large, "kernelDistance") < Cli.number(small, "kernelDistance") / 3);
    assertEquals("holds so far", small.get("noReactivationOrthogonal"));
    double boundary = Cli.summary(out).get("richBelow").asDouble();
    assertTrue(boundary > 0.3 && boundary < 6, "between the two: " + boundary);
  }

  @Test
  void ownData_isTrainedAsTheSampleCsvDoes() throws IOException {
    Path out = folder.resolve("sweep");
    String data = Cli.reference("s1a_data.csv");
    Cli.succeed(
        "init-scale",
        "--no-ui",
        "--data",
        data,
        "--width",
        "6",
        "--scales",
        "0.1,0.5",
        "--seeds",
        "2",
        "--steps",
        "40",
        "--out",
        out.toString());
    Path csv = folder.resolve("csv");
    Cli.succeed(
        "csv",
        "--no-ui",
        "--data",
        data,
        "--width",
        "6",
        "--init-scale",
        "0.5",
        "--seed",
        "2",
        "--steps",
        "40",
        "--out",
        csv.toString());
    CSVRecord row = Cli.rows(out.resolve("sweep.csv")).get(3);
    JsonNode last = Cli.summary(csv).get("final");
    assertEquals(last.get("loss").asDouble(), Cli.number(row, "loss"));
    assertEquals(last.get("stableRank[layer0]").asDouble(), Cli.number(row, "stableRank"));
    assertEquals(last.get("deadUnits[layer0]").asDouble(), Cli.number(row, "deadUnits"));
    assertEquals("", row.get("excessPathNorm"), "not known for these data");
  }

  @Test
  void everySampleOfAPaperCanBeSwept() throws IOException {
    for (String sample : SweptPaper.NAMES) {
      Path out = folder.resolve(sample);
      Cli.succeed(
          "init-scale",
          "--no-ui",
          "--of",
          sample,
          "--scales",
          "0.1",
          "--seeds",
          "1",
          "--steps",
          "5",
          "--out",
          out.toString());
      CSVRecord row = Cli.rows(out.resolve("sweep.csv")).get(0);
      assertTrue(Double.isFinite(Cli.number(row, "loss")), sample);
      assertTrue(Files.exists(out.resolve("init-scale.png")), sample);
    }
  }

  @Test
  void whatCannotBeSwept_isRefusedWithASentence() {
    refused("--scales 1:2: give from:to:count", "--scales", "1:2");
    refused("--scales 0,1: give from:to:count", "--scales", "0,1");
    refused("--scales 1:10:0", "--scales", "1:10:0");
    refused("--scales", "--scales", "");
    refused("--seeds 0: give a number from 1", "--seeds", "0");
    refused("--threads 0: give at least 1", "--threads", "0");
    refused("--of iris: give one of orthogonal-inputs", "--of", "iris");
    refused("--width describes a network for --data", "--width", "5");
    refused("mutually exclusive", "--of", "leaky-relu", "--data", "x.csv");
    refused("none.csv", "--data", "none.csv");
  }

  private static void refused(String sentence, String... options) {
    Cli cli = Cli.run(with(new String[] {"init-scale", "--no-ui"}, options));
    assertEquals(2, cli.code, cli.out);
    assertTrue(cli.err.contains(sentence), cli.err);
    assertEquals(1, cli.err.lines().count(), cli.err);
  }

  private static List<Double> boxed(double[] values) {
    return List.of(Arrays.stream(values).boxed().toArray(Double[]::new));
  }

  private static String[] with(String[] arguments, String... more) {
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return all;
  }
}
