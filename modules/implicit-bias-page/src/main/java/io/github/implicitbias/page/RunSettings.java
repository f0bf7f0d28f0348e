package io.github.implicitbias.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.VisitEpoch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The settings of a run, by what they are called: its tags first, then what the configuration of
 * the network and the provenance say. A tag takes the place of a setting of the same name. Where
 * layers differ, a setting lists their values in the order of the layers.
 */
final class RunSettings {

  /** Settings of one run; those that come later are left out. */
  static final int MAX_SETTINGS = 40;

  private static final int MAX_NAME = 60;
  private static final int MAX_VALUE = 100;
  private static final Pattern CAMEL = Pattern.compile("(?<=[a-z0-9])(?=[A-Z][a-z])");

  private final Map<String, String> found = new LinkedHashMap<>();

  private RunSettings() {}

  /** Returns what the header says. */
  static Map<String, String> of(RunHeader header) {
    RunSettings settings = new RunSettings();
    header.tags().forEach(settings::add);
    settings.network(LayerFacts.configured(header));
    Map<String, String> facts = header.provenance();
    settings.add("seed", facts.getOrDefault("seed", ""));
    settings.add("data type", facts.getOrDefault("dataType", "").toLowerCase(Locale.ROOT));
    settings.add("data", facts.getOrDefault("dataHash", "").replaceAll("^sha256:(.{8}).*", "$1"));
    return Collections.unmodifiableMap(settings.found);
  }

  /**
   * Returns the number of samples of a step: that of the probe, where training is on the probe
   * itself, or else what the first epoch of the visits says; empty if neither is known.
   */
  static String batch(Run run) {
    if (run.header().samples() > 0 && run.size() > 0 && run.recordsInPlace() >= 0.9 * run.size()) {
      return Integer.toString(run.header().samples());
    }
    if (run.visits().isEmpty()) {
      return "";
    }
    VisitEpoch first = run.visits().epochs().isEmpty() ? null : run.visits().epochs().get(0);
    double visits = first == null ? 0 : first.number(EpochNumber.VISITS);
    long steps = first == null ? 0 : first.lastStep() - first.firstStep() + 1;
    // The last batch of an epoch may be a part of one.
    return visits > 0 && steps > 0 ? Long.toString((long) Math.ceil(visits / steps)) : "";
  }

  private void add(String name, String value) {
    if (!value.isEmpty() && found.size() < MAX_SETTINGS) {
      found.putIfAbsent(Values.cut(name, MAX_NAME), Values.cut(value, MAX_VALUE));
    }
  }

  private void network(Collection<JsonNode> layers) {
    List<JsonNode> weighted = new ArrayList<>();
    layers.stream().filter(layer -> layer.path("nout").asLong() > 0).forEach(weighted::add);
    List<JsonNode> hidden = weighted.subList(0, Math.max(0, weighted.size() - 1));
    for (String rate : List.of("learningRate", "momentum", "beta1", "beta2", "epsilon")) {
      boolean isUsual = rate.startsWith("beta") || rate.equals("epsilon");
      add(isUsual ? rate : words(rate), all(weighted, layer -> rate(layer.path("iupdater"), rate)));
    }
    add("schedule", all(weighted, RunSettings::schedule));
    add("updater", all(weighted, layer -> kind(layer.path("iupdater"))));
    add("init scale", all(weighted, layer -> scale(layer.path("weightInitFn"))));
    add("initializer", all(weighted, layer -> initializer(layer.path("weightInitFn"))));
    add("width", same(hidden, layer -> text(layer.path("nout"))));
    add("depth", weighted.isEmpty() ? "" : Integer.toString(weighted.size()));
    add("layers", all(layers, layer -> LayerFacts.words(kind(layer))));
    add("activation", all(hidden, layer -> activation(layer.path("activationFn"))));
    add("dropout", all(layers, layer -> text(layer.path("idropout").path("p"))));
    for (String name : List.of("l1", "l2")) {
      add(name, all(weighted, layer -> penalty(layer, name)));
    }
    add("weight decay", all(weighted, layer -> penalty(layer, "coeff")));
    add(
        "gradient clipping",
        all(
            weighted,
            layer -> {
              String kind = layer.path("gradientNormalization").asText("None");
              return kind.equals("None")
                  ? ""
                  : words(kind) + " " + text(layer.path("gradientNormalizationThreshold"));
            }));
    add("loss function", all(layers, layer -> kind(layer.path("lossFn")).replaceAll("^Loss", "")));
  }

  /** What is read of a layer, empty for nothing. */
  private interface Reading {
    String of(JsonNode layer);
  }

  /** The different values, in the order of the layers. */
  private static String all(Collection<JsonNode> layers, Reading reading) {
    Set<String> values = new LinkedHashSet<>();
    layers.forEach(layer -> values.add(reading.of(layer)));
    values.remove("");
    return String.join(", ", values);
  }

  /** One value if all layers have it, else one per layer. */
  private static String same(Collection<JsonNode> layers, Reading reading) {
    List<String> values = new ArrayList<>();
    layers.forEach(layer -> values.add(reading.of(layer)));
    return new LinkedHashSet<>(values).size() <= 1
        ? String.join("", new LinkedHashSet<>(values))
        : String.join(", ", values);
  }

  /** A rate, or with which one its schedule begins. */
  private static String rate(JsonNode updater, String name) {
    String rate = text(updater.path(name));
    JsonNode schedule = updater.path(name + "Schedule");
    if (!rate.isEmpty() || !schedule.isObject()) {
      return rate;
    }
    String begins = text(schedule.path("initialValue"));
    return begins.isEmpty() ? text(schedule.path("value")) : begins;
  }

  private static String schedule(JsonNode layer) {
    JsonNode schedule = layer.path("iupdater").path("learningRateSchedule");
    return words(kind(schedule).replaceAll("Schedule$", ""));
  }

  /** By what an initializer of ours multiplies, or the deviation of a distribution. */
  private static String scale(JsonNode init) {
    for (JsonNode in : List.of(init, init.path("distribution"))) {
      for (String name : List.of("factor", "std", "gain", "scale", "size", "radius")) {
        String number = text(in.path(name));
        if (!number.isEmpty()) {
          return number;
        }
      }
    }
    String upper = text(init.path("distribution").path("upper"));
    return upper.isEmpty() ? text(init.path("value")) : upper;
  }

  private static String initializer(JsonNode init) {
    JsonNode of = init.path("distribution");
    if (of.isObject()) {
      String type = of.has("type") ? of.path("type").asText() : of.path("@class").asText();
      return words(simple(type).replaceAll("Distribution$", ""));
    }
    JsonNode inner = init.path("init");
    return inner.isObject()
        ? initializer(inner)
        : words(kind(init).replaceAll("^WeightInit(?=.)", ""));
  }

  private static String activation(JsonNode function) {
    return kind(function).replaceAll("^Activation", "").toLowerCase(Locale.ROOT);
  }

  private static String penalty(JsonNode layer, String name) {
    for (JsonNode one : layer.path("regularization")) {
      JsonNode value = one.path(name);
      String number = value.isObject() ? text(value.path("value")) : text(value);
      if (!number.isEmpty() && !number.equals("0")) {
        return number;
      }
    }
    return "";
  }

  private static String kind(JsonNode node) {
    return simple(node.path("@class").asText(""));
  }

  private static String simple(String name) {
    return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
  }

  private static String words(String name) {
    Matcher at = CAMEL.matcher(name);
    return at.replaceAll(" ").toLowerCase(Locale.ROOT);
  }

  /** A number as people write it: 0.001 for 1.0E-3; empty for what is none. */
  private static String text(JsonNode value) {
    if (!value.isNumber() || Double.isNaN(value.asDouble())) {
      return "";
    }
    double number = value.asDouble();
    if (number == Math.rint(number) && Math.abs(number) < 1e15) {
      return Long.toString((long) number);
    }
    double size = Math.abs(number);
    return size >= 1e-4 && size < 1e7
        ? java.math.BigDecimal.valueOf(number).stripTrailingZeros().toPlainString()
        : Double.toString(number).replace(".0E", "e").replace('E', 'e');
  }
}
