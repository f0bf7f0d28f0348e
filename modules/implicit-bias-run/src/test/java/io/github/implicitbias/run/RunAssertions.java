package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Compares a run with the records that went into it, bit for bit. */
public final class RunAssertions {

  private RunAssertions() {}

  /** Compares a run with the records that it should hold, and no others. */
  public static void assertRunIs(
      RandomRun made, List<RandomRun.Kept> records, Run run, boolean flipsAndEvents)
      throws IOException {
    assertEquals(records.size(), run.size());
    assertEquals(records.get(0).step, run.firstStep());
    RandomRun.Kept last = records.get(records.size() - 1);
    assertEquals(last.step, run.lastStep());
    assertEquals(last.epoch, run.lastEpoch());
    assertEquals(records.stream().filter(r -> r.inPlace).count(), run.recordsInPlace());
    List<String> seen = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (RandomRun.Kept kept : records) {
      expected.add(line(kept.step, kept.epoch, kept.inPlace, kept.millis, kept.values));
      for (int column = 0; column < kept.rows.length; column++) {
        if (kept.rows[column] != null) {
          expected.add(line(kept.step, column, kept.rows[column]));
        }
      }
      if (flipsAndEvents) {
        kept.flips.forEach(f -> expected.add(kept.step + " " + f));
        kept.events.forEach(e -> expected.add(line(e)));
      }
    }
    run.visit(
        new RecordVisitor() {
          private long step;

          @Override
          public void record(Record record) {
            step = record.step();
            double[] values = new double[made.header.columns().size()];
            for (int k = 0; k < values.length; k++) {
              values[k] = record.value(k);
            }
            seen.add(line(step, record.epoch(), record.inPlace(), record.millis(), values));
          }

          @Override
          public void sampleValues(int column, double[] values) {
            seen.add(line(step, column, values));
          }

          @Override
          public void unitValues(int column, double[] values) {
            seen.add(line(step, made.header.sampleColumns().size() + column, values));
          }

          @Override
          public void flip(int layer, FlipKind kind, int unit, int sample) {
            if (flipsAndEvents) {
              seen.add(step + " " + RandomRun.flip(layer, kind, unit, sample));
            }
          }

          @Override
          public void event(Event event) {
            if (flipsAndEvents) {
              seen.add(line(event));
            }
          }
        });
    assertEquals(expected, seen);
    for (RandomRun.Kept kept : records) {
      assertSameBits(kept.values, run.values(kept.step));
      assertPatterns(made, kept, run);
    }
    if (flipsAndEvents) {
      assertEquals(
          records.stream()
              .flatMap(r -> r.events.stream())
              .map(RunAssertions::line)
              .collect(Collectors.toList()),
          run.events().stream().map(RunAssertions::line).collect(Collectors.toList()));
    }
  }

  public static void assertPatterns(RandomRun made, RandomRun.Kept kept, Run run) {
    for (int layer = 0; layer < made.header.layers().size(); layer++) {
      TrackedLayer tracked = made.header.layers().get(layer);
      ActivationPattern pattern = run.patternAt(kept.step, tracked.name());
      assertNotNull(pattern, "no pattern at step " + kept.step);
      assertArrayEquals(
          RandomRun.words(kept.on[layer], made.header.samples()),
          pattern.words(),
          tracked + " at step " + kept.step);
    }
  }

  private static String line(long step, int epoch, boolean inPlace, long millis, double[] values) {
    StringBuilder line = new StringBuilder();
    line.append(step).append(' ').append(epoch).append(' ').append(inPlace).append(' ');
    line.append(millis);
    for (double value : values) {
      line.append(' ').append(Long.toHexString(Double.doubleToRawLongBits(value)));
    }
    return line.toString();
  }

  private static String line(long step, int column, double[] values) {
    return line(step, column, true, -1, values);
  }

  public static String line(Event e) {
    return e.step()
        + " "
        + e.kind()
        + " "
        + e.layer()
        + " "
        + e.unit()
        + " "
        + e.sample()
        + " "
        + e.detail()
        + " "
        + e.prediction()
        + " "
        + Long.toHexString(Double.doubleToRawLongBits(e.measured()))
        + " "
        + Long.toHexString(Double.doubleToRawLongBits(e.bound()))
        + " "
        + e.conditions();
  }

  public static void assertSameBits(double[] expected, double[] found) {
    assertEquals(expected.length, found.length);
    for (int k = 0; k < expected.length; k++) {
      assertEquals(
          Double.doubleToRawLongBits(expected[k]), Double.doubleToRawLongBits(found[k]), "" + k);
    }
  }
}
