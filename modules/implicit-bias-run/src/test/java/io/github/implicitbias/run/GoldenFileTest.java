package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run file of every format version, kept as it was written then. Every later version must read
 * them, and write that of its own. A change of the format adds a file; it never replaces one.
 *
 * <p>The newest file is written with {@code -Dimplicitbias.golden=FOLDER}, if there is none of that
 * name in the folder.
 */
class GoldenFileTest {

  private static final String NEWEST = "run-v1.ibrun";

  private static final double PAYLOAD_NAN = Double.longBitsToDouble(0xfff8_0000_dead_beefL);

  /** Hexadecimal patterns per record: two units of "hidden", one of "out, second". */
  private static final String[][] PATTERNS = {
    {"0x1", "0x20000000000000000", "0x0"},
    {"0x3", "0x20000000000000000", "0x0"},
    {"0x1", "0x20000000000000000", "0x3ffffffffffffffff"},
    {"0x3", "0x0", "0x3ffffffffffffffff"},
    {"0x3", "0x0", "0x3ffffffffffffffff"},
    {"0x0", "0x20000000000000000", "0x3fffffffffffffffe"},
    {"0x0", "0x20000000000000000", "0x3ffffffffffffffff"},
  };

  private static final long[] STEPS = {0, 1, 2, 3, 1000, 1001, 5_000_000_000L};
  private static final String[] FLIPS = {
    "1 activation hidden 0 1",
    "2 deactivation hidden 0 1",
    "3 reactivation hidden 0 1",
    "3 deactivation hidden 1 65",
    "1001 reactivation hidden 1 65",
    "1001 deactivation hidden 0 0",
    "1001 deactivation hidden 0 1",
    "1001 deactivation out, second 0 0",
    "5000000000 reactivation out, second 0 0",
  };

  @TempDir Path folder;

  private static RunHeader header() {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("library", "dl4j-implicit-bias 0.1.0");
    provenance.put("seed", "42");
    provenance.put("greek", "\u03b8\u209c");
    int[] ids = new int[66];
    int[] classes = new int[66];
    for (int i = 0; i < 66; i++) {
      ids[i] = 1000 + i;
      classes[i] = i % 3 - 1;
    }
    Definition all =
        Definition.formula("||\u03b8||")
            .parameters("all")
            .applies("always")
            .source("arXiv:2006.05013")
            .expect("grows")
            .title("norm")
            .unit("radians")
            .group("Norms")
            .chart("Norms of all")
            .withoutChart();
    Definition shared = Definition.formula("shared by several columns");
    return new HeaderBuilder("session-1", "worker-0", 1_700_000_000_000L)
        .id(new RunId(0x0123_4567_89ab_cdefL, 0xfedc_ba98_7654_3210L))
        .follows(new RunId(7, 8))
        .name("golden, \u03b3")
        .provenance(provenance)
        .layers(
            List.of(
                new TrackedLayer("hidden", 0, "relu", "channel,row,column", 1, 2, 1),
                new TrackedLayer("out, second", 3, "leakyrelu(a=0.1)", "channel (any position)", 1)
                    .grouped()))
        .samples(ids, classes)
        .basic(Column.Basic.LOSS, Definition.formula("mean of l_i"))
        .metric("parameterNorm", all)
        .layerMetric("deadUnits", shared)
        .metric("jury.verdict", Definition.NONE)
        .prediction(new Statement("jury", "It stays.", "Theorem 1", "1e-3", "drift", "limit"))
        .prediction(new Statement("bare", "\u03bb falls.", "", "", "", ""))
        .sampleMetric("marginSupport", Definition.NONE)
        .sampleLayerMetric("beta, \u03b2", shared)
        .unitMetric("weightNorm", 0, shared)
        .unitMetric("a_j, \u03b1", 1, Definition.NONE)
        .build();
  }

  /** Rows: all at record 0, the second and the third at record 2, the others at record 5. */
  private static double[][] rows(RunHeader header, int record) {
    double[][] rows = new double[header.rows()][];
    for (int row = 0; row < rows.length; row++) {
      if (record == 0 || record == (row == 1 || row == 2 ? 2 : 5)) {
        rows[row] = new double[header.rowLength(row)];
        for (int i = 0; i < rows[row].length; i++) {
          rows[row][i] =
              i == 3 ? Absent.VALUE : i == 4 ? PAYLOAD_NAN : (row + 1) * i / 7.0 - record;
        }
      }
    }
    return rows;
  }

  /** Record 4 has hardly any values, so that it is written with a map of those that are there. */
  private static double[] values(int record) {
    double absent = Absent.VALUE;
    if (record == 4) {
      return new double[] {
        absent, absent, absent, absent, absent, absent, 4, absent, absent, 1, absent, absent,
        absent, absent, absent
      };
    }
    return new double[] {
      0.1 * record,
      record / 3.0,
      record == 5 ? Double.NaN : 0.1,
      record == 6 ? absent : Math.scalb(1.0, -record),
      record == 0 ? -0.0 : record == 1 ? Double.MIN_VALUE : -record,
      record == 2 ? Double.POSITIVE_INFINITY : record == 3 ? PAYLOAD_NAN : 7,
      record,
      2 * record,
      record,
      record == 3 ? 2 : 1, // jury holds, but for record 3
      record == 3 ? 2.5 : 0.5,
      2,
      record < 5 ? 0 : 3, // bare does not apply, then it does and is reached
      absent,
      absent
    };
  }

  private static List<Event> events(int record) {
    List<Event> events = new ArrayList<>();
    double absent = Absent.VALUE;
    if (record == 0) {
      List<Condition> conditions =
          List.of(new Condition(true, "d = 5 > n"), new Condition(false, "\u03b7 is constant"));
      events.add(
          Event.ofPrediction(
              STEPS[0], EventKind.PREDICTION_CONDITIONS, 0, absent, absent, "", conditions));
      events.add(
          Event.ofPrediction(
              STEPS[0],
              EventKind.PREDICTION_NOT_APPLICABLE,
              1,
              absent,
              absent,
              "no teacher",
              List.of()));
    }
    if (record == 3) {
      events.add(new Event(STEPS[3], EventKind.UNIT_DIED, 0, 1, -1, ""));
      events.add(new Event(STEPS[3], EventKind.METRIC_FAILED, -1, -1, -1, "\u03bb: \"why\", so"));
      events.add(
          Event.ofPrediction(
              STEPS[3], EventKind.PREDICTION_VIOLATED, 0, 2.5, 2, "violado en 3", List.of()));
    }
    if (record == 5) {
      // As after thinning: it happened before its record.
      events.add(
          Event.ofPrediction(
              STEPS[4], EventKind.PREDICTION_REACHED, 1, 1e-9, absent, "", List.of()));
    }
    if (record == 6) {
      for (EventKind kind : EventKind.values()) {
        // Kinds that came later are not in a file of version one.
        if (!kind.isOfPrediction() && kind.compareTo(EventKind.RUN_CONTINUES) <= 0) {
          events.add(new Event(STEPS[6], kind, 1, 0, 65, kind.id()));
        }
      }
    }
    return events;
  }

  private static long nanos(int record) {
    return 100_000L << record;
  }

  private static long millis(int record) {
    return 1_700_000_000_000L + 250L * record;
  }

  /** What the writer makes of it today: blocks of the records 0 to 2, 3 and 4, 5, 6. */
  private static void write(Path file) throws IOException {
    RunHeader header = header();
    List<PatternHistory> patterns =
        List.of(new PatternHistory(2, 66), new PatternHistory(1, 66, null, true));
    int[] firstOfBlock = {0, 3, 5, 6};
    boolean[] keyframe = {true, false, true, false};
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(header);
      BlockBuilder builder = new BlockBuilder(header.id());
      Record carrier = new Record(header.columns().size());
      for (int record = 0, block = -1; record < STEPS.length; record++) {
        for (int unit = 0; unit < 3; unit++) {
          BigInteger bits = new BigInteger(PATTERNS[record][unit].substring(2), 16);
          long[] words = patterns.get(unit / 2).next();
          words[unit % 2 * 2] = bits.longValue();
          words[unit % 2 * 2 + 1] = bits.shiftRight(64).longValue();
        }
        patterns.forEach(p -> p.advance(0));
        if (block + 1 < 4 && firstOfBlock[block + 1] == record) {
          if (block >= 0) {
            recorder.block(builder.seal(block, block - 1));
          }
          block++;
          builder.reset(millis(record), keyframe[block] ? patterns : null);
        }
        carrier.at(STEPS[record], record / 2, record % 2 == 0);
        carrier.thinned(record == 4);
        carrier.recorded(millis(record), nanos(record));
        System.arraycopy(values(record), 0, carrier.values(), 0, carrier.values().length);
        carrier.rows(rows(header, record));
        carrier.events().clear();
        events(record).forEach(carrier.events()::add);
        builder.add(carrier, patterns);
      }
      recorder.block(builder.seal(3, 2));
    }
  }

  private Path golden() throws IOException {
    Path file = folder.resolve("golden.ibrun");
    try (InputStream in = getClass().getResourceAsStream("/golden/" + NEWEST)) {
      Files.copy(in, file);
    }
    return file;
  }

  @Test
  void versionOne_isReadCompletely() throws IOException {
    Run run = RunFile.open(golden());
    assertHeader(run.header());
    Seen seen = new Seen(run.header());
    run.visit(seen);
    assertEquals(STEPS.length, seen.records);
    List<String> rows = new ArrayList<>();
    List<String> events = new ArrayList<>();
    for (int i = 0; i < STEPS.length; i++) {
      double[][] made = rows(run.header(), i);
      for (int row = 0; row < made.length; row++) {
        if (made[row] != null) {
          rows.add(row(i, row, made[row]));
        }
      }
      events(i).forEach(e -> events.add(RunAssertions.line(e)));
    }
    assertEquals(10, rows.size());
    assertEquals(rows, seen.rows);
    List<String> flips = new ArrayList<>(List.of(FLIPS));
    for (int sample = 0; sample < 66; sample++) {
      flips.add(2 + sample, "2 activation out, second 0 " + sample);
    }
    assertEquals(flips, seen.flips);
    assertEquals(18, events.size());
    assertEquals(events, seen.events);
    for (int i = 0; i < STEPS.length; i++) {
      for (int unit = 0; unit < 3; unit++) {
        String layer = unit < 2 ? "hidden" : "out, second";
        assertEquals(PATTERNS[i][unit], run.patternAt(STEPS[i], layer).hex(unit % 2));
      }
    }
    assertTrue(run.gaps().isEmpty() && run.isThinned());
    assertEquals(1000, run.exactSince());
    assertVerdicts(run.verdicts());
  }

  private static void assertHeader(RunHeader found) throws IOException {
    RunHeader expected = header();
    assertArrayEquals(expected.encode(), found.encode());
    assertTrue(expected.isOfSameRun(found));
    assertEquals("0123456789abcdeffedcba9876543210", found.id().toString());
    assertEquals(new RunId(7, 8), found.follows().get());
    assertEquals("golden, \u03b3", found.name());
    assertEquals("session-1", found.sessionId());
    assertEquals("worker-0", found.workerId());
    assertEquals(1_700_000_000_000L, found.startedAt());
    assertEquals(
        List.copyOf(expected.provenance().entrySet()), List.copyOf(found.provenance().entrySet()));
    assertEquals(expected.layers(), found.layers());
    assertTrue(found.layers().get(1).isGrouped() && !found.layers().get(0).isGrouped());
    assertArrayEquals(expected.sampleIds(), found.sampleIds());
    assertArrayEquals(expected.sampleClasses(), found.sampleClasses());
    assertEquals(expected.predictions(), found.predictions());
    assertEquals(expected.columns(), found.columns());
    assertEquals(expected.sampleColumns(), found.sampleColumns());
    assertEquals(expected.unitColumns(), found.unitColumns());
    Definition norm = found.columns().get(5).definition();
    assertEquals("radians", norm.unit());
    assertTrue(!norm.isCharted() && norm.chart().equals("Norms of all"));
    assertEquals(
        List.of(
            "time",
            "flowTime",
            "learningRate",
            "score",
            "loss",
            "parameterNorm",
            "deadUnits[hidden]",
            "deadUnits[out, second]",
            "jury.verdict",
            "jury.verdict (2)",
            "jury.measured",
            "jury.bound",
            "bare.verdict",
            "bare.measured",
            "bare.bound"),
        found.columnNames());
  }

  private static void assertVerdicts(List<RunVerdict> verdicts) {
    RunVerdict jury = verdicts.get(0);
    assertEquals(Verdict.State.VIOLATED, jury.state());
    assertEquals(3, jury.step());
    assertEquals(2.5, jury.measured());
    assertEquals("violado en 3", jury.detail());
    assertEquals(2, jury.conditions().size());
    assertEquals("\u03b7 is constant", jury.conditions().get(1).text());
    RunVerdict bare = verdicts.get(1);
    assertEquals(Verdict.State.REACHED, bare.state());
    assertEquals(1000, bare.step());
    assertTrue(bare.hasApplied() && Absent.is(bare.bound()));
  }

  /** Collects what a run shows, and compares the records. */
  private static final class Seen implements RecordVisitor {
    private final RunHeader header;
    private final List<String> rows = new ArrayList<>();
    private final List<String> flips = new ArrayList<>();
    private final List<String> events = new ArrayList<>();
    private int records;

    Seen(RunHeader header) {
      this.header = header;
    }

    @Override
    public void record(Record record) {
      int i = records++;
      assertEquals(STEPS[i], record.step());
      assertEquals(i / 2, record.epoch());
      assertEquals(i % 2 == 0, record.inPlace());
      assertEquals(i == 4, record.thinned());
      assertEquals(millis(i), record.millis());
      assertEquals(nanos(i), record.watchNanos());
      RunAssertions.assertSameBits(values(i), record.values());
    }

    @Override
    public void sampleValues(int column, double[] values) {
      rows.add(row(records - 1, column, values));
    }

    @Override
    public void unitValues(int column, double[] values) {
      rows.add(row(records - 1, header.sampleColumns().size() + column, values));
    }

    @Override
    public void flip(int layer, FlipKind kind, int unit, int sample) {
      String name = header.layers().get(layer).name();
      flips.add(STEPS[records - 1] + " " + kind.id() + " " + name + " " + unit + " " + sample);
    }

    @Override
    public void event(Event e) {
      events.add(RunAssertions.line(e));
    }
  }

  private static String row(int record, int row, double[] values) {
    StringBuilder line = new StringBuilder(record + " " + row);
    for (double value : values) {
      line.append(' ').append(Long.toHexString(Double.doubleToRawLongBits(value)));
    }
    return line.toString();
  }

  @Test
  void todaysWriter_writesTheSameBytes() throws IOException {
    String wanted = System.getProperty("implicitbias.golden");
    if (wanted != null) {
      write(Path.of(wanted).resolve(NEWEST));
    }
    Path file = folder.resolve("today.ibrun");
    write(file);
    assertArrayEquals(Files.readAllBytes(golden()), Files.readAllBytes(file));
  }
}
