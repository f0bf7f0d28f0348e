package io.github.implicitbias.run;

import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.run.format.VisitTable;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the visits of a run as CSV, in the form of {@link RunCsv}. */
final class VisitsCsv {

  private static final String END = "\r\n";

  /** What the network says is a column of the suspects; the others ask whether it is right. */
  private static final List<VisitColumn> OF_SAMPLES =
      List.of(
          VisitColumn.LABEL,
          VisitColumn.VISITS,
          VisitColumn.LAST_STEP,
          VisitColumn.LAST_MARGIN,
          VisitColumn.MEAN_MARGIN,
          VisitColumn.MEAN_CONFIDENCE,
          VisitColumn.SD_CONFIDENCE,
          VisitColumn.MEAN_LOSS,
          VisitColumn.CORRECT,
          VisitColumn.LEARNED_AT,
          VisitColumn.FORGOTTEN);

  private VisitsCsv() {}

  /**
   * Writes {@code epochs.csv}, {@code epochUnits.csv}, and if the samples are known {@code
   * visits.csv} and {@code suspects.csv}; nothing if the run has no visits.
   *
   * @throws IOException if a file cannot be written
   */
  static void write(Run run, Path folder) throws IOException {
    RunVisits visits = run.visits();
    if (visits.isEmpty()) {
      return;
    }
    file(folder.resolve("epochs.csv"), out -> writeEpochs(visits, out));
    file(folder.resolve("epochUnits.csv"), out -> writeUnits(visits, out));
    VisitTable table = visits.samples();
    if (table != null) {
      file(folder.resolve("visits.csv"), out -> writeSamples(table, out));
      file(folder.resolve("suspects.csv"), out -> writeSuspects(run, table, out));
    }
  }

  private interface Content {
    void to(Writer out) throws IOException;
  }

  private static void file(Path file, Content content) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      content.to(out);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void append(Writer out, String text) {
    try {
      out.write(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A row per sample, in the order in which they first came. */
  static void writeSamples(VisitTable table, Writer out) throws IOException {
    StringBuilder row = new StringBuilder("sample");
    row.append(table.hasIds() ? ",id" : "");
    OF_SAMPLES.forEach(column -> row.append(',').append(column.id()));
    List<String> layers = table.layers();
    layers.forEach(layer -> row.append(',').append(RunCsv.quoted("flips[" + layer + "]")));
    out.write(row + END);
    for (int i = 0; i < table.size(); i++) {
      row.setLength(0);
      row.append(i);
      if (table.hasIds()) {
        row.append(',').append(RunCsv.quoted(table.id(i)));
      }
      for (VisitColumn column : OF_SAMPLES) {
        row.append(',').append(field(table, column, i));
      }
      for (String layer : layers) {
        row.append(',').append(count(table.flips(layer, i)));
      }
      out.write(row + END);
    }
  }

  private static String field(VisitTable table, VisitColumn column, int sample) {
    if (column.isFraction()) {
      return fraction(table.number(column, sample));
    }
    int value = table.whole(column, sample);
    return column == VisitColumn.LABEL || column == VisitColumn.INSTEAD
        ? RunCsv.quoted(table.className(value))
        : count(value);
  }

  private static String fraction(double value) {
    return Absent.is(value) ? "" : Float.toString((float) value);
  }

  private static String count(long value) {
    return value < 0 ? "" : Long.toString(value);
  }

  private static void writeEpochs(RunVisits visits, Writer out) {
    List<String> layers = new ArrayList<>();
    visits.visitEpochs(
        epoch -> {
          if (layers.isEmpty()) {
            epoch.layers().forEach(layer -> layers.add(layer.name()));
            append(out, headOfEpochs(layers));
          }
          append(out, row(epoch, layers));
        });
  }

  private static String headOfEpochs(List<String> layers) {
    StringBuilder head = new StringBuilder("epoch,firstStep,lastStep");
    for (EpochNumber what : EpochNumber.values()) {
      head.append(',').append(what.id());
    }
    for (String layer : layers) {
      for (String what :
          List.of("deadUnits", "linearUnits", "distinctPatterns", "flips", "atLeast")) {
        head.append(',').append(RunCsv.quoted(what + "[" + layer + "]"));
      }
    }
    return head + END;
  }

  private static String row(VisitEpoch epoch, List<String> layers) {
    StringBuilder row = new StringBuilder().append(epoch.epoch());
    row.append(',').append(epoch.firstStep()).append(',').append(epoch.lastStep());
    for (EpochNumber what : EpochNumber.values()) {
      row.append(',').append(number(epoch.number(what)));
    }
    Map<String, VisitLayer> named = new HashMap<>();
    epoch.layers().forEach(layer -> named.put(layer.name(), layer));
    for (String name : layers) {
      VisitLayer layer = named.get(name);
      if (layer == null) {
        row.append(",,,,,");
        continue;
      }
      row.append(',').append(count(layer.deadUnits()));
      row.append(',').append(count(layer.linearUnits()));
      row.append(',').append(count(layer.distinctPatterns()));
      row.append(',').append(count(layer.flips()));
      row.append(',').append(layer.isAtLeast());
    }
    return row + END;
  }

  /** Counts are whole, and are written so. */
  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1L << 53
        ? Long.toString((long) value)
        : RunCsv.number(value);
  }

  private static void writeUnits(RunVisits visits, Writer out) {
    int[] most = {0};
    visits.visitEpochs(
        epoch ->
            epoch.layers().forEach(layer -> most[0] = Math.max(most[0], layer.shares().length)));
    append(out, "epoch,layer,column");
    for (int unit = 0; unit < most[0]; unit++) {
      append(out, "," + unit);
    }
    append(out, END);
    visits.visitEpochs(
        epoch -> {
          for (VisitLayer layer : epoch.layers()) {
            String begin = epoch.epoch() + "," + RunCsv.quoted(layer.name());
            append(out, begin + ",share");
            for (float share : layer.shares()) {
              append(out, "," + (Float.isNaN(share) ? "" : Float.toString(share)));
            }
            append(out, END);
            long[] flips = layer.flipsOfUnits();
            if (flips != null) {
              append(out, begin + ",flips");
              for (long flipped : flips) {
                append(out, "," + flipped);
              }
              append(out, END);
            }
          }
        });
  }

  private static void writeSuspects(Run run, VisitTable table, Writer out) throws IOException {
    RunVisits visits = run.visits();
    List<String> features = run.header().featureNames();
    List<Integer> epochs = new ArrayList<>();
    visits.visitSamples(stored -> epochs.add(stored.epoch()));
    StringBuilder row = new StringBuilder("rank,sample");
    row.append(table.hasIds() ? ",id" : "").append(",label,network,meanMargin");
    epochs.forEach(epoch -> row.append(",margin[").append(epoch).append(']'));
    for (int k = 0; k < table.shownFeatures(); k++) {
      String name = k < features.size() ? features.get(k) : Integer.toString(k);
      row.append(',').append(RunCsv.quoted("feature[" + name + "]"));
    }
    out.write(row + END);
    MarginHistory history = new MarginHistory(visits, table.suspects().samples(), epochs.size());
    int rank = 1;
    for (int sample : table.suspects().samples()) {
      row.setLength(0);
      row.append(rank).append(',').append(sample);
      if (table.hasIds()) {
        row.append(',').append(RunCsv.quoted(table.id(sample)));
      }
      row.append(',').append(field(table, VisitColumn.LABEL, sample));
      row.append(',').append(field(table, VisitColumn.INSTEAD, sample));
      row.append(',').append(field(table, VisitColumn.MEAN_MARGIN, sample));
      for (float margin : history.of(rank - 1)) {
        row.append(',').append(Float.isNaN(margin) ? "" : Float.toString(margin));
      }
      float[] values = table.values(sample);
      for (int k = 0; k < table.shownFeatures(); k++) {
        row.append(',').append(k < values.length ? Float.toString(values[k]) : "");
      }
      out.write(row + END);
      rank++;
    }
  }
}
