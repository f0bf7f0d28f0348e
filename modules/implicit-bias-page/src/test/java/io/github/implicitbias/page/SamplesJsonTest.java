package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.VisitBlock;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitSuspects;
import io.github.implicitbias.run.format.VisitTable;
import io.github.implicitbias.testkit.BlocksLog;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What the page is told of the training samples is what the tables of the run say, and small. */
class SamplesJsonTest {

  private static final int EPOCHS = 6;

  private int samples;
  private int classes;
  private int[] labels;
  private float[][] margins;
  private VisitTable[] tables;
  private FollowedRun run;

  SamplesJsonTest() throws Exception {
    make(5000, 7, 0);
  }

  /** Makes up visits whose margins grow, but not where the label is wrong. */
  private void make(int samples, int classes, int pictureSide) throws Exception {
    this.samples = samples;
    this.classes = classes;
    labels = new Random(2).ints(samples, 0, classes).toArray();
    margins = new float[EPOCHS][samples];
    tables = new VisitTable[EPOCHS];
    RunHeader header = new HeaderBuilder("s", "w", 1).build();
    BlocksLog log = new BlocksLog(header);
    Random random = new Random(3);
    float[] means = new float[samples];
    float[] deviations = new float[samples];
    float[] confidences = new float[samples];
    for (int e = 0; e < EPOCHS; e++) {
      int[] correct = new int[samples];
      int[] instead = new int[samples];
      for (int i = 0; i < samples; i++) {
        margins[e][i] = (i % 50 == 7 ? -5 : 4) + (float) random.nextGaussian() * 2 + e;
        correct[i] = margins[e][i] > 0 ? 1 : 0;
        instead[i] = (labels[i] + 1 + i % (classes - 1)) % classes;
        means[i] += e == 0 ? 0 : (margins[e][i] - means[i]) / e;
        confidences[i] = (float) (1 / (1 + Math.exp(-means[i])));
        deviations[i] = i % 100 / 200f;
      }
      int[] suspects =
          IntStream.range(0, samples)
              .filter(i -> means[i] < -1)
              .boxed()
              .sorted((a, b) -> Float.compare(means[a], means[b]))
              .mapToInt(i -> i)
              .toArray();
      VisitTable table =
          new VisitTable.Builder(samples, e, 10L * e + 9)
              .suspects(new VisitSuspects(suspects, -1, 3, ""))
              .whole(VisitColumn.LABEL, labels)
              .whole(VisitColumn.INSTEAD, instead)
              .whole(VisitColumn.CORRECT, correct)
              .whole(VisitColumn.FORGOTTEN, new int[samples])
              .fraction(VisitColumn.LAST_MARGIN, margins[e].clone())
              .fraction(VisitColumn.MEAN_MARGIN, means.clone())
              .fraction(VisitColumn.MEAN_CONFIDENCE, confidences.clone())
              .fraction(VisitColumn.SD_CONFIDENCE, deviations.clone())
              .atEpoch();
      if (pictureSide > 0) {
        int[] of = Arrays.copyOf(suspects, Math.min(50, suspects.length));
        byte[] pixels = new byte[of.length * pictureSide * pictureSide * 3];
        table = table.withPictures(pictureSide, pictureSide, 3, of, pixels);
      }
      tables[e] = table;
      log.add(
          VisitBlock.encode(
              header.id(),
              2L * e,
              new VisitEpoch(
                  e, 10L * e, 10L * e + 9, Map.of(EpochNumber.VISITS, 1.0 * samples), List.of())));
      log.add(VisitBlock.encode(header.id(), 2L * e + 1, table));
    }
    run = new FollowedRun(log).whole();
  }

  private JsonNode ask(String name, Object... parameters) throws Exception {
    Question question = new Question(name);
    for (int k = 0; k < parameters.length; k += 2) {
      question.with(parameters[k].toString(), parameters[k + 1]);
    }
    JsonNode answer = new RunAnswers(run).answer(question);
    assertTrue(answer.toString().length() < 1_000_000, name + ": " + answer.toString().length());
    return answer;
  }

  private VisitTable newest() {
    return tables[EPOCHS - 1];
  }

  /** As the tables have them: fractions of 8 binary digits. */
  private double stored(int epoch, int sample) {
    return tables[epoch].number(VisitColumn.LAST_MARGIN, sample);
  }

  private double deviation(int sample) {
    double mean =
        IntStream.range(1, EPOCHS).mapToDouble(e -> stored(e, sample)).average().orElseThrow();
    return Math.sqrt(
        IntStream.range(1, EPOCHS)
            .mapToDouble(e -> Math.pow(stored(e, sample) - mean, 2))
            .average()
            .orElseThrow());
  }

  @Test
  void theMap_countsTheSamples_andTellsThoseOfCellsWithFew() throws Exception {
    for (int c : new int[] {-1, 3}) {
      JsonNode map = ask("dataMap", "measure", "margin", "class", c);
      double[] up = {map.at("/up/0").asDouble(), map.at("/up/1").asDouble()};
      double wide = map.at("/across/1").asDouble();
      int[] counts = new int[DataMapJson.ACROSS * DataMapJson.UP];
      int[] cellOf = new int[samples];
      int count = 0;
      for (int i = 0; i < samples; i++) {
        double mean = newest().number(VisitColumn.MEAN_MARGIN, i);
        assertTrue(mean >= up[0] && mean <= up[1] && deviation(i) <= wide + 1e-9);
        int row = (int) Math.min(71, (mean - up[0]) / (up[1] - up[0]) * 72);
        int column = (int) Math.min(99, deviation(i) / wide * 100 + 1e-9);
        cellOf[i] = row * 100 + column;
        if (c < 0 || labels[i] == c) {
          counts[cellOf[i]]++;
          count++;
        }
      }
      assertEquals(count, map.get("count").asInt());
      for (int k = 0; k < map.get("cell").size(); k++) {
        assertEquals(counts[map.at("/cell/" + k).asInt()], map.at("/of/" + k).asInt());
        counts[map.at("/cell/" + k).asInt()] -= map.at("/of/" + k).asInt();
      }
      assertTrue(Arrays.stream(counts).allMatch(left -> left == 0));
      JsonNode points = map.get("points");
      assertEquals(count <= DataMapJson.MAX_POINTS, points.get("all").asBoolean());
      assertTrue(points.get("sample").size() > 50);
      for (int k = 0; k < points.get("sample").size(); k++) {
        int sample = points.at("/sample/" + k).asInt();
        assertEquals(labels[sample], points.at("/label/" + k).asInt());
        assertEquals((float) deviation(sample), points.at("/deviation/" + k).asDouble(), 1e-6);
        assertEquals(
            newest().number(VisitColumn.MEAN_MARGIN, sample),
            (float) points.at("/mean/" + k).asDouble());
      }
    }
  }

  @Test
  void classes_haveTheirNumbers_theirMargins_andWhereMostOfThemLayInEachEpoch() throws Exception {
    JsonNode visits = ask("visits");
    assertEquals("[\"margin\",\"confidence\"]", visits.get("measures").toString());
    assertEquals("[9,19,29,39,49,59]", visits.get("tableSteps").toString());
    assertEquals(classes, visits.get("classes").size());
    double low = visits.at("/marginRange/0").asDouble();
    double high = visits.at("/marginRange/1").asDouble();
    for (int c = 0; c < classes; c++) {
      int of = c;
      int[] members = IntStream.range(0, samples).filter(i -> labels[i] == of).toArray();
      JsonNode one = visits.at("/classes/" + c);
      assertEquals(members.length, one.get("n").asInt());
      assertEquals(
          Arrays.stream(members).filter(i -> newest().whole(VisitColumn.CORRECT, i) == 1).count(),
          one.get("right").asInt());
      assertEquals(
          Arrays.stream(newest().suspects().samples()).filter(i -> labels[i] == of).count(),
          one.get("suspects").asInt());
      int[] bins = new int[VisitJson.BINS];
      for (int i : members) {
        double part = (newest().number(VisitColumn.MEAN_MARGIN, i) - low) / (high - low);
        bins[(int) Math.max(0, Math.min(47, 48 * part))]++;
      }
      int apart = 0;
      for (int b = 0; b < bins.length; b++) {
        apart += Math.abs(bins[b] - one.at("/histogram/" + b).asInt());
      }
      assertTrue(apart <= 4, "the ends are told as floats");
      for (int e = 0; e < EPOCHS; e++) {
        int epoch = e;
        double[] sorted =
            Arrays.stream(members).mapToDouble(i -> stored(epoch, i)).sorted().toArray();
        for (int q = 0; q < 3; q++) {
          assertEquals(
              sorted[(int) Math.round(new double[] {0.1, 0.5, 0.9}[q] * (sorted.length - 1))],
              one.at("/band/" + e + "/" + q).asDouble(),
              1e-6);
        }
      }
    }
  }

  @Test
  void suspects_comePageByPage_withTheirMarginsAndWhatWasSaid() throws Exception {
    int[] all = newest().suspects().samples();
    assertTrue(all.length > 50 && all.length < 100, all.length + " suspects");
    List<Integer> told = new ArrayList<>();
    JsonNode page = ask("suspects", "from", 0);
    for (JsonNode one : page.get("list")) {
      int i = one.get("sample").asInt();
      told.add(i);
      int right = 0;
      int agree = 0;
      for (int e = 0; e < EPOCHS; e++) {
        boolean isRight = margins[e][i] > 0;
        int said = isRight ? labels[i] : tables[e].whole(VisitColumn.INSTEAD, i);
        assertEquals(said, one.at("/predicted/" + e).asInt());
        assertEquals((float) stored(e, i), (float) one.at("/margins/" + e).asDouble());
        right += isRight ? 1 : 0;
        agree += !isRight && said == one.get("said").asInt() ? 1 : 0;
      }
      assertEquals(right, one.get("right").asInt());
      assertEquals(agree, one.get("agree").asInt());
      assertEquals(labels[i], one.get("given").asInt());
      assertEquals((float) deviation(i), one.get("marginDeviation").asDouble(), 1e-6);
      assertEquals(one.toString(), ask("sample", "number", i).toString());
    }
    assertEquals(Arrays.stream(all).boxed().collect(Collectors.toList()), told);
    assertEquals(0, ask("suspects", "from", 100).get("list").size());
    assertThrows(Refusal.class, () -> ask("sample", "number", samples));
    assertThrows(Refusal.class, () -> ask("dataMap", "measure", "beauty"));
  }

  @Test
  void sixtyThousandSamples_withLargePictures_makeNoLargeAnswer() throws Exception {
    SamplesJsonTest large = new SamplesJsonTest();
    large.make(60_000, 100, 64);
    JsonNode visits = large.ask("visits");
    assertEquals(60_000, visits.get("samples").asInt());
    assertEquals(100, visits.get("classes").size());
    for (String measure : DataMapJson.MEASURES) {
      JsonNode map = large.ask("dataMap", "measure", measure);
      assertEquals(60_000, map.get("count").asInt());
      assertFalse(map.at("/points/all").asBoolean());
      assertTrue(map.at("/points/sample").size() <= DataMapJson.MAX_POINTS);
    }
    JsonNode page = large.ask("suspects", "from", 0);
    assertEquals(VisitedSampleJson.PAGE_OF_LARGE_PICTURES, page.get("list").size());
    assertEquals(
        64 * 64 * 3, Base64.getDecoder().decode(page.at("/list/0/picture").asText()).length);
    assertEquals(large.newest().suspects().size(), page.get("count").asInt());
    assertEquals(VisitedSampleJson.MAX_SUSPECTS, page.get("told").asInt());
    assertEquals(50, large.ask("suspects", "from", 50).get("list").size());
  }

  @Test
  void aRunWithoutTables_refuses_andTablesAreReadOnce() throws Exception {
    Run none = new FollowedRun(new BlocksLog(new HeaderBuilder("s", "w", 1).build())).whole().run();
    assertTrue(none.visits().isEmpty());
    assertTrue(run.view().digest() == run.view().digest());
  }
}
