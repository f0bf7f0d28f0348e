package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.format.VisitBlock;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.testkit.BlocksLog;
import io.github.implicitbias.testkit.MadeUpRun;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shares and flips of all layers are those of the run, and answers about them are small. */
class NetworkJsonTest {

  @TempDir Path folder;

  private static JsonNode network(FollowedRun run) {
    JsonNode answer = NetworkJson.of(run.view());
    assertTrue(answer.toString().length() < 1_000_000, answer.toString().length() + " characters");
    return answer;
  }

  private static byte[] bytes(JsonNode base64) {
    return Base64.getDecoder().decode(base64.asText());
  }

  private static int support(MadeUpRun run, int layer, int unit, int step) {
    return (int)
        IntStream.range(0, MadeUpRun.SAMPLES).filter(i -> run.isOn(layer, unit, i, step)).count();
  }

  @Test
  void sharesOnTheProbe_areThoseOfThePatterns_at20RandomSteps() throws Exception {
    MadeUpRun run = new MadeUpRun("s", "w", 1000);
    FollowedRun stored = new FollowedRun(run.log()).whole();
    assertEquals("probe", network(stored).get("over").asText());
    Random random = new Random(5);
    for (int k = 0; k < 20; k++) {
      int step = random.nextInt(1001);
      JsonNode layers = SharesJson.ofProbe(stored.run(), step).get("layers");
      for (int layer = 0; layer < 2; layer++) {
        byte[] on = bytes(layers.get(layer).get("on"));
        int[] marks = new int[2];
        for (int unit = 0; unit < MadeUpRun.UNITS[layer]; unit++) {
          int support = support(run, layer, unit, step);
          assertEquals(
              support == 0
                  ? 0
                  : support == 150 ? 255 : Math.max(1, Math.min(254, Math.round(1.7f * support))),
              on[unit] & 255,
              "unit " + unit + " at " + step);
          marks[0] += support == 0 ? 1 : 0;
          marks[1] += support == 150 ? 1 : 0;
        }
        assertEquals(marks[0], layers.get(layer).get("dead").asInt());
        assertEquals(marks[1], layers.get(layer).get("linear").asInt());
      }
    }
  }

  @Test
  void flips_arePerStep_inBuckets_inGroupsFromTheUnitsThatAreOnLeast() throws Exception {
    for (int steps : new int[] {200, 1000}) {
      MadeUpRun run = new MadeUpRun("s", "w", steps);
      JsonNode flips = network(new FollowedRun(run.log()).whole()).get("flips");
      assertEquals("step", flips.get("per").asText());
      JsonNode edges = flips.get("edges");
      int width = steps == 200 ? 1 : 4;
      int buckets = steps / width + 1;
      assertEquals(buckets + 1, edges.size());
      assertTrue(buckets <= UnitFlips.MAX_BUCKETS);
      double high = flips.get("high").asDouble();
      double low = flips.get("low").asDouble();
      for (int layer = 0; layer < 2; layer++) {
        int of = layer;
        List<Integer> order =
            IntStream.range(0, MadeUpRun.UNITS[layer])
                .boxed()
                .sorted(Comparator.comparing(unit -> support(run, of, unit, steps)))
                .collect(Collectors.toList());
        byte[] cells = bytes(flips.at("/layers/" + layer + "/cells"));
        assertEquals(12 * buckets, cells.length);
        for (int group = 0; group < 12; group++) {
          List<Integer> units =
              order.subList(group * order.size() / 12, (group + 1) * order.size() / 12);
          for (int b = 0; b < buckets; b++) {
            assertEquals(Math.min(steps, b * width), edges.get(b).asInt());
            int count = 0;
            // The first bucket has no step before its first one.
            int from = Math.max(1, b * width);
            int to = Math.min(steps, b * width + width - 1);
            for (int step = from; step <= to; step++) {
              for (int unit : units) {
                for (int i = 0; i < MadeUpRun.SAMPLES; i++) {
                  count +=
                      run.isOn(layer, unit, i, step) != run.isOn(layer, unit, i, step - 1) ? 1 : 0;
                }
              }
            }
            int seen = to - from + 1;
            double rate =
                seen > 0 ? (double) count / (units.size() * MadeUpRun.SAMPLES * seen) : -1;
            if (seen > 0) {
              assertEquals(
                  NetworkJson.code(rate, low, high),
                  cells[group * buckets + b] & 255,
                  "layer " + layer + ", group " + group + ", bucket " + b);
            }
            assertTrue(rate <= high);
          }
        }
      }
    }
  }

  @Test
  void aRunThatIsFollowed_hasTheSameAnswer_asOneThatIsReadAtOnce_andAsAFile() throws Exception {
    MadeUpRun run = new MadeUpRun("s", "w", 2000);
    FollowedRuns runs = new FollowedRuns(RunCatalog.of(run.log().slow(1)), 0);
    FollowedRun followed = runs.find(run.header.id());
    while (followed.follower().unread() > 0) {
      NetworkJson.of(runs.find(run.header.id()).view());
    }
    JsonNode whole = network(new FollowedRun(run.log()).whole());
    assertEquals(whole, network(followed));
    Path file = folder.resolve("run.html");
    RunPage.write(run.log(), file);
    assertEquals(whole.toString(), new WrittenRun(file).json("answers").get("network").toString());
  }

  @Test
  void stepsBetweenRecords_andLostBlocks_areNoFlips() {
    BucketCounts counts = new BucketCounts(new int[] {2}, 4);
    counts.start(10);
    counts.cover(10, 16, 6);
    counts.add(0, 1, 16, 3);
    // Steps 10 to 16 in buckets two steps wide: what ended in the last one fills those before.
    assertEquals(4, counts.size());
    for (double rate : counts.rates(0, new int[] {0, 1}, 1)) {
      assertEquals(3.0 / 12, rate);
    }
    // Between 16 and 30 something was lost: only what is from 30 on is known.
    counts.cover(30, 31, 1);
    counts.add(0, 0, 31, 1);
    double[] rates = counts.rates(0, new int[] {0}, 1);
    assertEquals(3, rates.length);
    assertEquals(0, rates[0]);
    assertEquals(BucketCounts.UNKNOWN, rates[1]);
    assertEquals(1, rates[2]);
  }

  private static VisitEpoch epoch(int number, int visits, List<VisitLayer> layers) {
    return new VisitEpoch(
        number,
        10L * number,
        10L * number + 9,
        Map.of(EpochNumber.VISITS, (double) visits),
        layers);
  }

  @Test
  void sharesOverVisits_areThoseOfTheEpochs_andDeadOnlyIfNothingIsHidden() throws Exception {
    RunHeader header =
        new HeaderBuilder("s", "w", 1)
            .layers(
                List.of(
                    new TrackedLayer("a", 0, 5, "relu"),
                    new TrackedLayer("b", 1, "relu", "channel,row,column", 2, 3, 3),
                    new TrackedLayer("c", 2, 2, "relu")))
            .build();
    BlocksLog log = new BlocksLog(header);
    for (int e = 0; e < 3; e++) {
      float[] a = {1, 0, 0.5f, 1e-6f, 1 - 1e-6f};
      long[] flips = {0, 10L * e, 40, 0, 0};
      List<VisitLayer> layers =
          List.of(
              new VisitLayer("a", a, false, 1, 1, 5, 10L * e + 40, flips),
              new VisitLayer("b", new float[] {1, 0}, false, 1, 1, -1, -1, null),
              new VisitLayer("c", new float[] {0, e / 4f}, true, 1, -1, -1, -1, null));
      log.add(VisitBlock.encode(header.id(), e, epoch(e, 100, layers)));
    }
    FollowedRun run = new FollowedRun(log).whole();
    JsonNode answer = network(run);
    assertEquals("visits", answer.get("over").asText());
    assertEquals("[9,19,29]", answer.at("/epochs/lastStep").toString());
    assertEquals("[100,100,100]", answer.at("/epochs/visits").toString());
    for (int e = 0; e < 3; e++) {
      JsonNode layers = SharesJson.ofEpoch(run.run(), e).get("layers");
      assertEquals("[-1, 0, -128, 1, -2]", text(layers.get(0)));
      assertEquals(1, layers.at("/0/dead").asInt());
      assertEquals(1, layers.at("/0/linear").asInt());
      // A channel that is on for every sample is not linear at each of its positions.
      assertEquals("[-2, 0]", text(layers.get(1)));
      assertTrue(layers.at("/1/channels").asBoolean());
      assertTrue(layers.at("/1/linear").isNull());
      // Units that dropout may have hidden are not dead.
      assertEquals(1, bytes(layers.at("/2/on"))[0]);
      assertTrue(layers.at("/2/atLeast").asBoolean());
    }
    assertThrows(Refusal.class, () -> SharesJson.ofEpoch(run.run(), 3));
    // Flips between visits, epoch by epoch: of unit 1, then 3, 2, 4 and 0, by their shares.
    JsonNode flips = answer.get("flips");
    assertEquals("visit", flips.get("per").asText());
    assertEquals("[0,10,20,29]", flips.get("edges").toString());
    byte[] cells = bytes(flips.at("/layers/0/cells"));
    double low = flips.get("low").asDouble();
    double high = flips.get("high").asDouble();
    for (int e = 0; e < 3; e++) {
      assertEquals(NetworkJson.code(0.1 * e, low, high), cells[e] & 255);
      assertEquals(NetworkJson.code(0.4, low, high), cells[2 * 3 + e] & 255);
      assertEquals(0, cells[4 * 3 + e]);
    }
  }

  private static String text(JsonNode layer) {
    return Arrays.toString(bytes(layer.get("on")));
  }

  @Test
  void thirtyLayersOf4096Units_andManyEpochs_makeNoLargeAnswer() throws Exception {
    for (int[] size : new int[][] {{30, 4096, 40}, {3, 100_000, 4}, {700, 300, 3}}) {
      List<TrackedLayer> layers = new ArrayList<>();
      for (int k = 0; k < size[0]; k++) {
        layers.add(new TrackedLayer("layer" + k, k, size[1], "relu"));
      }
      RunHeader header =
          new HeaderBuilder("s", "w", 1).layers(layers).samples(new int[64], new int[64]).build();
      BlocksLog log = new BlocksLog(header);
      Record record = new Record(header.columns().size());
      List<PatternHistory> patterns =
          layers.stream().map(l -> new PatternHistory(l.units(), 64)).collect(Collectors.toList());
      patterns.forEach(pattern -> pattern.advance(0));
      BlockBuilder builder = new BlockBuilder(header.id());
      builder.reset(1, patterns);
      for (int step = 0; step < 3; step++) {
        for (PatternHistory pattern : patterns) {
          pattern.next()[step] = -1L;
          pattern.advance(0);
        }
        record.at(step, 0, true);
        builder.add(record, patterns);
      }
      log.add(builder.seal(0, -1));
      float[] shares = new float[size[1]];
      for (int unit = 0; unit < shares.length; unit++) {
        shares[unit] = unit / (float) shares.length;
      }
      for (int e = 0; e < size[2]; e++) {
        log.add(
            VisitBlock.encode(
                header.id(),
                e + 1L,
                epoch(
                    e,
                    60_000,
                    layers.stream()
                        .map(l -> new VisitLayer(l.name(), shares, false, 1, 0, 1, 0, null))
                        .collect(Collectors.toList()))));
      }
      FollowedRun run = new FollowedRun(log).whole();
      JsonNode answer = network(run);
      assertEquals(size[0], answer.get("layers").size() + answer.get("layersLeftOut").asInt());
      assertEquals(size[2], answer.at("/epochs/of").asInt());
      boolean quantiles = answer.at("/layers/0/quantiles").asBoolean();
      assertEquals(size[1] > 4096, quantiles);
      for (JsonNode found :
          List.of(SharesJson.ofEpoch(run.run(), 1), SharesJson.ofProbe(run.run(), 2))) {
        assertTrue(found.toString().length() < 1_000_000, found.toString().length() + " of shares");
        assertEquals(
            quantiles ? SharesJson.QUANTILES : size[1], bytes(found.at("/layers/0/on")).length);
        assertFalse(found.at("/layers/0/dead").isNull());
      }
    }
  }

  @Test
  void quantiles_areEvenlySpread() {
    byte[] all = new byte[1000];
    for (int k = 0; k < 1000; k++) {
      all[k] = (byte) (k * 7919 % 251);
    }
    List<Integer> sorted =
        IntStream.range(0, 1000).mapToObj(k -> all[k] & 255).sorted().collect(Collectors.toList());
    byte[] quantiles = SharesJson.quantiles(all);
    for (int k = 0; k < 256; k++) {
      assertEquals(sorted.get((2 * k + 1) * 1000 / 512), quantiles[k] & 255, "quantile " + k);
    }
  }

  @Test
  void theConfiguration_saysWhatLayersAre() {
    String dense =
        "{\"@class\":\"org.deeplearning4j.nn.conf.layers.DenseLayer\",\"layerName\":\"first\","
            + "\"nin\":784,\"nout\":10,\"hasBias\":false}";
    String convolution =
        "{\"@class\":\"x.ConvolutionLayer\",\"nin\":2,\"nout\":3,\"kernelSize\":[5,4]}";
    Map<String, LayerFacts> facts =
        LayerFacts.of(
            new HeaderBuilder("s", "w", 1)
                .provenance(
                    Map.of(
                        "configuration",
                        "{\"confs\":[{\"layer\":" + dense + "},{\"layer\":" + convolution + "}]}"))
                .build());
    assertEquals(List.of("first", "layer1"), new ArrayList<>(facts.keySet()));
    assertEquals("dense", facts.get("first").kind);
    assertEquals(7840, facts.get("first").parameters);
    assertEquals("5 × 4", facts.get("layer1").kernel);
    assertEquals(123, facts.get("layer1").parameters);
    assertEquals(7963, LayerFacts.parameters(facts.values()));
    String graph =
        "{\"vertices\":{\"in\":{\"layerConf\":{\"layer\":" + dense.replace("first", "d") + "}}}}";
    assertEquals(
        List.of("d"),
        new ArrayList<>(
            LayerFacts.of(
                    new HeaderBuilder("s", "w", 1)
                        .provenance(Map.of("configuration", graph))
                        .build())
                .keySet()));
    assertEquals(
        Map.of(),
        LayerFacts.of(
            new HeaderBuilder("s", "w", 1).provenance(Map.of("configuration", "{not")).build()));
  }
}
