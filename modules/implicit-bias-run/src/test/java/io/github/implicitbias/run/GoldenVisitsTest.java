package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.VisitBlock;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.run.format.VisitSuspects;
import io.github.implicitbias.run.format.VisitTable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The run file with visits, kept as it was written when there were visits first. Every later
 * version must read it. Written with {@code -Dimplicitbias.golden=FOLDER}, if there is none of that
 * name in the folder; the bytes of a table also depend on how the Java runtime deflates.
 */
class GoldenVisitsTest {

  private static final String NAME = "visits-v1.ibrun";
  private static final RunId ID = new RunId(0x1111_2222_3333_4444L, 0x5555_6666_7777_8888L);
  private static final int SAMPLES = 300;

  @TempDir Path folder;

  private static VisitEpoch epoch(int epoch) {
    Map<EpochNumber, Double> numbers = new EnumMap<>(EpochNumber.class);
    for (EpochNumber what : EpochNumber.values()) {
      numbers.put(what, what.ordinal() + epoch / 4.0);
    }
    numbers.put(EpochNumber.ACCURACY, Absent.VALUE);
    return new VisitEpoch(
        epoch,
        10L * epoch,
        10L * epoch + 9,
        numbers,
        List.of(
            new VisitLayer("hidden", new float[] {0, 0.25f, 1}, false, 1, 1, 7, 12, null),
            new VisitLayer(
                "next, \u03b3", new float[] {0.5f}, true, -1, -1, -1, -1, new long[] {1L << 40})));
  }

  private static VisitTable.Builder table(int epoch) {
    int[] whole = new int[SAMPLES];
    float[] fractions = new float[SAMPLES];
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      whole[i] = i * i * i - 1;
      fractions[i] = i == 2 ? Float.NaN : (i - 100) / 3f;
      ids.add(i % 2 == 0 ? "" : "\u03b3" + i);
    }
    VisitTable.Builder table =
        new VisitTable.Builder(SAMPLES, epoch, 10L * epoch + 9)
            .status("kept")
            .classes(List.of("cat", "dog"))
            .suspects(new VisitSuspects(new int[] {3, 299, 0}, -1.5, 0.75, "because"))
            .ids(ids)
            .flips("hidden", whole);
    for (VisitColumn column : VisitColumn.values()) {
      if (column.isFraction()) {
        table.fraction(column, fractions);
      } else {
        table.whole(column, whole);
      }
    }
    return table;
  }

  private static RunHeader header() {
    return new HeaderBuilder("s", "w", 1_700_000_000_000L).id(ID).build();
  }

  private static void write(Path file) throws IOException {
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(header());
      recorder.block(VisitBlock.encode(ID, 0, epoch(0)));
      recorder.block(VisitBlock.encode(ID, 1, table(0).atEpoch()));
      recorder.block(VisitBlock.encode(ID, 2, epoch(1)));
      recorder.block(VisitBlock.encode(ID, 3, table(1).atEnd()));
    }
  }

  private Path golden() throws IOException {
    Path file = folder.resolve(NAME);
    try (InputStream in = GoldenVisitsTest.class.getResourceAsStream("/golden/" + NAME)) {
      Files.copy(in, file);
    }
    return file;
  }

  private static void assertHoldsAll(Run run) {
    assertEquals(2, run.visits().epochs().size());
    for (VisitEpoch found : run.visits().epochs()) {
      assertEquals(10L * found.epoch(), found.firstStep());
      assertEquals(10L * found.epoch() + 9, found.lastStep());
      assertTrue(Absent.is(found.number(EpochNumber.ACCURACY)));
      assertEquals(
          EpochNumber.MARGIN_90.ordinal() + found.epoch() / 4.0,
          found.number(EpochNumber.MARGIN_90));
      VisitLayer hidden = found.layers().get(0);
      assertEquals("hidden", hidden.name());
      assertArrayEquals(new float[] {0, 0.25f, 1}, hidden.shares());
      assertEquals(
          List.of(1L, 1L, 7L, 12L),
          List.of(
              hidden.deadUnits(), hidden.linearUnits(), hidden.distinctPatterns(), hidden.flips()));
      assertNull(hidden.flipsOfUnits());
      VisitLayer next = found.layers().get(1);
      assertEquals("next, \u03b3", next.name());
      assertTrue(next.isAtLeast() && !hidden.isAtLeast());
      assertEquals(-1, next.deadUnits());
      assertArrayEquals(new long[] {1L << 40}, next.flipsOfUnits());
    }
    VisitTable end = run.visits().samples();
    assertTrue(end.isLast());
    assertEquals(19, end.step());
    assertEquals(1, end.epoch());
    assertEquals("kept", end.status());
    assertEquals(List.of("cat", "dog"), end.classes());
    assertArrayEquals(new int[] {3, 299, 0}, end.suspects().samples());
    assertEquals(-1.5, end.suspects().threshold());
    assertEquals(0.75, end.suspects().expectedByChance());
    assertEquals("because", end.suspects().reason());
    for (int i = 0; i < SAMPLES; i++) {
      assertEquals(i % 2 == 0 ? "" : "\u03b3" + i, end.id(i));
      assertEquals(i * i * i - 1, end.flips("hidden", i));
      for (VisitColumn column : VisitColumn.values()) {
        double expected = column.isFraction() ? (i - 100) / 3f : i * i * i - 1;
        boolean absent = column.isFraction() ? i == 2 : i == 0;
        assertEquals(absent ? Absent.VALUE : expected, end.number(column, i));
      }
    }
    List<VisitTable> stored = new ArrayList<>();
    run.visits().visitSamples(stored::add);
    assertEquals(1, stored.size());
    assertEquals(66.5, stored.get(0).number(VisitColumn.LAST_MARGIN, 299), "66.333 in 8 digits");
  }

  @Test
  void theKeptFile_isRead_andTodaysWriterSaysTheSame() throws IOException {
    String wanted = System.getProperty("implicitbias.golden");
    if (wanted != null) {
      write(Path.of(wanted).resolve(NAME));
    }
    Path kept = golden();
    assertHoldsAll(RunFile.open(kept));
    Path today = folder.resolve("today.ibrun");
    write(today);
    assertHoldsAll(RunFile.open(today));
    // Header and epoch, which are not deflated, are also the same bytes.
    int until = header().encode().length + VisitBlock.encode(ID, 0, epoch(0)).length;
    assertArrayEquals(
        Arrays.copyOf(Files.readAllBytes(kept), until),
        Arrays.copyOf(Files.readAllBytes(today), until));
  }
}
