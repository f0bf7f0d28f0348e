package io.github.implicitbias.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.predictions.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real training on small data, against runs computed elsewhere. */
class CsvSampleTest {

  @TempDir Path folder;

  @Test
  void reLuNeuron_turnsOffSample1Once_andEndsAtTheFitOfTheOthers() throws IOException {
    Path out = neuron("s1a_data.csv", "-0.3,0.2", "0.02", "relu", 4000);

    assertEquals(List.of("4,deactivation,layer0,0,1"), flips(out));
    JsonNode weights = Cli.summary(out).get("parameters").get("0_W").get(0);
    assertEquals(-4.0 / 3, weights.get(0).asDouble(), 1e-9);
    assertEquals(2, weights.get(1).asDouble(), 1e-9);
    List<CSVRecord> steps = Cli.rows(out.resolve("steps.csv"));
    assertEquals(4001, steps.size());
    for (CSVRecord expected : Cli.referenceRows("s1a_relu.csv")) {
      CSVRecord row = steps.get(Integer.parseInt(expected.get("step")));
      assertEquals(Cli.number(expected, "loss"), Cli.number(row, "loss"), 1e-12);
      assertEquals(Cli.number(expected, "norm"), Cli.number(row, "parameterNorm"), 1e-12);
    }
    assertEquals("", steps.get(4000).get("score"), "no update follows the last record");
    List<String> patterns = new ArrayList<>();
    for (CSVRecord row : Cli.rows(out.resolve("patterns.csv"))) {
      patterns.add(String.join(",", row.toList()));
    }
    assertEquals(List.of("0,layer0,0,0x7", "4,layer0,0,0x5"), patterns);
  }

  @Test
  void linearNeuron_isTrackedByItsSign_andReactivates() throws IOException {
    Path out = neuron("s1a_data.csv", "-0.3,0.2", "0.02", "identity", 1000);

    assertEquals(List.of("4,deactivation,layer0,0,1", "36,reactivation,layer0,0,1"), flips(out));
  }

  @Test
  void reLuNeuron_canReactivate_whenStartedElsewhere() throws IOException {
    Path out = neuron("s1e_data.csv", "0.06,0.04", "0.01", "relu", 1000);

    assertEquals(List.of("1,deactivation,layer0,0,1", "461,reactivation,layer0,0,1"), flips(out));
  }

  private Path neuron(String data, String weights, String rate, String activation, int steps)
      throws IOException {
    Path init = Files.writeString(folder.resolve("init.csv"), "w0,w1\n" + weights + "\n");
    Path out = folder.resolve("out");
    Cli.succeed(
        "csv",
        "--data",
        Cli.reference(data),
        "--model",
        "neuron",
        "--init",
        init.toString(),
        "--activation",
        activation,
        "--loss",
        "mse",
        "--learning-rate",
        rate,
        "--steps",
        Integer.toString(steps),
        "--no-ui",
        "--out",
        out.toString());
    return out;
  }

  private static List<String> flips(Path out) throws IOException {
    List<String> flips = new ArrayList<>();
    for (CSVRecord row : Cli.rows(out.resolve("events.csv"))) {
      if (row.get("kind").endsWith("ctivation")) {
        flips.add(String.join(",", row.toList().subList(0, 5)));
      }
    }
    return flips;
  }

  @Test
  void twoLayers_followTheReferenceRun() throws IOException {
    Path out = folder.resolve("out");
    Cli.succeed(
        "csv",
        "--data",
        Cli.reference("s4a_fast_data.csv"),
        "--model",
        "two-layer",
        "--init",
        Cli.reference("s4a_fast_init.csv"),
        "--loss",
        "half-mse",
        "--learning-rate",
        "0.01",
        "--steps",
        "4000",
        "--no-ui",
        "--out",
        out.toString());

    List<CSVRecord> steps = Cli.rows(out.resolve("steps.csv"));
    List<CSVRecord> reference = Cli.referenceRows("s4a_fast_traj.csv");
    assertEquals(20, reference.size() + 1);
    for (CSVRecord expected : reference) {
      CSVRecord row = steps.get(Integer.parseInt(expected.get("step")));
      assertEquals(expected.get("step"), row.get("step"));
      assertEquals(Cli.number(expected, "loss"), Cli.number(row, "loss"), 1e-9);
      assertEquals(Cli.number(expected, "time"), Cli.number(row, "time"), 1e-9);
      assertEquals(Cli.number(expected, "time"), Cli.number(row, "flowTime"), 1e-9);
    }
    JsonNode summary = Cli.summary(out);
    assertEquals(4001, summary.get("records").get("count").asInt());
    JsonNode flips = summary.get("flips").get("total");
    assertEquals(0, flips.get("activation").asInt());
    assertEquals(flips(out).size(), flips.get("deactivation").asInt());
  }

  @Test
  void verdicts_arePrintedAndInTheSummary() throws IOException {
    Path init = Files.writeString(folder.resolve("init.csv"), "w0,w1\n0.06,0.04\n");
    Path out = folder.resolve("out");
    Cli cli =
        Cli.succeed(
            "csv",
            "--data",
            Cli.reference("s1e_data.csv"),
            "--model",
            "neuron",
            "--init",
            init.toString(),
            "--steps",
            "500",
            "--no-ui",
            "--out",
            out.toString());
    assertTrue(
        cli.out
            .lines()
            .anyMatch(line -> line.matches("noReactivation +1 +0 +violated at step 461.*")),
        cli.out);
    JsonNode verdicts = Cli.summary(out).get("verdicts");
    assertEquals(Predictions.all().size() + Predictions.laws().size(), verdicts.size());
    int applied = 0;
    for (JsonNode verdict : verdicts) {
      assertTrue(verdict.get("statement").asText().length() > 20);
      assertTrue(verdict.get("conditions").size() > 0, verdict.toString());
      boolean applies = !verdict.get("state").asText().equals("not applicable");
      applied += applies ? 1 : 0;
      assertEquals(
          applies, cli.out.contains("\n" + verdict.get("id").asText() + " "), verdict.toString());
      if (!applies) {
        assertFalse(verdict.get("detail").asText().isEmpty(), verdict.toString());
      }
    }
    assertTrue(applied > 3, cli.out);
    assertTrue(cli.out.contains(verdicts.size() - applied + " predictions"), cli.out);
  }

  @Test
  void summary_saysWhereTheRunComesFrom() throws IOException {
    Path out = folder.resolve("out");
    String[] arguments = {
      "csv",
      "--data",
      Cli.reference("s4a_fast_data.csv"),
      "--width",
      "3",
      "--steps",
      "20",
      "--seed",
      "9",
      "--no-ui",
      "--out",
      out.toString()
    };
    Cli.succeed(arguments);

    JsonNode summary = Cli.summary(out);
    assertEquals("csv", summary.get("sample").asText());
    JsonNode commandLine = summary.get("commandLine");
    for (int i = 0; i < arguments.length; i++) {
      assertEquals(arguments[i], commandLine.get(i).asText());
    }
    JsonNode provenance = summary.get("provenance");
    assertEquals("9", provenance.get("seed").asText());
    assertEquals("DOUBLE", provenance.get("dataType").asText());
    assertEquals("1.0.0-M2.1", provenance.get("deeplearning4j").asText());
    assertTrue(provenance.get("dl4j-implicit-bias").asText().matches("\\d+\\.\\d+\\.\\d+.*"));
    assertTrue(provenance.get("dataHash").asText().startsWith("sha256:"));
    assertTrue(provenance.get("configuration").get("confs").isArray());
    assertEquals(2, summary.get("sampleIds").size());
    assertEquals(20, summary.get("route").get("inPlace").asInt());
    assertEquals(1, summary.get("route").get("shadow").asInt());
    assertTrue(summary.get("watching").get("nanoseconds").asLong() > 0);
    JsonNode last = summary.get("final");
    assertTrue(last.get("score").isNull(), "no update follows the last record");
    CSVRecord row = Cli.rows(out.resolve("steps.csv")).get(20);
    assertEquals(Cli.number(row, "loss"), last.get("loss").asDouble());
    assertEquals(Cli.number(row, "deadUnits[layer0]"), last.get("deadUnits[layer0]").asDouble());
    assertTrue(Files.exists(out.resolve("samples.csv")));
    assertEquals(
        10, Files.list(out).count(), "the run, six files, the page, the figure twice, and no more");
    assertEquals(1, Files.list(folder).count(), "nothing temporary is left");
  }

  @Test
  void fixedOutputWeights_stayAsGiven_onLogisticLossWithLeakyUnitsAndBiases() throws IOException {
    Path data =
        Files.writeString(
            folder.resolve("data.csv"), "x,y,label\r\n1,0,1\r\n-1,0.5,-1\r\n0,2,1\r\n");
    Path init =
        Files.writeString(
            folder.resolve("init.csv"), "a,w1,w0,b\n0.5,0.1,0.2,0.3\n-0.25,-0.1,0.3,-0.2\n");
    Path out = folder.resolve("out");
    Cli.succeed(
        "csv",
        "--data",
        data.toString(),
        "--init",
        init.toString(),
        "--model",
        "two-layer-fixed",
        "--loss",
        "logistic",
        "--activation",
        "leaky:0.1",
        "--epochs",
        "30",
        "--no-ui",
        "--out",
        out.toString());

    JsonNode parameters = Cli.summary(out).get("parameters");
    assertEquals(0.5, parameters.get("1_W").get(0).get(0).asDouble());
    assertEquals(-0.25, parameters.get("1_W").get(0).get(1).asDouble());
    assertNotEquals(0.2, parameters.get("0_W").get(0).get(0).asDouble());
    assertEquals(0.2, parameters.get("0_W").get(0).get(0).asDouble(), 0.1);
    assertEquals(0.3, parameters.get("0_b").get(0).asDouble(), 0.1);
    CSVRecord first = Cli.rows(out.resolve("steps.csv")).get(0);
    assertEquals(meanLogisticLossAtTheStart(), Cli.number(first, "loss"), 1e-12);
  }

  private static double meanLogisticLossAtTheStart() {
    double[][] x = {{1, 0}, {-1, 0.5}, {0, 2}};
    double[] y = {1, -1, 1};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double z0 = 0.2 * x[i][0] + 0.1 * x[i][1] + 0.3;
      double z1 = 0.3 * x[i][0] - 0.1 * x[i][1] - 0.2;
      double f = 0.5 * Math.max(z0, 0.1 * z0) - 0.25 * Math.max(z1, 0.1 * z1);
      sum += Math.log1p(Math.exp(-y[i] * f));
    }
    return sum / 3;
  }

  @Test
  void miniBatches_areObservedThroughAShadowNetwork_andCountEpochs() throws IOException {
    StringBuilder data = new StringBuilder("x,y\n");
    for (int i = 0; i < 10; i++) {
      data.append(i - 5).append(',').append(i % 3).append('\n');
    }
    Path file = Files.writeString(folder.resolve("data.csv"), data);
    Path out = folder.resolve("out");
    Cli.succeed(
        "csv",
        "--data",
        file.toString(),
        "--batch",
        "4",
        "--epochs",
        "5",
        "--width",
        "6",
        "--data-type",
        "float",
        "--init-scale",
        "1",
        "--no-ui",
        "--out",
        out.toString());

    List<CSVRecord> steps = Cli.rows(out.resolve("steps.csv"));
    assertEquals(16, steps.size(), "three steps in each of five epochs, and the start");
    assertEquals("1", steps.get(3).get("epoch"));
    assertEquals("5", steps.get(15).get("epoch"));
    JsonNode summary = Cli.summary(out);
    assertEquals(16, summary.get("route").get("shadow").asInt());
    assertEquals("FLOAT", summary.get("provenance").get("dataType").asText());
  }

  @Test
  void changedLabels_areAmongTheSuspects_andPrintedWithTheUsersColumns() throws IOException {
    StringBuilder data = new StringBuilder("length,width,sick\n");
    for (int i = 0; i < 60; i++) {
      int side = i % 2 == 0 ? 1 : -1;
      int label = i == 17 || i == 40 ? -side : side;
      double length = side * (1 + i % 7 / 10.0);
      double width = i % 11 / 10.0 - 0.5 + i / 1000.0;
      data.append(length).append(',').append(width).append(',').append(label).append('\n');
    }
    Path file = Files.writeString(folder.resolve("data.csv"), data);
    Path out = folder.resolve("out");
    Cli cli =
        Cli.succeed(
            "csv",
            "--data",
            file.toString(),
            "--loss",
            "logistic",
            "--batch",
            "10",
            "--epochs",
            "20",
            "--width",
            "8",
            "--init-scale",
            "1",
            "--learning-rate",
            "0.1",
            "--no-ui",
            "--out",
            out.toString());

    List<CSVRecord> samples = Cli.rows(out.resolve("visits.csv"));
    assertEquals(60, samples.size());
    for (CSVRecord sample : samples) {
      assertEquals("20", sample.get("visits"));
    }
    assertEquals(20, Cli.rows(out.resolve("epochs.csv")).size());
    assertEquals(
        2 * 20,
        Cli.rows(out.resolve("epochUnits.csv")).size(),
        "shares and flips of one layer per epoch");
    List<String> suspects = new ArrayList<>();
    for (CSVRecord suspect : Cli.rows(out.resolve("suspects.csv"))) {
      suspects.add(suspect.get("sample"));
      if (suspect.get("sample").equals("17")) {
        assertEquals("1", suspect.get("label"), "the label as it is in the file");
        assertEquals("-1", suspect.get("network"));
        assertEquals("-1.3", suspect.get("feature[length]"));
        assertEquals(0.117, Double.parseDouble(suspect.get("feature[width]")), 1e-3);
      }
    }
    assertEquals(Set.of("17", "40"), Set.copyOf(suspects.subList(0, 2)), suspects.toString());
    assertTrue(
        cli.out.lines().anyMatch(line -> line.matches(" +line +length +width +sick +mean margin")),
        cli.out);
    // A header, and rows from 0: sample 17 is in line 19.
    assertTrue(
        cli.out.lines().anyMatch(line -> line.matches(" +19 +-1.3 +0.117 +1 +-\\S+")), cli.out);
    assertTrue(
        cli.out.lines().anyMatch(line -> line.matches(" +42 +1.5 +0.24 +-1 +-\\S+")), cli.out);
    JsonNode visits = Cli.summary(out).get("visits");
    assertEquals(60 * 20, visits.get("visits").asInt());
    assertEquals(60, visits.get("samples").asInt());
    assertEquals(20, visits.get("epochs").asInt());
    assertEquals(suspects.size(), visits.get("suspects").asInt());
    assertEquals(
        samples.stream().filter(one -> one.get("learnedAt").isEmpty()).count(),
        visits.get("neverLearned").asInt());
  }

  @Test
  void labelsThatAreNumbers_haveVisits_butNoSuspects_andTheSummarySaysWhy() throws IOException {
    Path file = Files.writeString(folder.resolve("data.csv"), "x,y\n1,2\n2,3\n3,5\n4,4\n");
    Path out = folder.resolve("out");
    Cli cli =
        Cli.succeed(
            "csv",
            "--data",
            file.toString(),
            "--batch",
            "2",
            "--epochs",
            "3",
            "--no-ui",
            "--out",
            out.toString());

    JsonNode visits = Cli.summary(out).get("visits");
    assertEquals(12, visits.get("visits").asInt());
    assertEquals(4, visits.get("samples").asInt());
    assertTrue(visits.get("suspects").isNull());
    assertTrue(visits.get("neverLearned").isNull());
    assertEquals(
        "the labels are numbers, which have no margins", visits.get("suspectsAbsent").asText());
    assertFalse(cli.out.contains("Labels that look wrong"), cli.out);
  }

  @Test
  void sameSeed_givesTheSameRun_andAnotherSeedAnother() throws IOException {
    String[] losses = new String[3];
    for (int k = 0; k < 3; k++) {
      Path out = folder.resolve("out" + k);
      Cli.succeed(
          "csv",
          "--data",
          Cli.reference("s1a_data.csv"),
          "--width",
          "5",
          "--steps",
          "10",
          "--batch",
          "1",
          "--seed",
          k < 2 ? "3" : "4",
          "--no-ui",
          "--out",
          out.toString());
      losses[k] = Cli.rows(out.resolve("steps.csv")).get(10).get("loss");
    }
    assertEquals(losses[0], losses[1]);
    assertNotEquals(losses[0], losses[2]);
  }

  @Test
  void flipsAreListed_beyondTheLimitOnlyWhenAskedFor() throws IOException {
    StringBuilder data = new StringBuilder("x,y\n");
    for (int i = 0; i < 201; i++) {
      data.append(i / 100.0 - 1).append(',').append(i % 7).append('\n');
    }
    Path file = Files.writeString(folder.resolve("data.csv"), data);
    String[] common = {
      "csv",
      "--data",
      file.toString(),
      "--steps",
      "30",
      "--learning-rate",
      "0.3",
      "--init-scale",
      "1",
      "--no-ui",
      "--out"
    };
    Path without = folder.resolve("without");
    Path with = folder.resolve("with");
    Cli.succeed(appended(common, without.toString()));
    Cli.succeed(appended(common, with.toString(), "--flips"));

    JsonNode counts = Cli.summary(with).get("flips").get("total");
    int flips = 0;
    for (JsonNode count : counts) {
      flips += count.asInt();
    }
    assertTrue(flips > 0, "the run has flips");
    assertEquals(flips, flips(with).size());
    assertEquals(List.of(), flips(without));
  }

  private static String[] appended(String[] arguments, String... more) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  @Test
  void divergence_isSaid_andWrittenAsJsonThatParses() throws IOException {
    Path out = folder.resolve("out");
    Cli cli =
        Cli.succeed(
            "csv",
            "--data",
            Cli.reference("s1a_data.csv"),
            "--learning-rate",
            "1e6",
            "--steps",
            "200",
            "--activation",
            "identity",
            "--no-ui",
            "--out",
            out.toString());

    assertTrue(cli.out.contains("smaller --learning-rate than 1000000.0"), cli.out);
    assertEquals("NaN", Cli.summary(out).get("final").get("loss").asText());
    assertEquals("NaN", Cli.rows(out.resolve("steps.csv")).get(200).get("loss"));
    assertFalse(Cli.rows(out.resolve("patterns.csv")).isEmpty());
  }
}
