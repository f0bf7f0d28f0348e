package io.github.implicitbias.ui;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Gap;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RecordView;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.vertx.core.MultiMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * The answers of the {@link DataEndpoint} about one run, as script elements of a page that has no
 * server to ask: what {@code embedded.js} reads. Memory is bounded by one chunk of records.
 *
 * <p>Everything that concerns a run as a whole is an answer as it is. Of the records there are so
 * many as are asked for, evenly spread over the steps: the values of all columns, what is new of
 * the rows (values per sample or per unit), and the patterns, in chunks whose first pattern is
 * whole and of whose others there is the difference.
 */
final class RunData {

  /** Points of one series, and of all. */
  private static final int SERIES_POINTS = 2_000;

  private static final int ALL_POINTS = 300_000;

  private static final int FEWEST_POINTS = 200;

  private static final int MAX_EVENTS = 50_000;

  private static final String UNIT_POINTS = "256";

  /** Bytes of a chunk before it is packed, and records of one. */
  private static final int CHUNK_BYTES = 4_000_000;

  private static final int CHUNK_RECORDS = 64;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** A question whose answer has at every step the last of each column. */
  private static final class Rows {
    final String name;
    final String[] parameters;

    Rows(String name, String... parameters) {
      this.name = name;
      this.parameters = parameters;
    }
  }

  private final DataEndpoint endpoint;
  private final String session;
  private final String worker;
  private final OutputStream out;
  private final ObjectMapper mapper = new ObjectMapper();
  private final Run run;
  private final RunHeader header;
  private final ObjectNode answers = JSON.objectNode();
  private final List<Rows> rows = new ArrayList<>();
  private final long[] steps;
  private final long records;
  private int written;

  /**
   * @param most greatest number of records
   * @param out receives the script elements
   */
  RunData(DataEndpoint endpoint, String session, String worker, int most, OutputStream out)
      throws DataEndpoint.Refusal, IOException {
    this.endpoint = endpoint;
    this.session = session;
    this.worker = worker;
    this.out = out;
    run = endpoint.find(question()).run();
    header = run.header();
    records = run.size();
    if (records == 0) {
      throw new DataEndpoint.Refusal(404, "The run has no records yet.");
    }
    steps = spread(run, records, most);
  }

  /** All steps, or so many of them, evenly spread; the first and the last always. */
  private static long[] spread(Run run, long records, int most) {
    long first = run.firstStep();
    long last = run.lastStep();
    if (records <= most) {
      List<Long> all = new ArrayList<>();
      run.visit(
          new RecordVisitor() {
            @Override
            public void record(RecordView record) {
              if (record.step() <= last) {
                all.add(record.step());
              }
            }
          });
      return all.stream().mapToLong(step -> step).toArray();
    }
    long[] some = new long[most];
    int count = 0;
    for (int k = 0; k < most; k++) {
      long wanted = first + Math.round((double) (last - first) * k / (most - 1));
      long step = run.stepAtOrBefore(wanted);
      if (count == 0 || step > some[count - 1]) {
        some[count++] = step;
      }
    }
    return Arrays.copyOf(some, count);
  }

  /** So many records may fit if all did not: those already written, less what the rest needs. */
  int fewer() {
    int fewer = written > 0 ? (int) (0.92 * written) : steps.length / 4;
    return steps.length <= 2 ? 0 : Math.max(2, Math.min(steps.length - 1, fewer));
  }

  void write() throws DataEndpoint.Refusal, IOException {
    answers();
    series();
    int chunk = chunkLength();
    StringBuilder[] flags = new StringBuilder[header.layers().size()];
    Arrays.setAll(flags, layer -> new StringBuilder());
    Patterns[] patterns = new Patterns[flags.length];
    Arrays.setAll(patterns, layer -> new Patterns(header.layers().get(layer)));
    for (int from = 0; from < steps.length; from += chunk) {
      int to = Math.min(steps.length, from + chunk);
      rows(from / chunk, from, to);
      for (int layer = 0; layer < patterns.length; layer++) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream packed = new GZIPOutputStream(bytes)) {
          patterns[layer].write(from, to, packed, flags[layer]);
        }
        script("bits-" + layer + "-" + from / chunk, bytes);
      }
      written = to;
    }
    if (endpoint.find(question()).run().header().startedAt() != header.startedAt()) {
      throw new IOException("Another run began under the same ids");
    }
    ObjectNode index = JSON.objectNode();
    index.put("of", records);
    index.put("written", System.currentTimeMillis());
    index.put("chunk", chunk);
    ArrayNode at = index.putArray("steps");
    for (long step : steps) {
      at.add(step);
    }
    ArrayNode layers = index.putArray("layers");
    for (int layer = 0; layer < patterns.length; layer++) {
      layers
          .addObject()
          .put("name", header.layers().get(layer).name())
          .put("units", patterns[layer].units)
          .put("unitsOfLayer", header.layers().get(layer).units())
          .put("samples", header.samples())
          .put("bytes", 8 * patterns[layer].units * patterns[layer].perUnit)
          .put("flags", flags[layer].toString());
    }
    script("index", index);
  }

  // ------------------------------------------------------------------ the run as a whole

  private MultiMap question(String... parameters) {
    MultiMap query = MultiMap.caseInsensitiveMultiMap();
    query.add("session", session).add("worker", worker);
    for (int k = 0; k < parameters.length; k += 2) {
      query.add(parameters[k], parameters[k + 1]);
    }
    return query;
  }

  private ObjectNode ask(String name, String... parameters)
      throws DataEndpoint.Refusal, IOException {
    return endpoint.answer(name, question(parameters));
  }

  /** The name of an answer: that of the question, and what makes another answer of it. */
  private static String key(String name, String... parameters) {
    List<String> parts = new ArrayList<>();
    for (int k = 0; k < parameters.length; k += 2) {
      parts.add("\n" + parameters[k] + "=" + parameters[k + 1]);
    }
    parts.sort(null);
    return name + String.join("", parts);
  }

  private void keep(String name, String... parameters) throws DataEndpoint.Refusal, IOException {
    answers.set(key(name, parameters), ask(name, parameters));
  }

  /** Further questions are named here. */
  private void answers() throws DataEndpoint.Refusal, IOException {
    answers
        .putObject("runs")
        .putArray("runs")
        .addObject()
        .put("session", session)
        .put("worker", worker)
        .put("startedAt", header.startedAt())
        .put("stockPages", false);
    keep("run");
    progress();
    keep("verdicts");
    for (String column : header.sampleColumns()) {
      keep("sampleSeries", "column", column);
    }
    if (!header.sampleColumns().isEmpty()) {
      rows.add(new Rows("samples"));
    }
    JsonNode unitColumns = answers.get("run").path("unitColumns");
    for (TrackedLayer layer : header.layers()) {
      for (JsonNode column : unitColumns) {
        String of = column.path("layer").asText();
        if (of.equals(layer.name()) || of.equals(String.valueOf(layer.index()))) {
          answers.set(
              key("unitSeries", "layer", layer.name()),
              ask("unitSeries", "layer", layer.name(), "points", UNIT_POINTS));
          rows.add(new Rows("units", "layer", layer.name()));
          break;
        }
      }
    }
    script("answers", answers);
  }

  private void progress() throws DataEndpoint.Refusal, IOException {
    ObjectNode progress = ask("progress");
    ArrayNode events = (ArrayNode) progress.get("events");
    int all = progress.get("eventCount").asInt();
    while (events.size() < Math.min(all, MAX_EVENTS)) {
      JsonNode more = ask("progress", "events", String.valueOf(events.size())).get("events");
      if (more.isEmpty()) {
        break;
      }
      more.forEach(events::add);
    }
    progress.put("firstStep", steps[0]);
    progress.put("lastStep", steps[steps.length - 1]);
    progress.put("records", records);
    answers.set("progress", progress);
  }

  private void series() throws DataEndpoint.Refusal, IOException {
    int columns = Math.max(1, header.columns().size());
    int points = Math.max(FEWEST_POINTS, Math.min(SERIES_POINTS, ALL_POINTS / columns));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = generator(bytes)) {
      json.writeStartObject();
      for (String column : header.columns()) {
        json.writeFieldName(column);
        json.writeTree(
            ask(
                    "series",
                    "column",
                    column,
                    "points",
                    String.valueOf(points),
                    "to",
                    String.valueOf(steps[steps.length - 1]))
                .get("columns")
                .get(column));
      }
      json.writeEndObject();
    }
    script("series", bytes);
  }

  // ------------------------------------------------------------------ records

  private int chunkLength() {
    long bytes = 16L * header.columns().size();
    for (TrackedLayer layer : header.layers()) {
      bytes += 16L * layer.units() * ActivationPattern.wordsPerUnit(header.samples());
    }
    bytes += 20L * header.samples() * header.sampleColumns().size();
    return (int) Math.max(1, Math.min(CHUNK_RECORDS, CHUNK_BYTES / Math.max(1, bytes)));
  }

  private void rows(int chunk, int from, int to) throws DataEndpoint.Refusal, IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Map<String, Map<String, Long>> last = new HashMap<>();
    try (JsonGenerator json = generator(bytes)) {
      json.writeStartArray();
      for (int i = from; i < to; i++) {
        json.writeStartObject();
        ArrayNode values = JSON.arrayNode();
        for (double value : run.values(steps[i])) {
          RunJson.add(values, value);
        }
        json.writeFieldName("values");
        json.writeTree(values);
        json.writeObjectFieldStart("rows");
        for (Rows one : rows) {
          String key = key(one.name, one.parameters);
          json.writeFieldName(key);
          json.writeTree(news(one, steps[i], last.computeIfAbsent(key, k -> new HashMap<>())));
        }
        json.writeEndObject();
        json.writeEndObject();
      }
      json.writeEndArray();
    }
    script("rows-" + chunk, bytes);
  }

  /** The columns that are not as they were at the record before in the same chunk. */
  private ObjectNode news(Rows rows, long step, Map<String, Long> last)
      throws DataEndpoint.Refusal, IOException {
    String[] parameters = Arrays.copyOf(rows.parameters, rows.parameters.length + 2);
    parameters[parameters.length - 2] = "step";
    parameters[parameters.length - 1] = String.valueOf(step);
    ObjectNode found = (ObjectNode) ask(rows.name, parameters).get("columns");
    ObjectNode news = JSON.objectNode();
    for (Map.Entry<String, JsonNode> column : found.properties()) {
      long at = column.getValue().path("step").asLong(-1);
      Long before = last.put(column.getKey(), at);
      if (before == null || before != at) {
        news.set(column.getKey(), column.getValue());
      }
    }
    return news;
  }

  /** Patterns of one layer, record after record. */
  private final class Patterns {
    final int units;
    final int perUnit;
    private final String layer;
    private long[] last; // pattern of the record before, null if it has none
    private long lastStep = -1;

    Patterns(TrackedLayer layer) {
      this.layer = layer.name();
      perUnit = Math.max(1, ActivationPattern.wordsPerUnit(header.samples()));
      units = Math.min(layer.units(), RunJson.MAX_WORDS / perUnit);
    }

    private long[] words(long step) {
      ActivationPattern pattern = run.patternAt(step, layer);
      return pattern == null ? null : Arrays.copyOf(pattern.words(), units * perUnit);
    }

    /**
     * Writes for every record that has a pattern what differs from the last such record of the
     * chunk, and the flips where they are not just that.
     *
     * @param flags per record '-' for no pattern, '0' for one whose flips are not known, '1' for
     *     one that differs by its flips, '2' for one followed by its flips
     */
    void write(int from, int to, OutputStream packed, StringBuilder flags) throws IOException {
      long[] base = new long[units * perUnit];
      boolean begun = false;
      for (int i = from; i < to; i++) {
        long step = steps[i];
        long[] now = words(step);
        long[] before = now == null ? null : before(step);
        if (now == null) {
          flags.append('-');
        } else {
          boolean same = begun && before != null && Arrays.equals(before, base);
          flags.append(before == null ? '0' : same ? '1' : '2');
          difference(now, base, packed);
          if (before != null && !same) {
            difference(now, before, packed);
          }
          base = now;
          begun = true;
        }
        last = now;
        lastStep = step;
      }
    }

    /** The pattern of the record before, whether it is here or not. */
    private long[] before(long step) {
      long previous = run.stepAtOrBefore(step - 1);
      for (Gap gap : run.gaps()) {
        if (gap.before() == step) {
          return null;
        }
      }
      return previous < 0 ? null : previous == lastStep ? last : words(previous);
    }

    private void difference(long[] a, long[] b, OutputStream packed) throws IOException {
      ByteBuffer bytes = ByteBuffer.allocate(8 * a.length).order(ByteOrder.LITTLE_ENDIAN);
      for (int k = 0; k < a.length; k++) {
        bytes.putLong(a[k] ^ b[k]);
      }
      packed.write(bytes.array());
    }
  }

  // ------------------------------------------------------------------ script elements

  private JsonGenerator generator(OutputStream bytes) throws IOException {
    return new JsonFactory(mapper).createGenerator(new GZIPOutputStream(bytes));
  }

  private void script(String name, JsonNode node) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = generator(bytes)) {
      json.writeTree(node);
    }
    script(name, bytes);
  }

  /** Base64 has nothing in it that could end a script element, whatever the run is called. */
  private void script(String name, ByteArrayOutputStream packed) throws IOException {
    out.write(
        ("<script type=\"text/plain\" id=\"ib-" + name + "\">").getBytes(StandardCharsets.UTF_8));
    out.write(Base64.getEncoder().encode(packed.toByteArray()));
    out.write("</script>\n".getBytes(StandardCharsets.UTF_8));
  }
}
