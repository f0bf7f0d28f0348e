package io.github.implicitbias.run.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.RandomRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunHeaderTest {

  private final RunHeader made = RandomRun.header(70, 3, 2);
  private final RunHeader arranged = RandomRun.arrangedHeader(67);

  @Test
  void header_comesBackAsItWas() throws Exception {
    RunHeader back = RunHeader.decode(made.encode());
    assertEquals(made.id(), back.id());
    assertTrue(back.follows().isEmpty());
    assertEquals("", back.name());
    assertEquals("session", back.sessionId());
    assertEquals("worker-0", back.workerId());
    assertEquals(1234567890123L, back.startedAt());
    assertEquals(made.provenance(), back.provenance());
    assertEquals(List.copyOf(made.provenance().keySet()), List.copyOf(back.provenance().keySet()));
    assertEquals(made.columns(), back.columns());
    assertEquals(made.predictions(), back.predictions());
    assertEquals(made.layers().toString(), back.layers().toString());
    assertEquals(2, back.layers().get(1).index());
    assertArrayEquals(made.sampleIds(), back.sampleIds());
    assertArrayEquals(made.sampleClasses(), back.sampleClasses());
    assertArrayEquals(made.encode(), back.encode());
    assertTrue(back.sampleColumns().isEmpty());
  }

  @Test
  void arrangedHeader_comesBackAsItWas() throws Exception {
    RunHeader back = RunHeader.decode(arranged.encode());
    assertEquals(arranged.follows(), back.follows());
    assertEquals(arranged.name(), back.name());
    assertTrue(arranged.isOfSameRun(back));
    assertEquals(arranged.sampleColumns(), back.sampleColumns());
    assertEquals(arranged.unitColumns(), back.unitColumns());
    for (int k = 0; k < 4; k++) {
      TrackedLayer layer = arranged.layers().get(k);
      assertEquals(layer.axes(), back.layers().get(k).axes());
      assertArrayEquals(layer.shape(), back.layers().get(k).shape());
      assertEquals(k == 3, back.layers().get(k).isGrouped());
    }
    assertArrayEquals(arranged.encode(), back.encode());
  }

  @Test
  void namesOfClassesAndFeatures_comeBackAsTheyWere_andAreNoPartWhereThereAreNone()
      throws Exception {
    List<String> classes = List.of("setosa", "=versicolor, \u03b3", "");
    RunHeader named = RandomRun.plain(3).names(classes, List.of("width")).build();
    RunHeader back = RunHeader.decode(named.encode());
    assertEquals(classes, back.classNames());
    assertEquals(List.of("width"), back.featureNames());
    RunHeader later = RunHeader.decode(back.withProvenance(Map.of("a", "b")).encode());
    assertEquals(classes, later.classNames());
    RunHeader none = RandomRun.plain(3).build();
    assertEquals(List.of(), RunHeader.decode(none.encode()).classNames());
    assertThrows(
        IllegalArgumentException.class,
        () -> RandomRun.plain(1).names(List.of("x".repeat(513)), List.of()).build());
  }

  @Test
  void tagsAndNote_comeBackAsTheyWere_andAreNoPartWhereThereAreNone() throws Exception {
    Map<String, String> tags = new LinkedHashMap<>();
    tags.put("width", "64");
    tags.put("who, \u03b3", "=1");
    RunHeader tagged = RandomRun.plain(3).tags(tags).note("first\nsecond").build();
    RunHeader back = RunHeader.decode(tagged.encode());
    assertEquals(tags, back.tags());
    assertEquals(List.of("width", "who, \u03b3"), List.copyOf(back.tags().keySet()));
    assertEquals("first\nsecond", back.note());
    assertEquals(tags, back.withProvenance(Map.of("a", "b")).tags());
    RunHeader noted = RunHeader.decode(RandomRun.plain(3).note("alone").build().encode());
    assertEquals("alone", noted.note());
    assertEquals(Map.of(), noted.tags());
    RunHeader none = RunHeader.decode(RandomRun.plain(3).build().encode());
    assertEquals(Map.of(), none.tags());
    assertEquals("", none.note());
    HeaderBuilder tooLong = RandomRun.plain(1).tags(Map.of("k", "x".repeat(513)));
    assertThrows(IllegalArgumentException.class, tooLong::build);
  }

  @Test
  void headersThatMakeNoSense_areNotMade() {
    assertThrows(
        IllegalArgumentException.class,
        () -> new HeaderBuilder("s", "w", 0).samples(new int[1], new int[2]).build());
    for (int[] shape : new int[][] {{0}, {-1}, {1 << 16, 1 << 15}, {1, 1, 1}, {}}) {
      String axes = shape.length == 2 ? "a,b" : "a";
      assertThrows(
          IllegalArgumentException.class, () -> new TrackedLayer("l", 0, "relu", axes, shape));
    }
    String longName = "x".repeat(513);
    assertThrows(
        IllegalArgumentException.class,
        () -> RandomRun.plain(1).metric(longName, Definition.NONE).build());
  }
}
