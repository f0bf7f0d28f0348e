package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.Statement;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of a run as a whole, as JSON of bounded size. Of what there is too much of, the
 * first are told, and how many are left out; places in lists that are not told are null.
 */
final class HeaderJson {

  private static final int MAX_SAMPLES = 15_000;
  private static final int MAX_TEXT = 20_000;
  private static final int MAX_WORDS = 2_000;

  /** Bytes of the parts of an answer. */
  private static final int FACTS = 100_000;

  private static final int LAYERS = 70_000;
  private static final int SAMPLES = 200_000;
  private static final int COLUMNS = 400_000;
  private static final int ROW_COLUMNS = 40_000;
  private static final int DEFINITIONS = 90_000;
  private static final int PREDICTIONS = 80_000;

  /** Bytes of one thing without its texts. */
  private static final int LAYER = 80;

  private static final int COLUMN = 100;
  private static final int DEFINITION = 150;
  private static final int PREDICTION = 90;

  private final RunHeader header;
  private final ObjectNode answer = JsonNodeFactory.instance.objectNode();
  private final Map<Definition, Integer> definitions = new HashMap<>();
  private final TextBudget definitionRoom = new TextBudget(DEFINITIONS);
  private final ArrayNode definitionNodes = JsonNodeFactory.instance.arrayNode();

  private HeaderJson(RunHeader header) {
    this.header = header;
  }

  /** Returns the answer to the question about a run as a whole. */
  static ObjectNode of(RunHeader header) {
    return new HeaderJson(header).write();
  }

  private ObjectNode write() {
    answer.put("id", header.id().toString());
    answer.put("session", Values.cut(header.sessionId(), MAX_WORDS));
    answer.put("worker", Values.cut(header.workerId(), MAX_WORDS));
    answer.put("name", Values.cut(header.name(), MAX_WORDS));
    answer.put("startedAt", header.startedAt());
    answer.put("note", Values.cut(header.note(), MAX_TEXT));
    facts("tags", header.tags());
    facts("provenance", header.provenance());
    layers();
    samples();
    columns();
    rows("sampleColumns", header.sampleColumns(), 0);
    rows("unitColumns", header.unitColumns(), header.sampleColumns().size());
    answer.set("definitions", definitionNodes);
    predictions();
    return answer;
  }

  private void facts(String name, Map<String, String> facts) {
    ObjectNode told = answer.putObject(name);
    TextBudget room = new TextBudget(FACTS);
    for (Map.Entry<String, String> fact : facts.entrySet()) {
      String text = Values.cut(fact.getValue(), MAX_TEXT);
      if (room.take(fact.getKey() + text, 6)) {
        told.put(fact.getKey(), text);
      }
    }
  }

  /** Returns the layers that are told of: the first. */
  static List<TrackedLayer> layers(RunHeader header) {
    TextBudget room = new TextBudget(LAYERS);
    int count = 0;
    for (TrackedLayer layer : header.layers()) {
      if (!room.take(layer.name() + layer.activation(), LAYER)) {
        break;
      }
      count++;
    }
    return header.layers().subList(0, count);
  }

  private void layers() {
    List<TrackedLayer> told = layers(header);
    ArrayNode layers = answer.putArray("layers");
    for (TrackedLayer layer : told) {
      layers
          .addObject()
          .put("name", layer.name())
          .put("index", layer.index())
          .put("units", layer.units())
          .put("grouped", layer.isGrouped())
          .put("activation", layer.activation());
    }
    answer.put("layersLeftOut", header.layers().size() - told.size());
  }

  private void samples() {
    ObjectNode samples = answer.putObject("samples");
    ArrayNode ids = samples.putArray("ids");
    ArrayNode classes = samples.putArray("classes");
    int[] sampleIds = header.sampleIds();
    int[] sampleClasses = header.sampleClasses();
    TextBudget room = new TextBudget(SAMPLES);
    for (int i = 0; i < Math.min(MAX_SAMPLES, sampleIds.length); i++) {
      if (!room.take(Integer.toString(sampleIds[i]) + sampleClasses[i], 2)) {
        break;
      }
      ids.add(sampleIds[i]);
      classes.add(sampleClasses[i]);
    }
    samples.put("count", header.samples());
  }

  /** Returns the columns that are told of: the first. */
  static List<Column> columns(RunHeader header) {
    TextBudget room = new TextBudget(COLUMNS);
    List<Column> columns = header.columns();
    int count = 0;
    while (count < columns.size()
        && room.take(columns.get(count).name() + columns.get(count).id(), COLUMN)) {
      count++;
    }
    return columns.subList(0, count);
  }

  private void columns() {
    List<Column> told = columns(header);
    int predictions = predictions(header).size();
    ArrayNode columns = answer.putArray("columns");
    for (Column column : told) {
      ObjectNode node = columns.addObject();
      node.put("name", column.name());
      node.put("id", column.id());
      node.put("kind", column.kind().id());
      layer(node, column);
      place(node, "prediction", column.prediction(), predictions);
      define(node, column);
    }
    answer.put("columnsLeftOut", header.columns().size() - told.size());
  }

  private static void place(ObjectNode node, String name, int place, int told) {
    node.put(name, place < 0 || place >= told ? null : place);
  }

  /** Says of which layer a column is, told of or not; null says that it is one of the network. */
  private static void layer(ObjectNode node, Column column) {
    node.put("layer", column.layer() < 0 ? null : column.layer());
  }

  private void rows(String name, List<Column> columns, int firstRow) {
    RowHistory followed = new RowHistory(header, List.of());
    ArrayNode nodes = answer.putArray(name);
    TextBudget room = new TextBudget(ROW_COLUMNS / 2);
    for (int k = 0; k < columns.size(); k++) {
      Column column = columns.get(k);
      if (!followed.follows(firstRow + k) || !room.take(column.name() + column.id(), COLUMN)) {
        continue;
      }
      ObjectNode node = nodes.addObject();
      node.put("name", column.name());
      node.put("id", column.id());
      layer(node, column);
      define(node, column);
    }
  }

  /** Says which of the definitions is that of a column. */
  private void define(ObjectNode node, Column column) {
    Definition definition = column.definition();
    if (definition.equals(Definition.NONE)) {
      node.putNull("definition");
      return;
    }
    Integer place = definitions.get(definition);
    if (place == null && definitionRoom.take(String.join("", words(definition)), DEFINITION)) {
      place = definitionNodes.size();
      definitions.put(definition, place);
      List<String> words = words(definition);
      definitionNodes
          .addObject()
          .put("title", words.get(0))
          .put("unit", words.get(1))
          .put("group", words.get(2))
          .put("chart", words.get(3))
          .put("charted", definition.isCharted())
          .put("formula", words.get(4))
          .put("applies", words.get(5))
          .put("source", words.get(6))
          .put("expectation", words.get(7));
    }
    node.put("definition", place);
  }

  private static List<String> words(Definition definition) {
    List<String> words = new ArrayList<>();
    for (String text :
        List.of(
            definition.title(),
            definition.unit(),
            definition.group(),
            definition.chart(),
            definition.formula(),
            definition.applies(),
            definition.source(),
            definition.expectation())) {
      words.add(Values.cut(text, MAX_WORDS));
    }
    return words;
  }

  /** Returns the predictions that are told of: the first. */
  private static List<Statement> predictions(RunHeader header) {
    TextBudget room = new TextBudget(PREDICTIONS);
    int count = 0;
    for (Statement statement : header.predictions()) {
      if (statement.id().length() > MAX_WORDS
          || !room.take(statement.id() + String.join("", words(statement)), PREDICTION)) {
        break;
      }
      count++;
    }
    return header.predictions().subList(0, count);
  }

  private static List<String> words(Statement statement) {
    List<String> words = new ArrayList<>();
    for (String text :
        List.of(
            statement.text(),
            statement.source(),
            statement.tolerance(),
            statement.measured(),
            statement.bound())) {
      words.add(Values.cut(text, MAX_WORDS));
    }
    return words;
  }

  private void predictions() {
    ArrayNode nodes = answer.putArray("predictions");
    for (Statement statement : predictions(header)) {
      List<String> words = words(statement);
      nodes
          .addObject()
          .put("id", statement.id())
          .put("statement", words.get(0))
          .put("source", words.get(1))
          .put("tolerance", words.get(2))
          .put("measured", words.get(3))
          .put("bound", words.get(4));
    }
    answer.put("predictionsLeftOut", header.predictions().size() - nodes.size());
  }
}
