package io.github.implicitbias.predictions;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.metric.Cadence;
import io.github.implicitbias.core.metric.Dimensions;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.support.SupportMetrics;
import io.github.implicitbias.run.Definition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The tables of docs/metrics.md and docs/predictions.md are what the code says. With {@code
 * -Dimplicitbias.docs=write} they are written anew.
 */
class GeneratedDocsTest {

  private static final Path DOCS = Path.of("../../docs");
  private static final boolean WRITE = "write".equals(System.getProperty("implicitbias.docs"));

  /** Of 2-60-1 on 40 samples, and of 784-1024-10 on 128. */
  private static final List<Dimensions> NETWORKS =
      List.of(
          new Dimensions(40, 2, 1, 241, 60, 2, 60),
          new Dimensions(128, 784, 10, 814_090, 1024, 784, 1024));

  @Test
  void metrics() throws IOException {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("economy", metrics(Metrics.standard()));
    tables.put("patterns", metrics(Metrics.patternStatistics()));
    tables.put("support", metrics(SupportMetrics.metrics()));
    tables.put("support per sample", sampleMetrics(SupportMetrics.sampleMetrics()));
    tables.put("standard", metrics(Metrics.standardAdditions()));
    tables.put("units", unitMetrics(Metrics.weightSpacePerUnit()));
    tables.put("inputs", sampleMetrics(Metrics.weightSpacePerSample()));
    tables.put("output", metrics(Metrics.weightSpace()));
    tables.put("full", metrics(Metrics.fullAdditions()));
    check(DOCS.resolve("metrics.md"), tables);
  }

  @Test
  void predictions() throws IOException {
    Map<String, String> tables = new LinkedHashMap<>();
    tables.put("laws", laws());
    tables.put("ordinary", predictions(Predictions.ordinary()));
    tables.put("neuron", predictions(Predictions.neuron()));
    tables.put("maxmargin", predictions(Predictions.maxMargin()));
    tables.put("teacher", predictions(Predictions.teacher()));
    tables.put("saddle", predictions(Predictions.saddle()));
    tables.put("minnorm", predictions(Predictions.minNorm()));
    check(DOCS.resolve("predictions.md"), tables);
  }

  @Test
  void everythingSaysWhatItIs() {
    Preset.FULL
        .instruments()
        .metrics()
        .forEach(metric -> assertTold(metric.id(), metric.definition()));
    Preset.FULL
        .instruments()
        .sampleMetrics()
        .forEach(metric -> assertTold(metric.id(), metric.definition()));
    Preset.FULL
        .instruments()
        .unitMetrics()
        .forEach(metric -> assertTold(metric.id(), metric.definition()));
    for (Prediction prediction : Predictions.all()) {
      assertFalse(prediction.measured().isEmpty(), prediction.id());
      assertFalse(prediction.bound().isEmpty(), prediction.id());
    }
  }

  @Test
  void chartsHaveTheirPlaces_inTheOrderOfTheirGroups() {
    Map<String, List<String>> charts = new LinkedHashMap<>();
    for (Metric metric : Preset.FULL.instruments().metrics()) {
      Definition definition = metric.definition();
      if (definition.isCharted()) {
        charts
            .computeIfAbsent(definition.group(), group -> new ArrayList<>())
            .add(definition.chart());
      }
    }
    assertEquals(
        Set.of(
            "Norms, balance and rank",
            "Margin and alignment",
            "Distance to reference solutions",
            "Kernel and sharpness",
            "Units and patterns"),
        charts.keySet());
    Set<String> all = new HashSet<>();
    charts.values().forEach(of -> assertFalse(of.stream().distinct().anyMatch(c -> !all.add(c))));
    assertEquals(39, all.size(), "charts of different groups have different titles");
  }

  private static void assertTold(String id, Definition definition) {
    assertFalse(definition.formula().isEmpty(), id);
    assertFalse(definition.expectation().isEmpty(), id);
    assertFalse(definition.title().isEmpty(), id);
    // What is drawn has its place; what is not, needs none.
    assertEquals(definition.isCharted(), !definition.group().isEmpty(), id);
    assertEquals(definition.isCharted(), !definition.chart().isEmpty(), id);
  }

  private static String metrics(List<Metric> metrics) {
    StringBuilder table = metricsHeader();
    for (Metric metric : metrics) {
      addMetric(table, metric.id(), metric.scope(), metric::cadence, metric.definition());
    }
    return table.toString();
  }

  private static String sampleMetrics(List<SampleMetric> metrics) {
    StringBuilder table = metricsHeader();
    for (SampleMetric metric : metrics) {
      addMetric(table, metric.id(), metric.scope(), metric::cadence, metric.definition());
    }
    return table.toString();
  }

  private static String unitMetrics(List<UnitMetric> metrics) {
    StringBuilder table = metricsHeader();
    for (UnitMetric metric : metrics) {
      addMetric(table, metric.id(), Metric.Scope.LAYER, metric::cadence, metric.definition());
    }
    return table.toString();
  }

  private static StringBuilder metricsHeader() {
    return new StringBuilder(
        "| id | scope | formula | parameters | applies | records | what you will see | source |\n"
            + "|---|---|---|---|---|---|---|---|\n");
  }

  private static void addMetric(
      StringBuilder table,
      String id,
      Metric.Scope scope,
      Function<Dimensions, Cadence> cadence,
      Definition definition) {
    row(
        table,
        "`" + id + "`",
        scope == Metric.Scope.NETWORK ? "network" : "layer",
        definition.formula(),
        definition.parameters(),
        definition.applies().isEmpty() ? "always" : definition.applies(),
        records(cadence),
        definition.expectation(),
        definition.source());
  }

  private static String predictions(List<Prediction> predictions) {
    StringBuilder table =
        new StringBuilder(
            "| id | statement | requirements of its own | measured | bound | tolerance | records |"
                + " source |\n|---|---|---|---|---|---|---|---|\n");
    for (Prediction prediction : predictions) {
      row(
          table,
          "`" + prediction.id() + "`",
          prediction.statement(),
          prediction.requirements().isEmpty() ? "none" : prediction.requirements(),
          prediction.measured(),
          prediction.bound(),
          prediction.tolerance().isEmpty() ? "none" : prediction.tolerance(),
          records(prediction::cadence),
          prediction.source());
    }
    return table.toString();
  }

  private static String laws() {
    StringBuilder table =
        new StringBuilder(
            "| id | statement | requirements | measured | bound | tolerance | good for |\n"
                + "|---|---|---|---|---|---|---|\n");
    for (Law law : Predictions.laws()) {
      row(
          table,
          "`" + law.id() + "`",
          law.statement(),
          law.requirements(),
          law.measured(),
          law.bound(),
          law.tolerance().isEmpty() ? "none" : law.tolerance(),
          law.advice());
    }
    return table.toString();
  }

  /** At which records something is computed for the two networks. */
  private static String records(Function<Dimensions, Cadence> cadence) {
    String small = words(cadence.apply(NETWORKS.get(0)));
    String large = words(cadence.apply(NETWORKS.get(1)));
    return small.equals(large) ? small : small + "; " + large;
  }

  private static String words(Cadence cadence) {
    int records = cadence.records();
    return records == 0 ? "on demand" : records == 1 ? "every" : "every " + records + "th";
  }

  private static void row(StringBuilder table, String... cells) {
    for (String cell : cells) {
      table.append("| ").append(cell.replace("|", "\\|").replace('\n', ' ')).append(' ');
    }
    table.append("|\n");
  }

  private static void check(Path file, Map<String, String> tables) throws IOException {
    String document = Files.readString(file);
    String made = document;
    for (Map.Entry<String, String> table : tables.entrySet()) {
      String begin = "<!-- from the code: " + table.getKey() + " -->\n";
      Pattern place = Pattern.compile(Pattern.quote(begin) + "(?s:.*?)<!-- end -->");
      Matcher found = place.matcher(made);
      if (!found.find()) {
        throw new AssertionError(file + " has no place for the table " + table.getKey());
      }
      String text = begin + table.getValue() + "<!-- end -->";
      made = made.substring(0, found.start()) + text + made.substring(found.end());
    }
    if (WRITE) {
      Files.writeString(file, made);
    } else {
      assertEquals(made, document, "run this test with -Dimplicitbias.docs=write");
    }
  }
}
