package io.github.implicitbias.core.run;

import io.github.implicitbias.core.Absent;
import io.github.implicitbias.core.pattern.ActivationPattern;
import io.github.implicitbias.core.pattern.FlipKind;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/**
 * Writes a run as CSV (RFC 4180): indices from 0, doubles in full precision, an empty field for
 * what was not computed or does not apply, {@code NaN} for what is not a number.
 */
public final class RunCsv {

  private static final String END = "\r\n";
  private static final long FLIPS_LIMIT = 10_000;

  private RunCsv() {}

  /** Returns true if units x samples is at most 10,000, so that flips are listed by default. */
  public static boolean fewEnoughForFlips(RunHeader header) {
    long units = 0;
    for (TrackedLayer layer : header.layers()) {
      units += layer.units();
    }
    return units * header.samples() <= FLIPS_LIMIT;
  }

  /**
   * Writes {@code steps.csv}, {@code patterns.csv} and {@code events.csv}. Behind a gap, {@code
   * patterns.csv} has every unit again, at the first record whose pattern is known.
   *
   * @param folder is made if it does not exist
   * @param flips true to list every flip among the events
   * @throws IOException if a file cannot be written
   */
  public static void write(Run run, Path folder, boolean flips) throws IOException {
    Files.createDirectories(folder);
    try {
      writeSteps(run, folder.resolve("steps.csv"));
      writePatterns(run, folder.resolve("patterns.csv"));
      writeEvents(run, folder.resolve("events.csv"), flips);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** A writer whose failure passes through a visitor. */
  private static final class Lines implements AutoCloseable {
    private final BufferedWriter out;

    Lines(Path file) throws IOException {
      out = Files.newBufferedWriter(file);
    }

    void append(String text) {
      try {
        out.write(text);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  private static void writeSteps(Run run, Path file) throws IOException {
    try (Lines lines = new Lines(file)) {
      StringBuilder head = new StringBuilder("step,epoch");
      for (String column : run.header().columns()) {
        head.append(',').append(quoted(column));
      }
      lines.append(head + END);
      int columns = run.header().columns().size();
      run.visit(
          record -> {
            StringBuilder row = new StringBuilder().append(record.step());
            row.append(',').append(record.epoch());
            for (int k = 0; k < columns; k++) {
              row.append(',').append(number(record.value(k)));
            }
            lines.append(row + END);
          });
    }
  }

  private static void writePatterns(Run run, Path file) throws IOException {
    try (Lines lines = new Lines(file)) {
      lines.append("step,layer,unit,pattern" + END);
      run.visit(new PatternRows(run, lines));
    }
  }

  /** Follows the patterns and writes a row for every unit that changed. */
  private static final class PatternRows implements RecordVisitor {
    private final RunHeader header;
    private final Run run;
    private final Lines lines;
    private final int samples;
    private final int perUnit;
    private final long[][] words;
    private final TreeSet<Integer> changed = new TreeSet<>();
    private final Set<Long> afterGaps = new HashSet<>();
    private long step = -1;
    private boolean started;
    private boolean rebuilt;

    PatternRows(Run run, Lines lines) {
      this.run = run;
      this.header = run.header();
      this.lines = lines;
      this.samples = header.samples();
      this.perUnit = ActivationPattern.wordsPerUnit(samples);
      this.words = new long[header.layers().size()][];
    }

    @Override
    public void record(RecordView record) {
      step = record.step();
      if (!started) {
        for (Gap gap : run.gaps()) {
          afterGaps.add(gap.before());
        }
      }
      rebuilt = false;
      if (!started || afterGaps.contains(step)) {
        Arrays.fill(words, null);
      }
      started = true;
      for (int k = 0; k < words.length; k++) {
        if (words[k] == null) {
          rebuild(k);
        }
      }
    }

    /** Writes every unit of a layer; behind a gap not before its pattern is known again. */
    private void rebuild(int k) {
      TrackedLayer tracked = header.layers().get(k);
      ActivationPattern pattern = run.patternAt(step, tracked.name());
      if (pattern != null) {
        rebuilt = true;
        words[k] = pattern.words();
        for (int unit = 0; unit < tracked.units(); unit++) {
          row(k, unit);
        }
      }
    }

    @Override
    public void flip(int flipLayer, FlipKind kind, int unit, int sample) {
      if (!rebuilt && words[flipLayer] != null) {
        words[flipLayer][unit * perUnit + (sample >>> 6)] ^= 1L << (sample & 63);
        changed.add(unit);
      }
    }

    @Override
    public void endOfLayer(int endedLayer) {
      for (int unit : changed) {
        row(endedLayer, unit);
      }
      changed.clear();
    }

    private void row(int k, int unit) {
      long[] bits = Arrays.copyOfRange(words[k], unit * perUnit, (unit + 1) * perUnit);
      lines.append(
          step
              + ","
              + quoted(header.layers().get(k).name())
              + ","
              + unit
              + ","
              + new ActivationPattern(1, samples, bits).hex(0)
              + END);
    }
  }

  private static void writeEvents(Run run, Path file, boolean flips) throws IOException {
    try (Lines lines = new Lines(file)) {
      lines.append("step,kind,layer,unit,sample,detail" + END);
      RunHeader header = run.header();
      run.visit(
          new RecordVisitor() {
            private long step;

            @Override
            public void record(RecordView record) {
              step = record.step();
            }

            @Override
            public void flip(int layer, FlipKind kind, int unit, int sample) {
              if (flips) {
                String name = quoted(header.layers().get(layer).name());
                lines.append(
                    step + "," + kind.id() + "," + name + "," + unit + "," + sample + "," + END);
              }
            }

            @Override
            public void event(Event event) {
              String name =
                  event.layer() < 0 || event.layer() >= header.layers().size()
                      ? ""
                      : quoted(header.layers().get(event.layer()).name());
              lines.append(
                  event.step()
                      + ","
                      + event.kind().id()
                      + ","
                      + name
                      + ","
                      + index(event.unit())
                      + ","
                      + index(event.sample())
                      + ","
                      + quoted(event.detail())
                      + END);
            }
          });
    }
  }

  private static String index(int value) {
    return value < 0 ? "" : Integer.toString(value);
  }

  /** Returns a value as a CSV field. */
  public static String number(double value) {
    return Absent.is(value) ? "" : Double.toString(value);
  }

  private static String quoted(String text) {
    boolean plain = true;
    for (int i = 0; i < text.length(); i++) {
      plain &= ",\"\r\n".indexOf(text.charAt(i)) < 0;
    }
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
