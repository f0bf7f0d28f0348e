package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
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

/** Visits in a heap that is too small for all that would be kept: training never notices. */
class SmallHeapVisitsTest {

  @TempDir private Path folder;

  private Map<String, String> train(String heap, boolean watched, int samples, int units)
      throws Exception {
    Path result = folder.resolve("result");
    Path said = folder.resolve("log");
    List<String> options = new ArrayList<>();
    options.add("-Xmx" + heap);
    options.add("-Dorg.bytedeco.javacpp.maxbytes=4g");
    options.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=6g");
    options.add("-Dorg.slf4j.simpleLogger.logFile=" + said);
    int exit =
        Jvm.run(
            options,
            SmallHeapVisits.class,
            result.toString(),
            Boolean.toString(watched),
            Integer.toString(samples),
            Integer.toString(units),
            "3");
    List<String> log = Files.readAllLines(said);
    assertEquals(0, exit, () -> String.join("\n", log));
    Map<String, String> found = new TreeMap<>();
    for (String line : Files.readAllLines(result)) {
      int space = line.indexOf(' ');
      found.put(line.substring(0, space), line.substring(space + 1));
    }
    found.put("log", String.join("\n", log));
    return found;
  }

  /** 60,000 patterns of 1,024 units would take 15 MB; an eighth of the heap is 8 MB. */
  @Test
  @Tag("thorough")
  void inAHeapOf64Megabytes_allSamplesAreKept_andThePatternsOfAPart() throws Exception {
    Map<String, String> watched = train("64m", true, 60_000, 1_024);
    String all = watched.toString();
    assertEquals("60000", watched.get("samples"), all);
    assertEquals("true", watched.get("returns"), all);
    assertEquals("60000 60000 60000", watched.get("epochs"), all);
    assertEquals("{}", watched.get("failures"), all);
    assertEquals("361", watched.get("records"), all);
    assertTrue(watched.get("status").contains("because all would take more than 8 MB"), all);
    assertEquals(
        train("64m", false, 60_000, 1_024).get("parameters"), watched.get("parameters"), all);
  }

  /** 88 bytes and more for each of a million samples are more than there is. */
  @Test
  @Tag("soak")
  void whereMemoryRunsOut_samplesAreGivenUp_withASentence_andTheRestGoesOn() throws Exception {
    Map<String, String> watched = train("64m", true, 1_000_000, 32);
    String all = watched.toString();
    assertEquals("false", watched.get("returns"), all);
    assertTrue(watched.get("status").contains("Memory ran out: nothing is kept per sample"), all);
    assertTrue(watched.get("log").contains("Memory ran out: nothing is kept per sample"), all);
    assertTrue(watched.get("epochs").endsWith(" 1000000"), all);
    assertEquals(
        train("64m", false, 1_000_000, 32).get("parameters"), watched.get("parameters"), all);
  }
}
