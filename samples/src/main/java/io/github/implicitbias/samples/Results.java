package io.github.implicitbias.samples;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.export.RunCsv;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The files of {@code --out}: the run as CSV, {@code summary.json}, and the page with the run in
 * it. In JSON, null is what was not computed or does not apply, and the strings "NaN", "Infinity"
 * and "-Infinity" stand for numbers that JSON lacks.
 */
final class Results {

  /** The page with the run in it. */
  static final String PAGE = "run.html";

  private static final int MOST_PARAMETERS = 10_000;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Results() {}

  /** Returns an object for what a sample has found out by itself. */
  static ObjectNode node() {
    return JSON.createObjectNode();
  }

  /**
   * Writes all files.
   *
   * @param out the folder to write into
   * @param commandLine as the user gave it
   * @param page folder for the page with the run in it, null if there is to be none
   * @param own what the sample has to say beyond what every run has
   */
  static void write(
      Path out,
      Path page,
      boolean flips,
      String sample,
      List<String> commandLine,
      WatchedTraining training,
      Run run,
      ObjectNode own) {
    try {
      RunCsv.write(run, out, flips || RunCsv.fewEnoughForFlips(run.header()));
      ObjectNode summary = summary(sample, commandLine, training, run);
      summary.set("results", own);
      JSON.writeValue(out.resolve("summary.json").toFile(), summary);
      if (page != null) {
        training.writePage(page.resolve(PAGE));
      }
      training.removeRunFile();
    } catch (IOException e) {
      throw new InputException("--out cannot be written: " + e.getMessage() + ".", e);
    }
  }

  private static ObjectNode summary(
      String sample, List<String> commandLine, WatchedTraining training, Run run)
      throws IOException {
    RunHeader header = run.header();
    ObjectNode summary = JSON.createObjectNode();
    summary.put("sample", sample);
    summary.set("commandLine", JSON.valueToTree(commandLine));
    ObjectNode provenance = summary.putObject("provenance");
    provenance(provenance, header);
    provenance.set("configuration", JSON.readTree(header.provenance().get("configuration")));
    summary.set("sampleIds", JSON.valueToTree(header.sampleIds()));
    ArrayNode layers = summary.putArray("layers");
    for (TrackedLayer layer : header.layers()) {
      layers
          .addObject()
          .put("name", layer.name())
          .put("units", layer.units())
          .put("activation", layer.activation());
    }
    summary
        .putObject("records")
        .put("count", run.size())
        .put("firstStep", run.firstStep())
        .put("lastStep", run.lastStep());
    ObjectNode last = summary.putObject("final");
    for (String column : header.columns()) {
      put(last, column, run.latest(column));
    }
    flips(summary.putObject("flips"), run);
    Verdicts.put(summary, run);
    summary
        .putObject("route")
        .put("inPlace", run.recordsInPlace())
        .put("shadow", run.size() - run.recordsInPlace())
        .put("reason", header.provenance().get("route"));
    WatchingCost cost = WatchingCost.of(run);
    ObjectNode watching = summary.putObject("watching");
    watching.put("nanoseconds", cost.allNanos);
    watching.put("startNanoseconds", cost.startNanos);
    put(watching, "medianNanoseconds", cost.medianNanos);
    watching.put("trainingNanoseconds", training.times().totalWall());
    put(watching, "medianStepNanoseconds", training.times().medianWall());
    put(watching, "share", cost.allNanos / (double) training.times().totalWall());
    if (training.net().numParams() <= MOST_PARAMETERS) {
      parameters(summary.putObject("parameters"), training.net());
    }
    return summary;
  }

  /** Puts where a run comes from, without its configuration. */
  static void provenance(ObjectNode node, RunHeader header) {
    for (Map.Entry<String, String> fact : header.provenance().entrySet()) {
      if (!fact.getKey().startsWith("prediction.") && !fact.getKey().equals("configuration")) {
        node.put(fact.getKey(), fact.getValue());
      }
    }
  }

  /** Writes an object into a file. */
  static void writeJson(Path file, ObjectNode node) throws IOException {
    JSON.writeValue(file.toFile(), node);
  }

  /** Puts a number that may be absent or not finite. */
  static void put(ObjectNode node, String name, double value) {
    if (Absent.is(value)) {
      node.putNull(name);
    } else if (Double.isFinite(value)) {
      node.put(name, value);
    } else {
      node.put(name, Double.toString(value));
    }
  }

  private static void flips(ObjectNode node, Run run) {
    ObjectNode byLayer = node.putObject("byLayer");
    for (TrackedLayer layer : run.header().layers()) {
      ObjectNode counts = byLayer.putObject(layer.name());
      for (FlipKind kind : FlipKind.values()) {
        counts.put(kind.id(), run.flips(layer.name(), kind));
      }
    }
    ObjectNode total = node.putObject("total");
    for (FlipKind kind : FlipKind.values()) {
      total.put(kind.id(), total(run, kind));
    }
  }

  /** Returns how many flips of a kind all layers had. */
  static long total(Run run, FlipKind kind) {
    long total = 0;
    for (TrackedLayer layer : run.header().layers()) {
      total += run.flips(layer.name(), kind);
    }
    return total;
  }

  /** Puts the trained parameters: weights as one row per unit, biases as one number per unit. */
  private static void parameters(ObjectNode node, MultiLayerNetwork net) {
    for (Map.Entry<String, INDArray> parameter : net.paramTable().entrySet()) {
      ArrayNode array = node.putArray(parameter.getKey());
      INDArray values = parameter.getValue();
      if (parameter.getKey().endsWith(DefaultParamInitializer.WEIGHT_KEY)) {
        for (double[] row : values.transpose().toDoubleMatrix()) {
          add(array.addArray(), row);
        }
      } else {
        add(array, values.ravel().toDoubleVector());
      }
    }
  }

  private static void add(ArrayNode array, double[] values) {
    for (double value : values) {
      if (Double.isFinite(value)) {
        array.add(value);
      } else {
        array.add(Double.toString(value));
      }
    }
  }
}
