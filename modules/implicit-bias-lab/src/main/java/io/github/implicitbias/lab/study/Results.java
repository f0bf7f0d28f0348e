package io.github.implicitbias.lab.study;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.lab.InputException;
import io.github.implicitbias.lab.report.Facts;
import io.github.implicitbias.lab.report.Json;
import io.github.implicitbias.lab.report.OutputFolder;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The files of {@code --out}: the run as CSV, {@code summary.json}, and the page with the run in
 * it.
 */
final class Results {

  private static final int MOST_PARAMETERS = 10_000;

  private Results() {}

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
      @Nullable Path page,
      boolean flips,
      String sample,
      List<String> commandLine,
      WatchedTraining training,
      Run run,
      ObjectNode own) {
    try {
      run.writeCsv(out, flips);
      ObjectNode summary = summary(sample, commandLine, training, run);
      summary.set("results", own);
      Json.write(out.resolve("summary.json"), summary);
      if (page != null) {
        training.writePage(page.resolve(OutputFolder.PAGE));
      }
    } catch (IOException e) {
      throw new InputException("--out cannot be written: " + e.getMessage() + ".", e);
    }
  }

  private static ObjectNode summary(
      String sample, List<String> commandLine, WatchedTraining training, Run run)
      throws IOException {
    RunHeader header = run.header();
    ObjectNode summary = Json.node();
    summary.put("sample", sample);
    summary.set("commandLine", Json.of(commandLine));
    ObjectNode provenance = summary.putObject("provenance");
    Json.provenance(provenance, header);
    String configuration = header.provenance().get("configuration");
    if (configuration != null) {
      provenance.set("configuration", Json.read(configuration));
    }
    summary.set("sampleIds", Json.of(header.sampleIds()));
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
        .put("observations", run.observations())
        .put("firstStep", run.firstStep())
        .put("lastStep", run.lastStep());
    ObjectNode last = summary.putObject("final");
    for (String column : header.columnNames()) {
      Json.put(last, column, run.latest(column));
    }
    flips(summary.putObject("flips"), run);
    Facts.putVisits(summary.putObject("visits"), training.visits());
    Facts.putVerdicts(summary, run);
    summary
        .putObject("route")
        .put("inPlace", run.recordsInPlace())
        .put("shadow", run.observations() - run.recordsInPlace())
        .put("reason", header.provenance().get("route"));
    Facts.putCost(summary.putObject("watching"), run, training.times());
    if (training.net().numParams() <= MOST_PARAMETERS) {
      parameters(summary.putObject("parameters"), training.net());
    }
    return summary;
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
      total.put(kind.id(), Facts.total(run, kind));
    }
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
