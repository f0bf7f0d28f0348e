package io.github.implicitbias.page;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes records of a run into a file while it is shown all of them once: the values of all columns
 * that are told of, what is new of the rows, and the patterns, in chunks. Memory is bounded by a
 * chunk and by one record.
 */
final class FileRecords implements RecordVisitor {

  /** Bytes of a chunk before it is packed, and records of one. */
  private static final int CHUNK_BYTES = 4_000_000;

  private static final int CHUNK_RECORDS = 64;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** The rows that are the answer to one question at a step. */
  private static final class Group {
    final String key;
    final boolean ofSamples;
    final List<Integer> rows;

    Group(String key, boolean ofSamples, List<Integer> rows) {
      this.key = key;
      this.ofSamples = ofSamples;
      this.rows = rows;
    }
  }

  /** The values and rows of a chunk, as they are written. */
  private static final class Chunk {
    final ByteArrayOutputStream packed = new ByteArrayOutputStream();
    final JsonGenerator json;

    Chunk(Scripts scripts) throws IOException {
      json = scripts.generator(packed);
      json.writeStartArray();
    }
  }

  private final RunHeader header;
  private final Scripts scripts;
  private final long[] steps;
  private final int columns;
  private final int chunk;
  private final RowHistory followed;
  private final List<Group> groups = new ArrayList<>();
  private final Row[] rows;
  private final long[] told;
  private final List<FilePatterns> patterns = new ArrayList<>();
  private @Nullable Chunk current;
  private int next; // among the steps
  private boolean open; // the record seen last is one of those to write
  private boolean firstOfBlock;
  private long lastBlock = -1;
  private long step;
  private long observedAt = -1;
  private final List<Long> observed = new ArrayList<>();

  /**
   * Makes a writer.
   *
   * @param steps those of the records to write
   */
  FileRecords(RunHeader header, RowHistory followed, long[] steps, Scripts scripts) {
    this.header = header;
    this.followed = followed;
    this.steps = steps;
    this.scripts = scripts;
    columns = HeaderJson.columns(header).size();
    rows = new Row[header.rows()];
    told = new long[header.rows()];
    for (TrackedLayer layer : HeaderJson.layers(header)) {
      patterns.add(new FilePatterns(layer, header.samples()));
    }
    chunk = chunkLength();
    if (!SampleJson.rows(header, followed).isEmpty()) {
      groups.add(new Group("samples", true, SampleJson.rows(header, followed)));
    }
    for (int layer = 0; layer < patterns.size(); layer++) {
      List<Integer> ofUnits = UnitJson.rows(header, followed, layer);
      if (!ofUnits.isEmpty()) {
        groups.add(new Group(RunData.key("units", "layer", layer), false, ofUnits));
      }
    }
  }

  private int chunkLength() {
    long bytes = 16L * columns;
    for (FilePatterns pattern : patterns) {
      bytes += 2L * pattern.size();
    }
    bytes += 20L * header.samples() * header.sampleColumns().size();
    return (int) Math.max(1, Math.min(CHUNK_RECORDS, CHUNK_BYTES / Math.max(1, bytes)));
  }

  /** Returns how many records have been written. */
  int written() {
    return next;
  }

  /** Puts what is needed to find the records into an index. */
  void describe(ObjectNode index) {
    index.put("chunk", chunk);
    ArrayNode at = index.putArray("steps");
    for (long one : steps) {
      at.add(one);
    }
    ArrayNode observedSteps = index.putArray("observed");
    observed.forEach(observedSteps::add);
    ArrayNode layers = index.putArray("layers");
    for (int layer = 0; layer < patterns.size(); layer++) {
      FilePatterns pattern = patterns.get(layer);
      layers
          .addObject()
          .put("name", header.layers().get(layer).name())
          .put("units", pattern.units())
          .put("unitsOfLayer", header.layers().get(layer).units())
          .put("samples", header.samples())
          .put("bytes", pattern.size())
          .put("flags", pattern.flags());
    }
  }

  @Override
  public void begin(RecordBlock block) {
    unchecked(this::finish);
    boolean follows = block.previousNumber() == lastBlock;
    lastBlock = block.number();
    firstOfBlock = true;
    try {
      long[][] keyframe = block.keyframe();
      for (int layer = 0; layer < patterns.size(); layer++) {
        patterns.get(layer).block(follows, keyframe == null ? null : keyframe[layer]);
      }
    } catch (BlockFormatException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void record(Record record) {
    unchecked(this::finish);
    step = record.step();
    observedAt = record.isObserved() ? step : observedAt;
    open = next < steps.length && step == steps[next];
    if (open) {
      observed.add(observedAt);
      unchecked(() -> begin(record));
    }
    for (FilePatterns pattern : patterns) {
      pattern.record(firstOfBlock, open, record.isObserved());
    }
    firstOfBlock = false;
  }

  private void begin(Record record) throws IOException {
    Chunk writing = current;
    if (writing == null || next % chunk == 0) {
      writing = new Chunk(scripts);
      current = writing;
      Arrays.fill(told, Long.MIN_VALUE);
      patterns.forEach(FilePatterns::chunk);
    }
    writing.json.writeStartObject();
    writing.json.writeFieldName("values");
    ArrayNode values = JSON.arrayNode();
    for (int k = 0; k < columns; k++) {
      Values.add(values, record.value(k));
    }
    writing.json.writeTree(values);
  }

  @Override
  public void sampleValues(int column, double[] values) {
    note(column, values);
  }

  @Override
  public void unitValues(int column, double[] values) {
    note(header.sampleColumns().size() + column, values);
  }

  private void note(int row, double[] values) {
    if (followed.follows(row)) {
      rows[row] = new Row(step, values.clone());
    }
  }

  @Override
  public void flip(int layer, FlipKind kind, int unit, int sample) {
    if (layer < patterns.size()) {
      patterns.get(layer).flip(unit, sample);
    }
  }

  /** Ends the record seen last, all of which has come; and the last chunk, at the end. */
  void finish() throws IOException {
    Chunk writing = current;
    if (!open || writing == null) {
      return;
    }
    open = false;
    JsonGenerator json = writing.json;
    json.writeObjectFieldStart("rows");
    for (Group group : groups) {
      json.writeFieldName(group.key);
      json.writeTree(news(group));
    }
    json.writeEndObject();
    json.writeEndObject();
    for (FilePatterns pattern : patterns) {
      pattern.write();
    }
    next++;
    if (next % chunk == 0 || next == steps.length) {
      endChunk((next - 1) / chunk, writing);
    }
  }

  private void endChunk(int number, Chunk writing) throws IOException {
    writing.json.writeEndArray();
    writing.json.close();
    scripts.write("rows-" + number, writing.packed);
    for (int layer = 0; layer < patterns.size(); layer++) {
      scripts.pack("bits-" + layer + "-" + number, patterns.get(layer).bytes());
    }
  }

  /** The rows that are not as they were at the record before in the same chunk. */
  private ObjectNode news(Group group) {
    ObjectNode news = JSON.objectNode();
    for (int row : group.rows) {
      Row last = rows[row];
      long at = last == null ? -1 : last.step();
      if (told[row] != at) {
        told[row] = at;
        news.set(header.row(row).name(), json(group, last));
      }
    }
    return news;
  }

  private static JsonNode json(Group group, Row last) {
    if (last == null) {
      return JSON.nullNode();
    }
    int columns = group.rows.size();
    return group.ofSamples ? SampleJson.row(last, columns) : UnitJson.row(last, columns);
  }

  private interface Writing {
    void run() throws IOException;
  }

  /** Visitors throw no checked exceptions; who lets this one visit takes them out again. */
  private static void unchecked(Writing writing) {
    try {
      writing.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
