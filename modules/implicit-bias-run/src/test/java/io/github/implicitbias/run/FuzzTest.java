package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.Forged;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs that are changed at random, most of them under right checksums so that every decoder is
 * reached, are asked everything: nothing comes but answers and the documented exceptions, in 16 MB
 * and 8 times the file, and in 0.5 s and 2 s per MB.
 *
 * <p>{@code -Dimplicitbias.fuzz.variants=N} tries more, {@code -Dimplicitbias.fuzz.first=N} begins
 * with another variant, for example one that failed.
 */
class FuzzTest {

  private static final int[] INTS = {
    0,
    1,
    -1,
    2,
    7,
    8,
    63,
    64,
    65,
    127,
    128,
    255,
    256,
    1 << 16,
    1 << 19,
    1 << 24,
    1 << 30,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE
  };

  @TempDir Path folder;

  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final Map<String, Integer> outcomes = new TreeMap<>();
  private final List<List<byte[]>> seeds = seeds();

  /** Files to begin with: the header, then the blocks. */
  private static List<List<byte[]>> seeds() {
    List<List<byte[]>> seeds = new ArrayList<>();
    RunHeader wide = RandomRun.header(5, 200);
    RunHeader bare = RandomRun.plain(0).metric("m", Definition.NONE).build();
    RunHeader one =
        RandomRun.plain(1, new TrackedLayer("L", 0, 1, "relu"))
            .prediction(new Statement("p", "", "", "", "", ""))
            .build();
    int seed = 140;
    for (RunHeader header :
        List.of(
            RandomRun.arrangedHeader(70),
            RandomRun.header(3, 2, 4),
            RandomRun.header(129, 7),
            wide,
            one,
            bare)) {
      if (header == bare) {
        seeds.add(List.of(header.encode()));
        continue;
      }
      RandomRun made = new RandomRun(seed++, header, header == wide ? 0.5 : 0);
      made.eventRate = 0.6;
      made.flipRate = 0.1;
      List<byte[]> parts = new ArrayList<>(List.of(header.encode()));
      parts.addAll(made.blocks(6, 4, 2));
      if (header != wide) {
        MadeUpVisits visits = new MadeUpVisits(seed % 3 * 40, seed, "a", "b");
        visits.ids = header == one;
        int place = 1;
        for (byte[] block : visits.blocks(header.id(), 3, 100)) {
          parts.add(++place, block);
        }
      }
      seeds.add(parts);
    }
    return seeds;
  }

  @Test
  void changedRuns_giveAnswersOrTheDocumentedExceptions_withinTheBounds() throws Exception {
    tryVariants(Integer.getInteger("implicitbias.fuzz.variants", 1500));
    for (String outcome : List.of("records", "none", "open", "gaps")) {
      assertTrue(outcomes.getOrDefault(outcome, 0) > 20, outcome + " among " + outcomes);
    }
  }

  @Test
  @Tag("thorough")
  void manyMoreChangedRuns_likewise() throws Exception {
    tryVariants(Integer.getInteger("implicitbias.fuzz.variants", 30_000));
  }

  @Test
  @Tag("soak")
  void aMillionChangedRuns_likewise() throws Exception {
    tryVariants(Integer.getInteger("implicitbias.fuzz.variants", 1_000_000));
  }

  private void tryVariants(int count) throws Exception {
    int first = Integer.getInteger("implicitbias.fuzz.first", 0);
    for (int variant = first; variant < first + count; variant++) {
      SplittableRandom random = new SplittableRandom(1_000_003L * variant);
      List<byte[]> parts = new ArrayList<>(seeds.get(random.nextInt(seeds.size())));
      for (int k = random.nextInt(4); k >= 0; k--) {
        change(parts, random);
      }
      try {
        asMemory(parts);
        asFile(joined(parts, random));
      } catch (Throwable e) {
        throw new AssertionError("variant " + variant, e);
      }
    }
  }

  private void asFile(byte[] bytes) throws Exception {
    Path file = Files.write(folder.resolve("variant.ibrun"), bytes);
    Questions questions = new Questions();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    questions.ask(file, folder);
    long spent = threads.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    for (Map.Entry<String, Long> took : questions.millis.entrySet()) {
      assertTrue(took.getValue() <= 500 + 2000 * bytes.length / 1e6, took.toString());
    }
    if (spent > (16 << 20) + 8L * bytes.length) {
      outcomes.merge("much was allocated", 1, Integer::sum);
      askInLittleMemory(file, bytes.length);
    }
    questions.refused.forEach(what -> outcomes.merge(what, 1, Integer::sum));
    outcomes.merge(questions.records > 0 ? "records" : "none", 1, Integer::sum);
    outcomes.merge(questions.records > 0 && questions.records < 24 ? "gaps" : "", 1, Integer::sum);
  }

  /** What was allocated altogether may be more than was held at a time: this tells. */
  private void askInLittleMemory(Path file, int size) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx" + ((16 << 10) + 8 * size / 1024) + "k",
                "-cp",
                System.getProperty("java.class.path"),
                Questions.class.getName(),
                file.toString(),
                folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output").toFile())
            .start();
    try {
      assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    } finally {
      process.destroyForcibly();
    }
    assertEquals(0, process.exitValue(), Files.readString(folder.resolve("output")));
  }

  /** Gives the parts to a run in memory that is thinned, and to thinning itself. */
  private void asMemory(List<byte[]> parts) throws IOException {
    RunHeader header;
    try {
      header = RunHeader.decode(parts.get(0));
    } catch (BlockFormatException e) {
      outcomes.merge("header", 1, Integer::sum);
      return;
    }
    MemoryRecorder memory = new MemoryRecorder(3000);
    memory.header(header);
    List<byte[]> taken = new ArrayList<>();
    for (byte[] part : parts.subList(1, parts.size())) {
      try {
        memory.block(part);
        if (part[5] == 3) {
          continue;
        }
        taken.add(part);
      } catch (BlockFormatException e) {
        outcomes.merge("block", 1, Integer::sum);
      }
      try {
        Thinned.everySecondOfTheOlder(header, List.of(part, part));
      } catch (BlockFormatException e) {
        outcomes.merge("thinning", 1, Integer::sum);
      }
    }
    List<byte[]> fewer = Thinned.everySecondOfTheOlder(header, taken);
    GrowingRun growing = new GrowingRun(header, fewer::get);
    Run run = growing.run();
    for (byte[] block : fewer) {
      growing.index(block);
    }
    assertEquals(
        taken.isEmpty() ? -1 : memory.run().lastStep(), run.lastStep(), "the last record stays");
  }

  private static void change(List<byte[]> parts, SplittableRandom random) {
    int at = random.nextInt(parts.size());
    byte[] part = parts.get(at).clone();
    int content = Forged.CONTENT;
    if (part.length <= content + 8) {
      return;
    }
    int place = content + random.nextInt(part.length - content - 8);
    switch (random.nextInt(12)) {
      case 0:
        part[place] ^= (byte) (1 << random.nextInt(8));
        break;
      case 1:
        ByteBuffer.wrap(part).putInt(place, INTS[random.nextInt(INTS.length)]);
        break;
      case 2:
        ByteBuffer.wrap(part).putLong(place, random.nextInt(3) - 1L);
        break;
      case 3:
        ByteBuffer.wrap(part).putLong(place, random.nextLong() >>> random.nextInt(64));
        break;
      case 4:
        part[place] = (byte) random.nextInt();
        break;
      case 5:
        part = cut(part, place, random.nextInt(Math.min(40, part.length - place)));
        break;
      case 6:
        part = inserted(part, place, random);
        break;
      case 7:
        part = Arrays.copyOf(part, place);
        break;
      case 8:
        part = spliced(part, parts.get(random.nextInt(parts.size())), place, random);
        break;
      case 9:
        // The head of a block: numbers, steps, count, keyframe.
        int head = content + random.nextInt(Math.min(40, part.length - content - 8));
        ByteBuffer.wrap(part).putInt(head, INTS[random.nextInt(INTS.length)]);
        break;
      case 10:
        parts.add(1 + random.nextInt(parts.size()), part);
        return;
      default:
        if (parts.size() > 2 && at > 0) {
          parts.remove(at);
        }
        return;
    }
    parts.set(at, Forged.sealedAgain(part));
  }

  private static byte[] cut(byte[] part, int from, int count) {
    byte[] shorter = Arrays.copyOf(part, part.length - count);
    System.arraycopy(part, from + count, shorter, from, part.length - from - count);
    return shorter;
  }

  private static byte[] inserted(byte[] part, int at, SplittableRandom random) {
    byte[] more = new byte[1 + random.nextInt(30)];
    if (random.nextBoolean()) {
      random.nextBytes(more);
    }
    byte[] longer = Arrays.copyOf(part, part.length + more.length);
    System.arraycopy(more, 0, longer, at, more.length);
    System.arraycopy(part, at, longer, at + more.length, part.length - at);
    return longer;
  }

  private static byte[] spliced(byte[] part, byte[] other, int at, SplittableRandom random) {
    int from = Forged.CONTENT + random.nextInt(Math.max(1, other.length - Forged.CONTENT));
    from = Math.min(from, other.length);
    byte[] both = Arrays.copyOf(part, at + other.length - from);
    System.arraycopy(other, from, both, at, other.length - from);
    return both;
  }

  /** Joins the parts, and in a third of the cases damages the whole without mending it. */
  private static byte[] joined(List<byte[]> parts, SplittableRandom random) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    byte[] bytes = all.toByteArray();
    int at = random.nextInt(bytes.length);
    switch (random.nextInt(9)) {
      case 0:
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
      case 1:
        return Arrays.copyOf(bytes, at);
      case 2:
        return inserted(bytes, at, random);
      default:
        return bytes;
    }
  }
}
