package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.testkit.BlocksLog;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Small runs that declare large things: every answer, and the run as a file, comes in 0.5 s and 2 s
 * per MB of the run.
 */
class DeclaredSizesTest {

  @TempDir Path folder;

  /** A run of records that hold nothing. */
  private static BlocksLog log(RunHeader header, int records, LongUnaryOperator stepOf) {
    BlocksLog log = new BlocksLog(header);
    Record record = new Record(header.columns().size());
    BlockBuilder builder = new BlockBuilder(header.id());
    builder.reset(0, null);
    for (int k = 0; k < records; k++) {
      record.at(stepOf.applyAsLong(k), 0, false);
      builder.add(record, List.of());
    }
    return log.add(builder.seal(0, -1));
  }

  private static HeaderBuilder header(TrackedLayer... layers) {
    return new HeaderBuilder("s", "w", 1)
        .layers(List.of(layers))
        .samples(new int[1], new int[] {-1});
  }

  private void askEverything(BlocksLog log) throws Exception {
    log.look();
    long bytes = log.header().encode().length;
    for (int k = 0; k < log.blocks(); k++) {
      bytes += log.block(k).length;
    }
    long most = 500 + 2000 * bytes / 1_000_000;
    PageServer server = new PageServer(RunCatalog.of(log));
    String run = "run=" + log.header().id();
    String last = run + "&step=" + Long.MAX_VALUE;
    List<String> questions =
        new ArrayList<>(
            List.of(
                "runs?",
                "run?" + run,
                "progress?" + run,
                "verdicts?" + run,
                "series?column=loss&" + run,
                "series?column=loss&spacing=log&" + run,
                "series?column=loss&from=0&to=" + Long.MAX_VALUE + "&" + run,
                "step?" + last,
                "step?layer=0&" + last,
                "samples?" + last,
                "units?layer=0&" + last,
                "unitSeries?layer=0&" + run,
                "history?layer=0&sample=0&" + run,
                "history?layer=0&unit=0&" + run));
    for (String question : questions) {
      int at = question.indexOf('?');
      String path = PageServer.PAGE + "/data/" + question.substring(0, at);
      Request request =
          new Request(path, question.substring(at + 1), Map.of("host", "localhost")::get);
      long begun = cpuMillis();
      Response answer = server.answer(request);
      long took = cpuMillis() - begun;
      assertTrue(List.of(200, 400, 404).contains(answer.status()), question + answer.status());
      assertTrue(answer.body().length < 1_000_000, question + ": " + answer.body().length);
      assertTrue(took <= most, question + ": " + took + " of " + most + " ms");
    }
    Path html = folder.resolve("run.html");
    long begun = cpuMillis();
    RunPage.write(log, html);
    long took = cpuMillis() - begun;
    assertTrue(took <= most, "the run as a file: " + took + " of " + most + " ms");
    assertTrue(Files.size(html) <= RunPage.MAX_BYTES);
  }

  /** Of this thread: other work on the machine does not count. */
  private static long cpuMillis() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1_000_000;
  }

  @Test
  void manyColumns() throws Exception {
    HeaderBuilder builder = header();
    for (int k = 5; k < 65_536; k++) {
      builder.metric("m" + k, Definition.NONE);
    }
    askEverything(log(builder.build(), 400, k -> k));
  }

  @Test
  void manyLayersAndManyRecords() throws Exception {
    TrackedLayer[] layers = new TrackedLayer[20_000];
    for (int k = 0; k < layers.length; k++) {
      layers[k] = new TrackedLayer("L" + k, 0, 1, "relu");
    }
    askEverything(log(header(layers).build(), 30_000, k -> k));
  }

  @Test
  void manyLayersThatFlip() throws Exception {
    List<TrackedLayer> layers = new ArrayList<>();
    List<PatternHistory> patterns = new ArrayList<>();
    for (int k = 0; k < 2_000; k++) {
      layers.add(new TrackedLayer("L" + k, 0, 1, "relu"));
      patterns.add(new PatternHistory(1, 1));
    }
    RunHeader header = header(layers.toArray(new TrackedLayer[0])).build();
    BlocksLog log = new BlocksLog(header);
    Record record = new Record(header.columns().size());
    BlockBuilder builder = new BlockBuilder(header.id());
    for (int step = 0; step < 500; step++) {
      for (int k = 0; k < patterns.size(); k++) {
        patterns.get(k).next()[0] = k % 7 == step % 7 ? 1 : 0;
        patterns.get(k).advance(0);
      }
      if (step == 0) {
        builder.reset(0, patterns);
      }
      record.at(step, 0, false);
      builder.add(record, patterns);
    }
    askEverything(log.add(builder.seal(0, -1)));
  }

  @Test
  void aLayerWithoutUnits_isNone() {
    assertThrows(IllegalArgumentException.class, () -> new TrackedLayer("L", 0, 0, "relu"));
  }

  @Test
  void aLayerOfAllUnitsThatCanBeCounted() throws Exception {
    TrackedLayer layer = new TrackedLayer("L", 0, Integer.MAX_VALUE, "relu");
    RunHeader header = header(layer).unitMetric("weightNorm", 0, Definition.NONE).build();
    askEverything(log(header, 3, k -> k));
  }

  @Test
  void stepsThatAreAsFarApartAsCanBe() throws Exception {
    RunHeader header = header(new TrackedLayer("L", 0, 4, "relu")).build();
    askEverything(log(header, 2, k -> k == 0 ? 0 : Long.MAX_VALUE));
    askEverything(log(header, 3, k -> k == 2 ? Long.MAX_VALUE : 5 + k));
  }

  @Test
  void allSampleAndUnitColumnsThatCanBe() throws Exception {
    HeaderBuilder builder = header(new TrackedLayer("L", 0, 3, "relu"));
    for (int k = 0; k < 32_000; k++) {
      builder.sampleMetric("s" + k, Definition.NONE).unitMetric("u" + k, 0, Definition.NONE);
    }
    RunHeader header = builder.build();
    assertEquals(Column.Scope.UNIT, header.unitColumns().get(0).scope());
    askEverything(log(header, 100, k -> k));
  }
}
