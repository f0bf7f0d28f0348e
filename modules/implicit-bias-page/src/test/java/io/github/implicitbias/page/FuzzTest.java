package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.Statement;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.testkit.BlocksLog;
import io.github.implicitbias.testkit.MadeUpRun;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * Random questions, many of them impossible, about runs that are damaged at random under right
 * checksums: every request is answered, with one of the documented refusals at worst, below 1 MB,
 * in 0.5 s and 2 s per MB of the run. {@code -Dimplicitbias.fuzz.variants=N} tries more.
 */
class FuzzTest {

  private static final int VARIANTS = 400;
  private static final int QUESTIONS = 12;
  private static final Set<Integer> DOCUMENTED = Set.of(200, 302, 304, 400, 403, 404);
  private static final int ENVELOPE = 20;
  private static final int CONTENT = 36;

  private static final List<String> PATHS =
      List.of(
          PageServer.PAGE,
          PageServer.SHORT,
          "/train/s/implicit-bias",
          "/train/%zz/implicit-bias",
          PageServer.PAGE + "/assets/main.js",
          PageServer.PAGE + "/assets/../main.js",
          PageServer.PAGE + "/file",
          PageServer.PAGE + "/data/runs",
          PageServer.PAGE + "/data/nothing",
          PageServer.PAGE + "/data/");

  private static final List<String> VALUES =
      List.of(
          "",
          "0",
          "1",
          "2",
          "5",
          "64",
          "-1",
          "512",
          "1024",
          "8192",
          "2147483647",
          "2147483648",
          "9223372036854775807",
          "-9223372036854775808",
          "99999999999999999999",
          "1e3",
          "NaN",
          "%",
          "%ff",
          "%00",
          "log",
          "even",
          "loss",
          "often",
          "x%5BL%5D",
          "a&b",
          "+");

  private final Map<Integer, Integer> answered = new TreeMap<>();

  private static List<byte[]> rich() {
    RunHeader header =
        new HeaderBuilder("s", "w", 1)
            .layers(
                List.of(new TrackedLayer("L", 0, 3, "relu"), new TrackedLayer("M", 1, 70, "relu")))
            .samples(new int[5], new int[5])
            .layerMetric("x", Definition.formula("f").group("g").chart("c"))
            .prediction(new Statement("p", "text", "source", "", "", ""))
            .sampleMetric("often", Definition.NONE)
            .unitMetric("weightNorm", 0, Definition.NONE)
            .unitMetric("weightX", 0, Definition.NONE)
            .unitMetric("own", 1, Definition.NONE)
            .build();
    List<byte[]> parts = new ArrayList<>(List.of(header.encode()));
    Record record = new Record(header.columns().size());
    BlockBuilder builder = new BlockBuilder(header.id());
    for (int block = 0; block < 4; block++) {
      builder.reset(1, null);
      for (int step = 10 * block; step < 10 * block + 10; step++) {
        double[][] rows = new double[header.rows()][];
        for (int row = 0; row < rows.length && step % 3 == 0; row++) {
          rows[row] = new double[header.rowLength(row)];
          rows[row][0] = step;
        }
        record.at(step, 0, true);
        record.rows(rows);
        record.set(4, Math.sin(step));
        builder.add(record, List.of());
      }
      parts.add(builder.seal(block, block - 1L));
    }
    return parts;
  }

  private static List<byte[]> madeUp() {
    MadeUpRun run = new MadeUpRun("s", "w", 300);
    List<byte[]> parts = new ArrayList<>(List.of(run.header.encode()));
    parts.addAll(run.sealed());
    return parts;
  }

  @Test
  void everyQuestionAboutEveryRun_isAnswered_orRefusedAsDocumented() throws Exception {
    List<List<byte[]>> seeds = List.of(rich(), madeUp());
    int count = Integer.getInteger("implicitbias.fuzz.variants", VARIANTS);
    for (int variant = 0; variant < count; variant++) {
      SplittableRandom random = new SplittableRandom(7_000_003L * variant);
      List<byte[]> parts = new ArrayList<>(seeds.get(random.nextInt(seeds.size())));
      for (int k = random.nextInt(4); k > 0; k--) {
        change(parts, random);
      }
      RunHeader header;
      try {
        header = RunHeader.decode(parts.get(0));
      } catch (BlockFormatException e) {
        continue;
      }
      BlocksLog log = new BlocksLog(header);
      parts.subList(1, parts.size()).forEach(log::add);
      PageServer server = new PageServer(RunCatalog.of(log));
      long bytes = parts.stream().mapToLong(part -> part.length).sum();
      for (int k = 0; k < QUESTIONS; k++) {
        ask(server, header.id(), random, bytes, "variant " + variant + ", question " + k);
      }
    }
    assertTrue(answered.getOrDefault(200, 0) > count, answered.toString());
    assertTrue(answered.getOrDefault(400, 0) > count / 2, answered.toString());
    assertTrue(answered.getOrDefault(404, 0) > count / 20, answered.toString());
  }

  private void ask(PageServer server, RunId id, SplittableRandom random, long bytes, String what)
      throws Exception {
    String path = any(PATHS, random);
    StringBuilder query = new StringBuilder();
    if (random.nextInt(10) > 0) {
      List<String> names = new ArrayList<>(RunAnswers.NAMES);
      names.sort(null);
      path = PageServer.PAGE + "/data/" + any(names, random);
    }
    if (random.nextInt(30) > 0) {
      query.append("run=").append(random.nextInt(20) == 0 ? RunId.random() : id);
    }
    for (String key :
        List.of("step", "layer", "column", "points", "unit", "sample", "from", "to", "spacing")) {
      int likely = List.of("step", "layer", "column").contains(key) ? 3 : 1;
      if (random.nextInt(4) < likely) {
        boolean plain = random.nextInt(4) > 0;
        String value = plain ? plain(key, random) : any(VALUES, random);
        query.append('&').append(key).append('=').append(value);
      }
    }
    String asked = query.toString();
    Request request = new Request(path, asked, Map.of("host", "localhost")::get);
    long begun = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    Response response = server.answer(request);
    long took = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - begun;
    String where = what + ": " + path + "?" + asked;
    String body = new String(response.body(), StandardCharsets.UTF_8);
    assertTrue(DOCUMENTED.contains(response.status()), where + ": " + response.status() + body);
    assertTrue(response.body().length < 1_000_000, where);
    assertTrue(took / 1e6 <= 500 + 2000 * bytes / 1e6, where + " took " + took / 1e6 + " ms");
    if (path.startsWith(PageServer.PAGE + "/data/")) {
      new ObjectMapper().readTree(body);
    }
    answered.merge(response.status(), 1, Integer::sum);
    server.sent(response);
  }

  private static String plain(String key, SplittableRandom random) {
    switch (key) {
      case "column":
        return random.nextBoolean() ? "loss" : "often";
      case "spacing":
        return random.nextBoolean() ? "log" : "even";
      case "points":
        return String.valueOf(2 + random.nextInt(500));
      case "layer":
        return String.valueOf(random.nextInt(2));
      default:
        return String.valueOf(random.nextInt(40));
    }
  }

  private static String any(List<String> list, SplittableRandom random) {
    return list.get(random.nextInt(list.size()));
  }

  private static void change(List<byte[]> parts, SplittableRandom random) {
    int at = random.nextInt(parts.size());
    if (random.nextInt(6) == 0 && at > 0) {
      parts.remove(at);
      return;
    }
    byte[] part = parts.get(at).clone();
    int place = CONTENT + random.nextInt(part.length - CONTENT - 8);
    switch (random.nextInt(4)) {
      case 0:
        part[place] ^= (byte) (1 << random.nextInt(8));
        break;
      case 1:
        ByteBuffer.wrap(part).putInt(place, random.nextInt() >>> random.nextInt(32));
        break;
      case 2:
        ByteBuffer.wrap(part).putLong(place, random.nextLong() >>> random.nextInt(64));
        break;
      default:
        part[place] = (byte) random.nextInt();
    }
    parts.set(at, random.nextInt(10) == 0 ? part : sealed(part));
  }

  /** Sets the checksums right, so that decoders are reached. */
  private static byte[] sealed(byte[] part) {
    ByteBuffer.wrap(part).putInt(12, sum(part, ENVELOPE, part.length - ENVELOPE));
    ByteBuffer.wrap(part).putInt(16, sum(part, 0, 16));
    return part;
  }

  private static int sum(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
