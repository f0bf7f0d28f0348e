package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.predictions.Predictions;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the samples print, those of the papers against numbers computed outside. */
class PaperSamplesTest {

  @TempDir Path folder;
  private JsonNode results;
  private Path out;
  private Cli cli;

  private void run(String sample, String... options) throws IOException {
    out = folder.resolve("out");
    List<String> all = new ArrayList<>(List.of(sample, "--no-ui", "--out", out.toString()));
    all.addAll(List.of(options));
    cli = Cli.succeed(all.toArray(new String[0]));
    results = new ObjectMapper().readTree(out.resolve("results.json").toFile());
    for (String ending : new String[] {".svg", ".png"}) {
      assertTrue(Files.size(out.resolve(sample + ending)) > 10_000, ending);
    }
    noLawIsViolated();
  }

  /** Statements may fail where a paper's story ends, laws hold in every run. */
  private void noLawIsViolated() throws IOException {
    Set<String> laws = Predictions.laws().stream().map(Law::id).collect(Collectors.toSet());
    int judged = 0;
    try (DirectoryStream<Path> runs = Files.newDirectoryStream(out, Files::isDirectory)) {
      for (Path run : runs) {
        JsonNode summary = new ObjectMapper().readTree(run.resolve("summary.json").toFile());
        for (JsonNode verdict : summary.get("verdicts")) {
          if (laws.contains(verdict.get("id").asText())) {
            judged++;
            assertNotEquals("violated", verdict.get("state").asText(), run + " " + verdict);
          }
        }
      }
    }
    assertTrue(judged > 0, "no run has laws");
  }

  private void shows(String experiment) throws IOException {
    String page = Files.readString(out.resolve("run.html"));
    assertTrue(page.contains("<title>Implicit bias - " + experiment + "</title>"), experiment);
  }

  private void near(double expected, String pointer, double tolerance) {
    assertEquals(expected, results.at(pointer).asDouble(), tolerance, pointer);
  }

  private void files(String experiment) {
    for (String file : new String[] {"steps.csv", "patterns.csv", "events.csv", "summary.json"}) {
      assertTrue(Files.exists(out.resolve(experiment).resolve(file)), experiment + " " + file);
    }
  }

  /** Returns the verdict in an experiment's summary. */
  private String verdict(String experiment, String id) throws IOException {
    JsonNode summary =
        new ObjectMapper().readTree(out.resolve(experiment).resolve("summary.json").toFile());
    for (JsonNode verdict : summary.get("verdicts")) {
      if (verdict.get("id").asText().equals(id)) {
        return verdict.get("state").asText() + " " + verdict.get("step").asText();
      }
    }
    throw new AssertionError(id + " is missing");
  }

  @Test
  void supportVectors_haveTheReferencesEventsAndWeights() throws Exception {
    run("support-vectors");
    shows("leaves-relu");
    near(-4 / 3., "/leaves-relu/w0", 1e-6);
    near(2, "/leaves-relu/w1", 1e-6);
    near(-1.977273, "/leaves-linear/w0", 1e-6);
    near(1.613636, "/leaves-linear/w1", 1e-6);
    String[][] events = {
      {"leaves-relu", "sample 1 off at 4"},
      {"leaves-linear", "sample 1 off at 4, sample 1 on again at 36"},
      {"returns-relu", "sample 1 off at 1, sample 1 on again at 461"},
      {"returns-linear", "sample 1 off at 1, sample 1 on again at 44"}
    };
    for (String[] event : events) {
      assertEquals(event[1], results.get(event[0]).get("events").asText());
      files(event[0]);
    }
    near(0, "/leaveOut1", 2e-6);
    near(1.0005, "/leaveOut2", 5e-5);
    assertEquals("holds so far null", verdict("leaves-relu", "noReactivation"));
    assertEquals("violated 461", verdict("returns-relu", "noReactivation"));
    assertTrue(cli.out.contains("noReactivation"), cli.out);
  }

  @Test
  void leakyRelu_hasTheReferencesRanksAndDirection() throws Exception {
    run("leaky-relu");
    shows("normalised");
    double[][] ranks = {
      {44.789, 44.792, 44.799, 44.807, 44.804, 43.350},
      {44.789, 16.852, 10.031, 5.690, 4.168, 2.625},
      {44.789, 1.427, 1.224, 1.167, 1.159, 1.166},
      {44.789, 1.218, 1.127, 1.119, 1.128, 1.150}
    };
    String[] scales = {"1.0", "0.1", "0.01", "0.001"};
    int[] steps = {0, 1, 2, 5, 10, 50};
    for (int k = 0; k < scales.length; k++) {
      for (int t = 0; t < steps.length; t++) {
        near(ranks[k][t], "/clusters-" + scales[k] + "/stableRank" + steps[t], 1e-3);
      }
    }
    assertEquals(240, results.at("/plain/matchesAtStep1").asInt());
    assertEquals(240, results.at("/normalised/matchesAtStep1").asInt());
    near(.00002, "/normalised/oneMinusCosine", 1e-5);
    near(1.0987, "/normalised/stableRank", 1e-4);
    near(2.30033, "/normalised/normalizedMargin", 1e-5);
    near(.0044, "/normalised/kktResidual", 1e-4);
    assertEquals("reached 1", verdict("clusters-0.01", "stableRankCollapse"));
    assertEquals("not applicable 0", verdict("clusters-1.0", "stableRankCollapse"));
  }

  @Test
  void neuronWithBias_hasTheReferencesCounts() throws Exception {
    run("neuron-with-bias");
    int[][] counts = {{11, 0, 0}, {22, 22, 22}, {24, 24, 24}};
    String[] names = {"unit-sphere", "small", "small-with-bias"};
    for (int k = 0; k < names.length; k++) {
      JsonNode node = results.get(names[k]);
      assertEquals(counts[k][0], node.get("success").asInt(), names[k]);
      assertEquals(counts[k][1], node.get("startBelowZero").asInt(), names[k]);
      assertEquals(counts[k][2], node.get("startBelowZeroAndSucceed").asInt(), names[k]);
      assertTrue(node.get("failuresWithin").asDouble() <= 0.014, names[k]);
      assertEquals("holds so far null", verdict(names[k], "teacherDistanceNeverIncreases"));
    }
  }

  @Test
  void orthogonalInputs_escapeWhenTheReferenceDoes() throws Exception {
    run("orthogonal-inputs");
    assertEquals(1244, results.at("/two-samples/halfPositive").asInt());
    assertEquals(2586, results.at("/two-samples/halfNegative").asInt());
    near(1.341641, "/two-samples/pathNorm", 1e-6);
    assertTrue(results.at("/two-samples/balanceGap").asDouble() < 1e-10);
    assertEquals(0, results.at("/two-samples/switchedOn").asInt());
    near(2.626362080, "/smallestVariationNorm", 1e-9);
    near(4.9e-6, "/excess-1.0E-8", 1e-6);
    near(1.05e-3, "/excess-1.0E-4", 2e-5);
    near(1.49e-2, "/excess-0.01", 2e-4);
    near(.349, "/excess-1.0", 1e-3);
    near(2 * .0318158, "/not-orthogonal/loss", 1e-4);
    assertEquals("not applicable 0", verdict("not-orthogonal", "minimumVariationNorm"));
    assertEquals("reached 3170", verdict("two-samples", "minimumVariationNorm"));
    assertEquals("reached 1448", verdict("two-samples", "saddleCurvature"));
    assertEquals("reached 2212", verdict("scale-1.0E-8", "saddleCurvature"));
    near(2 - Math.sqrt(2), "/excessExponent/predicted", 1e-12);
    near(.584, "/excessExponent/measured", 5e-3);
    assertEquals("reached", results.at("/excessExponent/state").asText());
  }

  @Test
  @Tag("thorough")
  void digits_areLearnedAndObserved() throws Exception {
    run("digits", "--no-mnist", "--epochs", "3", "--noise", "0.05");
    assertTrue(results.get("accuracy").asDouble() > 0.97, cli.out);
    assertTrue(results.get("precision").asDouble() > 0.5, cli.out);
    assertTrue(results.get("recall").asDouble() > 0.5, cli.out);
    assertEquals("digits drawn by the sample", results.get("data").asText());
    files("digits");
    // Three epochs of 63 steps, and the last record.
    assertEquals(190, Cli.rows(out.resolve("digits/steps.csv")).size());
  }

  @Test
  void highDimensionalRegression_hasTheReferencesGaps() throws Exception {
    run("high-dimensional-regression");
    near(.076116263, "/one-neuron/norm", 1e-9);
    near(.032636453, "/one-neuron/gap", 1e-7);
    near(.479440, "/one-neuron/relativeGap", 1e-6);
    assertEquals("0x55555", results.at("/one-neuron/patternAtEnd").asText());
    assertEquals(1, results.at("/one-neuron/lastFlip").asInt());
    near(.107422278, "/two-neurons/norm", 1e-9);
    near(.047060980, "/two-neurons/gap", 1e-7);
    near(.492958, "/two-neurons/relativeGap", 1e-6);
    near(0, "/positive-labels/relativeGap", 1e-12);
    assertEquals("violated 4", verdict("inputs-100", "noReactivation"));
    // Of other draws; the theory sheet has .332 and .333.
    near(.332, "/uneven-800", 0.04);
    near(.333, "/uneven-3200", 0.04);
    assertEquals("reached", results.at("/unevenGap/state").asText());
  }

  @Test
  void scalingOverRuns_isToldFromWhatItIsNot() {
    double[] settings = {1e-4, 1e-2};
    double[] values = {3e-3, 3e-2};
    assertEquals("reached", state(ScalingCheck.exponent("", settings, values, 0.51, 0.02)));
    assertEquals("violated", state(ScalingCheck.exponent("", settings, values, 0.53, 0.02)));
    values[0] = Double.NaN;
    assertEquals("violated", state(ScalingCheck.exponent("", settings, values, 0.5, 0.02)));
    assertEquals("reached", state(ScalingCheck.constant("", new double[] {9.2, 10.8}, 0.1)));
    assertEquals("violated", state(ScalingCheck.constant("", new double[] {8.8, 11.2}, 0.1)));
  }

  private static String state(ScalingCheck check) {
    return check.state().words();
  }
}
