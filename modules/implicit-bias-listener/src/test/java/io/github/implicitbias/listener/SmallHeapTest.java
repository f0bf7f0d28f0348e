package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With little memory the expensive goes first, and training never notices. */
class SmallHeapTest {

  private static final String WIDTHS = "600-1000-1000-16";
  private static final String SAMPLES = "3000";
  private static final String STEPS = "10";

  @TempDir private Path folder;
  private List<String> log = List.of();

  /** Trains in a JVM of its own and returns what it has to say, by its first word. */
  private Map<String, String> train(String heap, String... arguments) throws Exception {
    Path result = folder.resolve("result");
    Path said = folder.resolve("log");
    List<String> options = new ArrayList<>();
    options.add("-Xmx" + heap);
    options.add("-XX:+UseG1GC");
    // By default native memory is bounded by the size of the heap, too.
    options.add("-Dorg.bytedeco.javacpp.maxbytes=4g");
    options.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=6g");
    options.add("-Dorg.slf4j.simpleLogger.logFile=" + said);
    List<String> all = new ArrayList<>(List.of(result.toString()));
    all.addAll(List.of(arguments));
    int exit = Jvm.run(options, SmallHeap.class, all.toArray(new String[0]));
    log = Files.readAllLines(said);
    assertEquals(0, exit, () -> String.join("\n", log));
    Map<String, String> found = new TreeMap<>();
    for (String line : Files.readAllLines(result)) {
      int space = line.indexOf(' ');
      found.put(line.substring(0, space), line.substring(space + 1));
    }
    return found;
  }

  private List<String> sentences() {
    List<String> some = new ArrayList<>(log);
    some.removeIf(line -> !line.contains("Memory ran out"));
    return some;
  }

  /**
   * Training alone takes 20 MB of heap here, a probe of 7 MB and its patterns take 12 MB more: from
   * 42 MB on nothing of the basic records may be missing, whenever it is that memory runs out.
   */
  @Test
  @Tag("thorough")
  void whenMemoryRunsOut_everyDueRecordKeepsWhatIsCheap_andTrainingIsTheSame() throws Exception {
    Map<String, String> unwatched = train("64m", "none", WIDTHS, SAMPLES, STEPS);
    Map<String, String> roomy = train("1g", "STANDARD", WIDTHS, SAMPLES, STEPS);
    assertEquals(List.of(), sentences());
    assertEquals("{}", roomy.get("failures"));
    assertEquals(unwatched.get("parameters"), roomy.get("parameters"));
    for (String heap : List.of("42m", "46m", "54m")) {
      Map<String, String> tight = train(heap, "STANDARD", WIDTHS, SAMPLES, STEPS);
      assertEquals(unwatched.get("parameters"), tight.get("parameters"), heap);
      for (String column :
          List.of("records", "loss", "activeFraction[layer0]", "deadUnits[layer1]")) {
        assertEquals(roomy.get(column), tight.get(column), heap + " " + column);
      }
      assertEquals("6", tight.get("records"), heap);
      List<String> said = sentences();
      assertFalse(said.isEmpty(), heap);
      assertTrue(
          said.stream()
              .noneMatch(line -> line.contains("activeFraction") || line.contains("parameterNorm")),
          () -> String.join("\n", said));
    }
    Map<String, String> visited = train("46m", "STANDARD", WIDTHS, SAMPLES, STEPS, "visits");
    assertEquals(unwatched.get("parameters"), visited.get("parameters"));
    assertEquals("11", visited.get("records"));
  }

  /** Beside a probe of 43 MB, whatever heap there is: 500 MB are enough for all of FULL. */
  @Test
  @Tag("thorough")
  void tenMillionParameters_takeAtMost500MegabytesOfHeap() throws Exception {
    Map<String, String> watched = train("543m", "FULL", "1000-2000-2000-2000-64", "10000", "3");
    assertEquals("{}", watched.get("failures"));
    assertEquals(List.of(), sentences());
  }
}
