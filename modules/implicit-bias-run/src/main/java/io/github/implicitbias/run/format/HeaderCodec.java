package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The bytes of a {@link RunHeader} (docs/format.md); decoding trusts nothing. */
final class HeaderCodec {

  private static final Column.Kind[] KINDS = Column.Kind.values();
  private static final Column.Scope[] SCOPES = Column.Scope.values();
  private static final int COLUMN_BYTES = 22;
  private static final int CHARTED = 1;
  private static final int CONSTANT = 2;

  private HeaderCodec() {}

  static byte[] encode(RunHeader header) {
    ByteSink sink = new ByteSink(4096);
    sink.reset(Frame.HEADER_BYTES + Frame.ID_BYTES);
    sink.putByte(header.follows().isPresent() ? 1 : 0);
    header
        .follows()
        .ifPresent(
            before -> {
              sink.putLong(before.high());
              sink.putLong(before.low());
            });
    sink.putText(header.sessionId());
    sink.putText(header.workerId());
    sink.putText(header.name());
    sink.putLong(header.startedAt());
    putFacts(header.provenance(), sink);
    sink.putInt(header.layers().size());
    for (TrackedLayer layer : header.layers()) {
      put(layer, sink);
    }
    int[] ids = header.sampleIds();
    int[] classes = header.sampleClasses();
    sink.putInt(ids.length);
    for (int i = 0; i < ids.length; i++) {
      sink.putInt(ids[i]);
      sink.putInt(classes[i]);
    }
    sink.putInt(header.predictions().size());
    for (Statement statement : header.predictions()) {
      put(statement, sink);
    }
    Map<Definition, Integer> definitions = new LinkedHashMap<>();
    for (Column column : header.allColumns()) {
      definitions.putIfAbsent(column.definition(), definitions.size());
    }
    sink.putInt(definitions.size());
    for (Definition definition : definitions.keySet()) {
      put(definition, sink);
    }
    for (List<Column> list :
        List.of(header.columns(), header.sampleColumns(), header.unitColumns())) {
      sink.putInt(list.size());
      for (Column column : list) {
        sink.putText(column.name());
        sink.putText(column.id());
        sink.putByte(column.kind().ordinal());
        sink.putByte(column.scope().ordinal());
        sink.putInt(column.layer());
        sink.putInt(column.prediction());
        sink.putInt(Objects.requireNonNull(definitions.get(column.definition())));
      }
    }
    boolean named = !header.classNames().isEmpty() || !header.featureNames().isEmpty();
    boolean advised = header.predictions().stream().anyMatch(one -> !one.advice().isEmpty());
    boolean tagged = !header.tags().isEmpty() || !header.note().isEmpty();
    if (named || advised || tagged) {
      put(header.classNames(), sink);
      put(header.featureNames(), sink);
    }
    if (advised || tagged) {
      sink.putInt(header.predictions().size());
      header.predictions().forEach(statement -> sink.putText(statement.advice()));
    }
    if (tagged) {
      putFacts(header.tags(), sink);
      sink.putText(header.note());
    }
    byte[] bytes = sink.copy();
    Frame.seal(bytes, Frame.TYPE_RUN, header.id());
    return bytes;
  }

  private static void putFacts(Map<String, String> facts, ByteSink sink) {
    sink.putInt(facts.size());
    facts.forEach(
        (key, value) -> {
          sink.putText(key);
          sink.putText(value);
        });
  }

  private static Map<String, String> facts(ByteSource source) throws BlockFormatException {
    Map<String, String> facts = new LinkedHashMap<>();
    for (int k = few(source.getCount(8)); k > 0; k--) {
      String key = source.getText();
      facts.put(key, source.getText());
    }
    return facts;
  }

  private static void put(List<String> names, ByteSink sink) {
    sink.putInt(names.size());
    names.forEach(sink::putText);
  }

  private static List<String> names(ByteSource source) throws BlockFormatException {
    List<String> names = new ArrayList<>();
    for (int k = few(source.getCount(4)); k > 0; k--) {
      names.add(source.getText());
    }
    return names;
  }

  private static void put(TrackedLayer layer, ByteSink sink) {
    sink.putText(layer.name());
    sink.putInt(layer.index());
    sink.putText(layer.activation());
    sink.putText(layer.axes());
    sink.putByte(layer.isGrouped() ? 1 : 0);
    int[] shape = layer.shape();
    sink.putInt(shape.length);
    for (int length : shape) {
      sink.putInt(length);
    }
  }

  private static void put(Statement statement, ByteSink sink) {
    sink.putText(statement.id());
    sink.putText(statement.text());
    sink.putText(statement.source());
    sink.putText(statement.tolerance());
    sink.putText(statement.measured());
    sink.putText(statement.bound());
  }

  private static void put(Definition definition, ByteSink sink) {
    sink.putText(definition.formula());
    sink.putText(definition.parameters());
    sink.putText(definition.applies());
    sink.putText(definition.source());
    sink.putText(definition.expectation());
    sink.putText(definition.title());
    sink.putText(definition.unit());
    sink.putText(definition.group());
    sink.putText(definition.chart());
    sink.putByte((definition.isCharted() ? CHARTED : 0) | (definition.isConstant() ? CONSTANT : 0));
  }

  static RunHeader decode(byte[] bytes) throws BlockFormatException {
    RunId id = Frame.run(bytes);
    ByteSource source = new ByteSource(Frame.open(bytes, Frame.TYPE_RUN, null));
    RunId follows = source.getFlag() ? new RunId(source.getLong(), source.getLong()) : null;
    String session = source.getText();
    String worker = source.getText();
    String name = source.getText();
    HeaderBuilder builder =
        new HeaderBuilder(session, worker, source.getLong()).id(id).follows(follows).name(name);
    builder.provenance(facts(source));
    List<TrackedLayer> layers = new ArrayList<>();
    for (int k = few(source.getCount(21)); k > 0; k--) {
      layers.add(layer(source));
    }
    builder.layers(layers);
    int samples = source.getCount(8);
    int[] ids = new int[samples];
    int[] classes = new int[samples];
    for (int i = 0; i < samples; i++) {
      ids[i] = source.getInt();
      classes[i] = source.getInt();
    }
    builder.samples(ids, classes);
    for (TrackedLayer layer : layers) {
      if ((long) layer.units() * samples > Integer.MAX_VALUE
          || (samples == 0 && layer.units() > 0)) {
        throw new BlockFormatException(layer + " with " + samples + " samples is impossible");
      }
    }
    for (int k = few(source.getCount(24)); k > 0; k--) {
      builder.predictions.add(statement(source));
    }
    Definition[] definitions = new Definition[few(source.getCount(37))];
    for (int k = 0; k < definitions.length; k++) {
      definitions[k] = definition(source);
    }
    builder.columns.clear();
    for (List<Column> list : List.of(builder.columns, builder.sampleColumns, builder.unitColumns)) {
      for (int k = few(source.getCount(COLUMN_BYTES)); k > 0; k--) {
        list.add(column(source, definitions));
      }
    }
    if (source.hasRemaining()) {
      builder.names(names(source), names(source));
      boolean named = !builder.classNames.isEmpty() || !builder.featureNames.isEmpty();
      if (source.hasRemaining()) {
        advise(builder.predictions, source);
      } else if (!named) {
        throw new BlockFormatException("a header with room for names, and no names");
      }
    }
    if (source.hasRemaining()) {
      builder.tags(facts(source)).note(source.getText());
      if (builder.tags.isEmpty() && builder.note.isEmpty()) {
        throw new BlockFormatException("a header with room for tags and a note, and neither");
      }
    }
    if (source.hasRemaining()) {
      throw new BlockFormatException("a header with something behind its end");
    }
    try {
      return builder.build();
    } catch (IllegalArgumentException e) {
      throw new BlockFormatException(e.getMessage());
    }
  }

  /** Reads what predictions are good for, which headers have behind all else, or have not. */
  private static void advise(List<Statement> predictions, ByteSource source)
      throws BlockFormatException {
    if (source.getCount(4) != predictions.size()) {
      throw new BlockFormatException("advice for another number of predictions");
    }
    for (int k = 0; k < predictions.size(); k++) {
      predictions.set(k, predictions.get(k).withAdvice(source.getText()));
    }
  }

  private static TrackedLayer layer(ByteSource source) throws BlockFormatException {
    String name = source.getText();
    int index = source.getInt();
    String activation = source.getText();
    String axes = source.getText();
    boolean grouped = source.getFlag();
    int[] shape = new int[few(source.getCount(4))];
    for (int k = 0; k < shape.length; k++) {
      shape[k] = source.getInt();
    }
    try {
      TrackedLayer layer = new TrackedLayer(name, index, activation, axes, shape);
      return grouped ? layer.grouped() : layer;
    } catch (IllegalArgumentException e) {
      throw new BlockFormatException(e.getMessage() + " " + Arrays.toString(shape));
    }
  }

  private static Statement statement(ByteSource source) throws BlockFormatException {
    String id = source.getText();
    String text = source.getText();
    String origin = source.getText();
    String tolerance = source.getText();
    String measured = source.getText();
    return new Statement(id, text, origin, tolerance, measured, source.getText());
  }

  private static Definition definition(ByteSource source) throws BlockFormatException {
    Definition definition =
        Definition.formula(source.getText())
            .parameters(source.getText())
            .applies(source.getText())
            .source(source.getText())
            .expect(source.getText())
            .title(source.getText())
            .unit(source.getText())
            .group(source.getText())
            .chart(source.getText());
    int flags = source.getByte();
    if ((flags & ~(CHARTED | CONSTANT)) != 0) {
      throw new BlockFormatException("a definition with unknown flags " + flags);
    }
    Definition constant = (flags & CONSTANT) != 0 ? definition.constant() : definition;
    return (flags & CHARTED) != 0 ? constant : constant.withoutChart();
  }

  private static Column column(ByteSource source, Definition[] definitions)
      throws BlockFormatException {
    String name = source.getText();
    String id = source.getText();
    int kind = source.getByte();
    int scope = source.getByte();
    int layer = source.getInt();
    int prediction = source.getInt();
    int definition = source.getInt();
    if (kind >= KINDS.length
        || scope >= SCOPES.length
        || layer < -1
        || prediction < -1
        || definition < 0
        || definition >= definitions.length) {
      throw new BlockFormatException("a column that cannot be: " + name);
    }
    try {
      return new Column(
          name, id, KINDS[kind], SCOPES[scope], layer, prediction, definitions[definition]);
    } catch (IllegalArgumentException e) {
      throw new BlockFormatException(e.getMessage());
    }
  }

  private static int few(int count) throws BlockFormatException {
    if (count > RunHeader.MAX_ENTRIES) {
      throw new BlockFormatException(
          count + " entries where " + RunHeader.MAX_ENTRIES + " are allowed");
    }
    return count;
  }
}
