package io.github.implicitbias.run.log;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.Record;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.io.InputStream;
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
 */
class GoldenFileTest {

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

  /** All kinds of events there were when the files were written. */
  private static final List<EventKind> KINDS =
      List.of(
          EventKind.UNIT_DIED,
          EventKind.UNIT_REVIVED,
          EventKind.UNIT_LINEAR,
          EventKind.PLATEAU_BEGAN,
          EventKind.PLATEAU_ENDED,
          EventKind.PREDICTION_VIOLATED,
          EventKind.PREDICTION_REACHED,
          EventKind.METRIC_FAILED,
          EventKind.HISTORY_THINNED,
          EventKind.SCHEDULE_STRETCHED);

  private static RunHeader header(int version) {
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
    List<String> columns = new ArrayList<>(RunHeader.FIXED_COLUMNS);
    columns.add("parameterNorm");
    columns.add("deadUnits[hidden]");
    return new RunHeader(
        "session-1",
        "worker-0",
        1_700_000_000_000L,
        provenance,
        version == 1
            ? List.of(
                new TrackedLayer("hidden", 0, 2, "relu"),
                new TrackedLayer("out, second", 3, 1, "leakyrelu(a=0.1)"))
            : List.of(
                new TrackedLayer("hidden", 0, "relu", "channel,row,column", 1, 2, 1),
                new TrackedLayer(
                    "out, second", 3, "leakyrelu(a=0.1)", "channel (any position)", 1)),
        ids,
        classes,
        columns,
        version == 1 ? List.of() : List.of("marginSupport", "beta[hidden], \u03b2"),
        version == 1
            ? List.of()
            : List.of(new UnitColumn("weightNorm", 0), new UnitColumn("a_j, \u03b1", 1)));
  }

  /**
   * Two rows per sample, one per unit of each layer: all at record 0, the second and the third at
   * record 2, the first and the fourth at record 5.
   */
  private static double[][] rows(int version, int record) {
    if (version == 1) {
      return new double[0][];
    }
    int[] lengths = {66, 66, 2, 1};
    double[][] rows = new double[4][];
    for (int row = 0; row < 4; row++) {
      if (record == 0 || record == (row == 0 || row == 3 ? 5 : 2)) {
        rows[row] = new double[lengths[row]];
        for (int i = 0; i < lengths[row]; i++) {
          rows[row][i] =
              i == 3 ? Absent.VALUE : i == 4 ? PAYLOAD_NAN : (row + 1) * i / 7.0 - record;
        }
      }
    }
    return rows;
  }

  private static double[] values(int record) {
    return new double[] {
      0.1 * record,
      record / 3.0,
      record == 5 ? Double.NaN : 0.1,
      record == 6 ? Absent.VALUE : Math.scalb(1.0, -record),
      record == 0 ? -0.0 : record == 1 ? Double.MIN_VALUE : -record,
      record == 2 ? Double.POSITIVE_INFINITY : record == 3 ? PAYLOAD_NAN : 7,
      record
    };
  }

  private static List<Event> events(int record) {
    List<Event> events = new ArrayList<>();
    if (record == 3) {
      events.add(new Event(STEPS[3], EventKind.UNIT_DIED, 0, 1, -1, ""));
      events.add(new Event(STEPS[3], EventKind.METRIC_FAILED, -1, -1, -1, "\u03bb: \"why\", so"));
    }
    if (record == 6) {
      for (EventKind kind : KINDS) {
        events.add(new Event(STEPS[6], kind, 1, 0, 65, kind.id()));
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
  private void write(Path file) throws IOException {
    List<PatternHistory> patterns = List.of(new PatternHistory(2, 66), new PatternHistory(1, 66));
    int[] firstOfBlock = {0, 3, 5, 6};
    boolean[] keyframe = {true, false, true, false};
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(header(2));
      BlockBuilder builder = new BlockBuilder(made.header.id());
      for (int record = 0, block = -1; record < STEPS.length; record++) {
        for (int unit = 0; unit < 3; unit++) {
          String hex = PATTERNS[record][unit].substring(2);
          java.math.BigInteger bits = new java.math.BigInteger(hex, 16);
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
        builder.add(
            STEPS[record],
            record / 2,
            record % 2 == 0,
            record == 4,
            millis(record),
            nanos(record),
            values(record),
            rows(2, record),
            patterns,
            events(record));
      }
      recorder.block(builder.seal(3, 2));
    }
  }

  private Path golden(int version) throws IOException {
    Path file = folder.resolve("golden.ibrun");
    try (InputStream in = getClass().getResourceAsStream("/golden/run-v" + version + ".ibrun")) {
      Files.copy(in, file);
    }
    return file;
  }

  @Test
  void versionOne_isReadCompletely() throws IOException {
    assertReadCompletely(1);
  }

  @Test
  void versionTwo_isReadCompletely() throws IOException {
    assertReadCompletely(2);
  }

  private void assertReadCompletely(int version) throws IOException {
    Run run = RunFile.open(golden(version));
    RunHeader expected = header(version);
    RunHeader found = run.header();
    assertEquals("session-1", found.sessionId());
    assertEquals("worker-0", found.workerId());
    assertEquals(1_700_000_000_000L, found.startedAt());
    assertEquals(
        List.copyOf(expected.provenance().entrySet()), List.copyOf(found.provenance().entrySet()));
    assertEquals(expected.layers().toString(), found.layers().toString());
    assertEquals(3, found.layers().get(1).index());
    for (int layer = 0; layer < 2; layer++) {
      assertEquals(expected.layers().get(layer).axes(), found.layers().get(layer).axes());
      assertArrayEquals(expected.layers().get(layer).shape(), found.layers().get(layer).shape());
    }
    assertEquals(expected.sampleColumns(), found.sampleColumns());
    assertEquals(expected.unitColumns(), found.unitColumns());
    assertArrayEquals(expected.sampleIds(), found.sampleIds());
    assertArrayEquals(expected.sampleClasses(), found.sampleClasses());
    assertEquals(expected.columns(), found.columns());

    List<String> flips = new ArrayList<>();
    List<String> events = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    List<Long> steps = new ArrayList<>();
    run.visit(
        new RecordVisitor() {
          @Override
          public void record(Record record) {
            int i = steps.size();
            steps.add(record.step());
            assertEquals(STEPS[i], record.step());
            assertEquals(i / 2, record.epoch());
            assertEquals(i % 2 == 0, record.inPlace());
            assertEquals(i == 4, record.thinned());
            assertEquals(millis(i), record.millis());
            assertEquals(nanos(i), record.watchNanos());
            for (int k = 0; k < 7; k++) {
              assertEquals(
                  Double.doubleToRawLongBits(values(i)[k]),
                  Double.doubleToRawLongBits(record.value(k)));
            }
          }

          @Override
          public void sampleValues(int column, double[] values) {
            rows.add(row(steps.size() - 1, column, values));
          }

          @Override
          public void unitValues(int column, double[] values) {
            rows.add(row(steps.size() - 1, 2 + column, values));
          }

          @Override
          public void flip(int layer, FlipKind kind, int unit, int sample) {
            long step = steps.get(steps.size() - 1);
            String name = found.layers().get(layer).name();
            flips.add(step + " " + kind.id() + " " + name + " " + unit + " " + sample);
          }

          @Override
          public void event(Event e) {
            events.add(e + " " + e.layer() + " " + e.unit() + " " + e.sample());
          }
        });
    assertEquals(STEPS.length, steps.size());
    List<String> expectedRows = new ArrayList<>();
    for (int i = 0; i < STEPS.length; i++) {
      double[][] made = rows(version, i);
      for (int row = 0; row < made.length; row++) {
        if (made[row] != null) {
          expectedRows.add(row(i, row, made[row]));
        }
      }
    }
    assertEquals(version == 1 ? 0 : 8, expectedRows.size());
    assertEquals(expectedRows, rows);
    List<String> expectedFlips = new ArrayList<>(List.of(FLIPS));
    for (int sample = 0; sample < 66; sample++) {
      expectedFlips.add(2 + sample, "2 activation out, second 0 " + sample);
    }
    assertEquals(expectedFlips, flips);
    List<String> expectedEvents = new ArrayList<>();
    for (int i = 0; i < STEPS.length; i++) {
      events(i)
          .forEach(
              e -> expectedEvents.add(e + " " + e.layer() + " " + e.unit() + " " + e.sample()));
    }
    assertEquals(expectedEvents, events);
    for (int i = 0; i < STEPS.length; i++) {
      for (int unit = 0; unit < 3; unit++) {
        String layer = unit < 2 ? "hidden" : "out, second";
        assertEquals(PATTERNS[i][unit], run.patternAt(STEPS[i], layer).hex(unit % 2));
      }
    }
    assertFalse(run.gaps().iterator().hasNext());
  }

  private static String row(int record, int column, double[] values) {
    StringBuilder row = new StringBuilder(record + " " + column);
    for (double value : values) {
      row.append(' ').append(Long.toHexString(Double.doubleToRawLongBits(value)));
    }
    return row.toString();
  }

  @Test
  void todaysWriter_writesTheSameBytes() throws IOException {
    Path file = folder.resolve("today.ibrun");
    write(file);
    assertArrayEquals(Files.readAllBytes(golden(2)), Files.readAllBytes(file));
  }
}
