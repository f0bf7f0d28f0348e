package io.github.implicitbias.ui;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.Gap;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.format.UnitColumn;
import io.github.implicitbias.run.history.Series;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * A run as JSON, for the page.
 *
 * <p>Values: absent is null; what JSON has no number for is the text "NaN", "Infinity" or
 * "-Infinity". Patterns: base64 of the canonical words, little endian, so that bit {@code i % 8} of
 * byte {@code i / 8} of a unit is sample {@code i}. Flips in the same layout, or, where they are
 * few, as a list of the numbers of their bits: 8 x byte + bit.
 */
final class RunJson {

  /** Events in one answer; the page asks again for the rest. */
  static final int MAX_EVENTS = 5000;

  private static final int EVENTS_BYTES = 600_000;
  private static final int MAX_EVENT_TEXT = 2_000;

  /** Runs in one answer. */
  static final int MAX_RUNS = 1000;

  private static final int MAX_RUN_CHARACTERS = 200_000;

  /** Points of a series from which a part is cut out. */
  private static final int FINEST = 8192;

  /** Points of all series of one answer. */
  static final int MAX_POINTS = 20_000;

  /** Words of a pattern in one answer; of larger patterns the first units are sent. */
  static final int MAX_WORDS = 30_000;

  /** Gaps in one answer, the first ones. */
  static final int MAX_GAPS = 1000;

  /** Flips up to which they are sent one by one instead of as bits. */
  private static final int FEW_FLIPS = 5000;

  private static final int MAX_SAMPLES = 15_000;
  private static final int MAX_TEXT = 20_000;
  private static final int FACTS_BYTES = 150_000;
  private static final int LAYERS_BYTES = 100_000;
  private static final int COLUMNS_BYTES = 250_000;
  private static final int SAMPLE_COLUMNS_BYTES = 20_000;

  /** Bytes of the longest number, with a comma. */
  private static final int NUMBER = 25;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private RunJson() {}

  /** Runs, the newest first; of more than fit into an answer the newest, and how many more. */
  static ObjectNode list(List<StoredRuns.Entry> entries) {
    ObjectNode answer = JSON.objectNode();
    ArrayNode runs = answer.putArray("runs");
    int characters = 0;
    for (StoredRuns.Entry entry : entries) {
      characters += entry.sessionId.length() + entry.workerId.length();
      if (runs.size() == MAX_RUNS || characters > MAX_RUN_CHARACTERS && runs.size() > 0) {
        answer.put("more", entries.size() - runs.size());
        break;
      }
      runs.addObject()
          .put("session", entry.sessionId)
          .put("worker", entry.workerId)
          .put("startedAt", entry.startedAt)
          .put("stockPages", entry.stockPages);
    }
    return answer;
  }

  static ObjectNode header(RunHeader header) {
    ObjectNode answer = JSON.objectNode();
    answer.put("session", header.sessionId());
    answer.put("worker", header.workerId());
    answer.put("startedAt", header.startedAt());
    ObjectNode provenance = answer.putObject("provenance");
    Room facts = new Room(FACTS_BYTES);
    for (Map.Entry<String, String> fact : header.provenance().entrySet()) {
      String text = cut(fact.getValue(), MAX_TEXT);
      // Those of predictions are told with their verdicts.
      if (!fact.getKey().startsWith("prediction.") && facts.take(fact.getKey() + text, 6)) {
        provenance.put(fact.getKey(), text);
      }
    }
    ArrayNode layers = answer.putArray("layers");
    Room names = new Room(LAYERS_BYTES);
    for (TrackedLayer layer : header.layers()) {
      if (!names.take(layer.name() + layer.activation(), 80)) {
        break;
      }
      layers
          .addObject()
          .put("name", layer.name())
          .put("index", layer.index())
          .put("units", layer.units())
          .put("activation", layer.activation());
    }
    answer.put("layersLeftOut", header.layers().size() - layers.size());
    ObjectNode samples = answer.putObject("samples");
    ArrayNode ids = samples.putArray("ids");
    ArrayNode classes = samples.putArray("classes");
    int[] sampleIds = header.sampleIds();
    int[] sampleClasses = header.sampleClasses();
    for (int i = 0; i < Math.min(MAX_SAMPLES, header.samples()); i++) {
      ids.add(sampleIds[i]);
      classes.add(sampleClasses[i]);
    }
    samples.put("count", header.samples());
    ArrayNode columns = answer.putArray("columns");
    header.columns().subList(0, columnsThatFit(header)).forEach(columns::add);
    answer.put("columnsLeftOut", header.columns().size() - columns.size());
    ArrayNode sampleColumns = answer.putArray("sampleColumns");
    Room room = new Room(SAMPLE_COLUMNS_BYTES);
    for (String column : header.sampleColumns()) {
      if (!room.take(column, 3) || sampleColumns.size() == SampleRecords.MAX_COLUMNS) {
        break;
      }
      sampleColumns.add(column);
    }
    DefinitionJson.put(answer.putObject("definitions"), header.columns());
    ArrayNode unitColumns = answer.putArray("unitColumns");
    for (int k = 0; k < header.unitColumns().size() && k < UnitRecords.MAX_COLUMNS; k++) {
      UnitColumn column = header.unitColumns().get(k);
      if (UnitRecords.follows(header, k)) {
        String layer = header.layers().get(column.layer()).name();
        unitColumns.addObject().put("name", column.name()).put("layer", layer);
      }
    }
    return answer;
  }

  /** How many columns the page is told of; the first. */
  private static int columnsThatFit(RunHeader header) {
    Room room = new Room(COLUMNS_BYTES);
    List<String> columns = header.columns();
    int fit = 0;
    while (fit < columns.size() && room.take(columns.get(fit), 4 + NUMBER)) {
      fit++;
    }
    return fit;
  }

  /** A text of at most so many characters. */
  static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 2) + " …";
  }

  static ObjectNode progress(StoredRun stored, int eventsFrom) {
    Run run = stored.run();
    ObjectNode answer = JSON.objectNode();
    // Read first: what arrives meanwhile is then drawn once too often rather than never.
    answer.put("version", stored.version());
    answer.put("updatedAt", stored.updatedAt());
    answer.put("startedAt", run.header().startedAt());
    answer.put("now", System.currentTimeMillis());
    answer.put("unread", stored.unread());
    answer.put("blocks", stored.stored());
    answer.put("records", run.size());
    answer.put("firstStep", run.firstStep());
    answer.put("lastStep", run.lastStep());
    answer.put("thinned", run.isThinned());
    answer.put("exactSince", run.exactSince());
    answer.put("inPlace", run.recordsInPlace());
    answer.put("watchNanos", run.watchNanos());
    answer.put("durationMillis", run.durationMillis());
    answer.put("epoch", run.lastEpoch());
    ArrayNode gaps = answer.putArray("gaps");
    List<Gap> lost = run.gaps();
    for (Gap gap : lost.subList(0, Math.min(MAX_GAPS, lost.size()))) {
      gaps.addArray().add(gap.after()).add(gap.before());
    }
    answer.put("gapCount", lost.size());
    List<Event> all = run.events();
    int from = Math.min(eventsFrom, all.size());
    int to = Math.min(from + MAX_EVENTS, all.size());
    answer.put("eventCount", all.size());
    ArrayNode events = answer.putArray("events");
    Room room = new Room(EVENTS_BYTES);
    for (Event event : all.subList(from, to)) {
      String detail = cut(event.detail(), MAX_EVENT_TEXT);
      String layer = "";
      if (event.layer() >= 0) {
        layer = cut(run.header().layers().get(event.layer()).name(), MAX_EVENT_TEXT);
      }
      if (!room.take(layer + detail, 150)) {
        break; // the page asks for the rest
      }
      ObjectNode node = events.addObject();
      node.put("step", event.step());
      node.put("kind", event.kind().id());
      node.put("layer", event.layer() < 0 ? null : layer);
      node.put("unit", event.unit() < 0 ? null : event.unit());
      node.put("sample", event.sample() < 0 ? null : event.sample());
      node.put("detail", detail);
    }
    return answer;
  }

  static ObjectNode series(Run run, List<String> columns, int points, long from, long to) {
    boolean all = from == Long.MIN_VALUE && to == Long.MAX_VALUE;
    int most = Math.max(4, Math.min(points, MAX_POINTS / columns.size()));
    ObjectNode answer = JSON.objectNode();
    ObjectNode series = answer.putObject("columns");
    for (String column : columns) {
      Series found = run.series(column, all ? most : FINEST);
      int begin = 0;
      while (begin < found.size() && found.step(begin) < from) {
        begin++;
      }
      int end = found.size();
      while (end > begin && found.step(end - 1) > to) {
        end--;
      }
      thin(found, begin, end, most, series.putObject(column));
    }
    return answer;
  }

  /**
   * Part of a series, without the records at which it is absent; if there are too many points, the
   * first, the last, and of each bucket between them the least and the greatest.
   */
  private static void thin(Series found, int begin, int end, int most, ObjectNode node) {
    ArrayNode steps = node.putArray("steps");
    ArrayNode values = node.putArray("values");
    int[] there = IntStream.range(begin, end).filter(i -> !Absent.is(found.value(i))).toArray();
    int n = there.length;
    int bucket = n <= most ? 1 : Math.max(1, (2 * n + most - 3) / (most - 2));
    int next;
    for (int start = 0; start < n; start = next) {
      boolean alone = start == 0 || start == n - 1;
      next = alone ? start + 1 : Math.min(n - 1, start + bucket);
      int[] part = Arrays.copyOfRange(there, start, next);
      for (int i : extremes(part, found::value)) {
        steps.add(found.step(i));
        add(values, found.value(i));
      }
    }
  }

  /** The places of the least and the greatest value of a bucket, in their order; one if equal. */
  static int[] extremes(int[] bucket, IntToDoubleFunction value) {
    int least = bucket[0];
    int greatest = bucket[0];
    for (int i : bucket) {
      double v = value.applyAsDouble(i);
      // Comparisons with a NaN are false: it stays only where there is nothing else.
      least =
          v < value.applyAsDouble(least) || Double.isNaN(value.applyAsDouble(least)) ? i : least;
      greatest =
          v > value.applyAsDouble(greatest) || Double.isNaN(value.applyAsDouble(greatest))
              ? i
              : greatest;
    }
    return least == greatest
        ? new int[] {least}
        : new int[] {Math.min(least, greatest), Math.max(least, greatest)};
  }

  /**
   * The record at a step, or at the last recorded step before it; inside a gap only what lies
   * around it.
   */
  static ObjectNode step(Run run, long wanted, String layer) {
    ObjectNode answer = JSON.objectNode();
    List<Gap> gaps = run.gaps();
    for (Gap gap : gaps) {
      if (wanted > gap.after() && wanted < gap.before() && wanted >= run.firstStep()) {
        answer.put("step", wanted);
        answer.put("known", false);
        answer.put("previous", gap.after() < 0 ? null : gap.after());
        answer.put("next", gap.before());
        answer.putObject("values");
        answer.putNull("pattern");
        return answer;
      }
    }
    long step = run.stepAtOrBefore(Math.max(wanted, run.firstStep()));
    long previous = run.stepAtOrBefore(step - 1);
    answer.put("step", step);
    answer.put("known", true);
    answer.put("previous", previous < 0 ? null : previous);
    long next = run.stepAfter(step);
    answer.put("next", next < 0 ? null : next);
    ObjectNode values = answer.putObject("values");
    double[] row = run.values(step);
    List<String> columns = run.header().columns();
    int fit = columnsThatFit(run.header());
    for (int k = 0; k < fit; k++) {
      put(values, columns.get(k), row[k]);
    }
    boolean lost = gaps.stream().anyMatch(gap -> gap.before() == step);
    boolean comparable = layer != null && previous >= 0 && !lost;
    // First the earlier one: from there the way is short.
    ActivationPattern before = comparable ? run.patternAt(previous, layer) : null;
    ActivationPattern pattern = layer == null ? null : run.patternAt(step, layer);
    if (pattern == null) {
      answer.putNull("pattern");
      return answer;
    }
    int perUnit = Math.max(1, ActivationPattern.wordsPerUnit(pattern.samples()));
    int units = Math.min(pattern.units(), MAX_WORDS / perUnit);
    ObjectNode node = answer.putObject("pattern");
    node.put("layer", layer);
    node.put("units", units);
    node.put("unitsOfLayer", pattern.units());
    node.put("samples", pattern.samples());
    long[] words = Arrays.copyOf(pattern.words(), units * perUnit);
    node.put("bits", base64(words));
    if (before == null) {
      node.putNull("flips");
      return answer;
    }
    long[] wordsBefore = before.words();
    int flips = 0;
    for (int k = 0; k < words.length; k++) {
      words[k] ^= wordsBefore[k];
      flips += Long.bitCount(words[k]);
    }
    if (flips > FEW_FLIPS || 8 * flips > words.length * 11) {
      node.put("flips", base64(words));
    } else {
      ArrayNode list = node.putArray("flips");
      for (int k = 0; k < words.length; k++) {
        for (long rest = words[k]; rest != 0; rest &= rest - 1) {
          list.add(k * 64 + Long.numberOfTrailingZeros(rest));
        }
      }
    }
    return answer;
  }

  /** Bits of a unit or of a sample over all steps; base64 of the bytes of step after step. */
  static ObjectNode history(BitHistory history) {
    ObjectNode answer = JSON.objectNode();
    ArrayNode steps = answer.putArray("steps");
    ArrayNode known = answer.putArray("known");
    for (int k = 0; k < history.steps.length; k++) {
      steps.add(history.steps[k]);
      known.add(history.known[k] ? 1 : 0);
    }
    answer.put("bits", history.bits);
    answer.put("stride", history.stride);
    answer.put("on", Base64.getEncoder().encodeToString(history.on));
    answer.put("flipped", Base64.getEncoder().encodeToString(history.flipped));
    return answer;
  }

  private static String base64(long[] words) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * words.length).order(ByteOrder.LITTLE_ENDIAN);
    for (long word : words) {
      bytes.putLong(word);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  static void add(ArrayNode values, double value) {
    if (Absent.is(value)) {
      values.addNull();
    } else if (Double.isNaN(value) || Double.isInfinite(value)) {
      values.add(Double.toString(value));
    } else {
      values.add(value);
    }
  }

  static void put(ObjectNode values, String name, double value) {
    if (Absent.is(value)) {
      values.putNull(name);
    } else if (Double.isNaN(value) || Double.isInfinite(value)) {
      values.put(name, Double.toString(value));
    } else {
      values.put(name, value);
    }
  }
}
