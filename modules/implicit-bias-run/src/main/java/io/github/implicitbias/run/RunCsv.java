package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes a run as CSV (RFC 4180): indices from 0, doubles in full precision, an empty field for
 * what was not computed or does not apply, {@code NaN} for what is not a number.
 */
final class RunCsv {

  private static final String END = "\r\n";
  private static final Pattern NEGATIVE = Pattern.compile("-[0-9]{1,15}(\\.[0-9]{1,15})?");
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
   * Writes {@code steps.csv}, {@code patterns.csv}, {@code events.csv} and, if the run has sample
   * columns, {@code samples.csv}: a row per step and sample column that has values there, with one
   * field per sample; if it has unit columns, {@code units.csv} likewise, where rows of layers that
   * are not the largest end earlier than the first line; if it has visits, {@code visits.csv},
   * {@code epochs.csv}, {@code epochUnits.csv} and {@code suspects.csv}. {@code steps.csv} has no
   * columns for predictions that have never applied; {@link Run#verdicts} has the reasons. Behind a
   * gap, {@code patterns.csv} has every unit again, at the first record whose pattern is known.
   *
   * @param folder is made if it does not exist
   * @param flips true to list every flip among the events
   * @throws IOException if a file cannot be written
   */
  public static void write(Run run, Path folder, boolean flips) throws IOException {
    Files.createDirectories(folder);
    try {
      int blocks = run.blocks();
      writeSteps(run, blocks, folder.resolve("steps.csv"));
      writePatterns(run, blocks, folder.resolve("patterns.csv"));
      writeEvents(run, blocks, folder.resolve("events.csv"), flips);
      if (!run.header().sampleColumns().isEmpty()) {
        writeSamples(run, blocks, folder.resolve("samples.csv"));
      }
      if (!run.header().unitColumns().isEmpty()) {
        writeUnits(run, blocks, folder.resolve("units.csv"));
      }
      VisitsCsv.write(run, folder);
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

  private static void writeSteps(Run run, int blocks, Path file) throws IOException {
    try (Lines lines = new Lines(file)) {
      StringBuilder head = new StringBuilder("step,epoch");
      int[] columns = columnsToWrite(run);
      for (int column : columns) {
        head.append(',').append(quoted(run.header().columns().get(column).name()));
      }
      lines.append(head + END);
      run.visitBlocks(
          blocks,
          record -> {
            StringBuilder row = new StringBuilder().append(record.step());
            row.append(',').append(record.epoch());
            for (int k : columns) {
              row.append(',').append(number(record.value(k)));
            }
            lines.append(row + END);
          });
    }
  }

  /** Returns all columns, except those of predictions that no record has judged. */
  private static int[] columnsToWrite(Run run) {
    List<RunVerdict> verdicts = run.verdicts();
    List<Column> columns = run.header().columns();
    return IntStream.range(0, columns.size())
        .filter(
            k ->
                columns.get(k).prediction() < 0
                    || verdicts.get(columns.get(k).prediction()).hasApplied())
        .toArray();
  }

  private static void writePatterns(Run run, int blocks, Path file) throws IOException {
    LayerNames names = new LayerNames(run.header());
    try (Lines lines = new Lines(file)) {
      lines.append("step,layer,unit,pattern" + END);
      PatternRows.Sink rows =
          (step, layer, unit, hex) ->
              lines.append(step + "," + names.of(layer) + "," + unit + "," + hex + END);
      run.visitBlocks(blocks, new PatternRows(run, rows));
    }
  }

  /** The names of the layers as fields, made when they are first needed. */
  private static final class LayerNames {
    private final List<TrackedLayer> layers;
    private final String[] names;

    LayerNames(RunHeader header) {
      layers = header.layers();
      names = new String[layers.size()];
    }

    String of(int layer) {
      if (names[layer] == null) {
        names[layer] = quoted(layers.get(layer).name());
      }
      return names[layer];
    }
  }

  private static void writeSamples(Run run, int blocks, Path file) throws IOException {
    RunHeader header = run.header();
    try (Lines lines = new Lines(file)) {
      lines.append("step,column" + positions(header.samples()) + END);
      run.visitBlocks(
          blocks,
          new StepVisitor() {
            @Override
            public void sampleValues(int column, double[] values) {
              String name = quoted(header.sampleColumns().get(column).name());
              lines.append(numbers(step + "," + name, values) + END);
            }
          });
    }
  }

  private static void writeUnits(Run run, int blocks, Path file) throws IOException {
    RunHeader header = run.header();
    List<TrackedLayer> layers = header.layers();
    int most = 0;
    for (int k = 0; k < header.unitColumns().size(); k++) {
      if (run.hasUnitValues(k)) {
        most = Math.max(most, layers.get(header.unitColumns().get(k).layer()).units());
      }
    }
    LayerNames names = new LayerNames(header);
    try (Lines lines = new Lines(file)) {
      lines.append("step,layer,column" + positions(most) + END);
      run.visitBlocks(
          blocks,
          new StepVisitor() {
            @Override
            public void unitValues(int column, double[] values) {
              Column of = header.unitColumns().get(column);
              String begin = step + "," + names.of(of.layer()) + "," + quoted(of.id());
              lines.append(numbers(begin, values) + END);
            }
          });
    }
  }

  private static String positions(int count) {
    StringBuilder head = new StringBuilder();
    for (int k = 0; k < count; k++) {
      head.append(',').append(k);
    }
    return head.toString();
  }

  private static String numbers(String begin, double[] values) {
    StringBuilder row = new StringBuilder(begin);
    for (double value : values) {
      row.append(',').append(number(value));
    }
    return row.toString();
  }

  private static void writeEvents(Run run, int blocks, Path file, boolean flips)
      throws IOException {
    try (Lines lines = new Lines(file)) {
      lines.append("step,kind,layer,unit,sample,prediction,measured,bound,detail" + END);
      RunHeader header = run.header();
      LayerNames names = new LayerNames(header);
      run.visitBlocks(
          blocks,
          new StepVisitor() {
            @Override
            public void flip(int layer, FlipKind kind, int unit, int sample) {
              if (flips) {
                String begin = step + "," + kind.id() + ",";
                lines.append(begin + names.of(layer) + "," + unit + "," + sample + ",,,," + END);
              }
            }

            @Override
            public void event(Event event) {
              String name = event.layer() < 0 ? "" : names.of(event.layer());
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
                      + prediction(header, event)
                      + ","
                      + number(event.measured())
                      + ","
                      + number(event.bound())
                      + ","
                      + quoted(detail(event))
                      + END);
            }
          });
    }
  }

  private static String prediction(RunHeader header, Event event) {
    return event.prediction() < 0 ? "" : quoted(header.predictions().get(event.prediction()).id());
  }

  /** Returns the text of an event; of one that tells conditions, those. */
  private static String detail(Event event) {
    return event.conditions().isEmpty()
        ? event.detail()
        : event.conditions().stream().map(Condition::toString).collect(Collectors.joining("; "));
  }

  private static String index(int value) {
    return value < 0 ? "" : Integer.toString(value);
  }

  /** Returns a value as a CSV field. */
  public static String number(double value) {
    return Absent.is(value) ? "" : Double.toString(value);
  }

  /**
   * Returns a text as a CSV field. What a spreadsheet would take for a formula begins with an
   * apostrophe; a negative number, such as the name of a class may be, is none.
   */
  static String quoted(String given) {
    boolean formula = !given.isEmpty() && "=+-@\t\r".indexOf(given.charAt(0)) >= 0;
    formula &= !NEGATIVE.matcher(given).matches();
    String text = formula ? "'" + given : given;
    boolean plain = true;
    for (int i = 0; i < text.length(); i++) {
      plain &= ",\"\r\n".indexOf(text.charAt(i)) < 0;
    }
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
