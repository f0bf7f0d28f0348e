package io.github.implicitbias.ui;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.predictions.Preset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A training of which every parameter at every step is kept aside, so that what the page draws can
 * be compared with it.
 */
final class WeightSpaceRun {

  static final int STEPS = 200;
  static final String LAYER = "layer0";

  final String session;
  final boolean logistic;

  /** Inputs, a row per sample. */
  final double[][] x;

  final double[] target;

  /** Incoming weights by step, unit and input. */
  final List<double[][]> weights = new ArrayList<>();

  /** Biases by step and unit; empty without biases. */
  final List<double[]> biases = new ArrayList<>();

  /** Outgoing weights by step and unit; empty for one neuron. */
  final List<double[]> outgoing = new ArrayList<>();

  final List<Double> outputBias = new ArrayList<>();

  /** What the weights are projected on: two rows of unit length. */
  private double[][] plane = {{1, 0}, {0, 1}};

  private String space = "inputs";

  private WeightSpaceRun(String session, double[][] x, double[] target, boolean logistic) {
    this.session = session;
    this.x = x;
    this.target = target;
    this.logistic = logistic;
  }

  /** One ReLU neuron with two inputs and no bias, started small. */
  static WeightSpaceRun neuron(StatsStorageRouter storage) {
    double[][] x = {{1, 0.2}, {0.1, 1.1}, {-0.8, 0.9}, {-1, -0.3}, {0.4, -1.2}, {0.9, 0.8}};
    double[] y = {1.1, 0.6, 0, 0, 0.2, 1.5};
    WeightSpaceRun run = new WeightSpaceRun("one-neuron", x, y, false);
    MultiLayerNetwork net =
        network(
            0.12,
            5,
            new OutputLayer.Builder(LossFunction.MSE)
                .activation(Activation.RELU)
                .hasBias(false)
                .nIn(2)
                .nOut(1)
                .build());
    net.params().assign(Nd4j.createFromArray(new double[] {-0.25, 0.3}).reshape(1, 2));
    return run.train(storage, net);
  }

  /** Eight units with biases, two inputs, two classes that no line separates. */
  static WeightSpaceRun plane(StatsStorageRouter storage) {
    Random random = new Random(11);
    double[][] x = new double[60][2];
    double[] y = new double[60];
    for (int i = 0; i < 60; i++) {
      double angle = 2 * Math.PI * random.nextDouble();
      double radius = i % 2 == 0 ? 0.7 * random.nextDouble() : 1.4 + 0.5 * random.nextDouble();
      x[i][0] = radius * Math.cos(angle) + 0.3;
      x[i][1] = radius * Math.sin(angle);
      y[i] = i % 2;
    }
    return new WeightSpaceRun("input-plane", x, y, true)
        .train(storage, twoLayers(0.5, 7, 2, 8, LossFunction.XENT, Activation.SIGMOID));
  }

  /** Twenty units with biases and one input. */
  static WeightSpaceRun function(StatsStorageRouter storage) {
    double[][] x = new double[14][1];
    double[] y = new double[14];
    for (int i = 0; i < 14; i++) {
      x[i][0] = -1.3 + 0.2 * i;
      y[i] = Math.sin(2.6 * x[i][0]) + 0.1 * Math.cos(9 * i);
    }
    WeightSpaceRun run = new WeightSpaceRun("learned-function", x, y, false);
    run.space = "input and bias";
    MultiLayerNetwork net = twoLayers(0.1, 3, 1, 20, LossFunction.MSE, Activation.IDENTITY);
    Random random = new Random(2);
    INDArray b = net.getParam("0_b");
    for (int j = 0; j < 20; j++) {
      b.putScalar(j, 0.6 * random.nextGaussian());
    }
    return run.train(storage, net);
  }

  /** Ten units with biases and five inputs, started small. */
  static WeightSpaceRun directions(StatsStorageRouter storage) {
    Random random = new Random(4);
    double[][] x = new double[40][5];
    double[] y = new double[40];
    for (int i = 0; i < 40; i++) {
      for (int k = 0; k < 5; k++) {
        x[i][k] = random.nextGaussian() * (k == 2 ? 2 : k == 0 ? 1.4 : 0.4);
      }
      y[i] = Math.abs(x[i][2]) - 0.6 * x[i][0];
    }
    WeightSpaceRun run = new WeightSpaceRun("five-inputs", x, y, false);
    run.space = run.principalDirections();
    MultiLayerNetwork net = twoLayers(0.05, 9, 5, 10, LossFunction.MSE, Activation.IDENTITY);
    net.params().muli(1e-3);
    return run.train(storage, net);
  }

  private static MultiLayerNetwork twoLayers(
      double rate, long seed, int inputs, int units, LossFunction loss, Activation output) {
    return network(
        rate,
        seed,
        new DenseLayer.Builder().nIn(inputs).nOut(units).activation(Activation.RELU).build(),
        new OutputLayer.Builder(loss).activation(output).nIn(units).nOut(1).build());
  }

  private static MultiLayerNetwork network(
      double rate, long seed, org.deeplearning4j.nn.conf.layers.Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(seed)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(rate))
            .list();
    for (org.deeplearning4j.nn.conf.layers.Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private WeightSpaceRun train(StatsStorageRouter storage, MultiLayerNetwork net) {
    double[][] y = new double[target.length][1];
    for (int i = 0; i < y.length; i++) {
      y[i][0] = target[i];
    }
    DataSet data = new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .preset(Preset.STANDARD)
            .schedule(Schedule.everyStep())
            .sessionId(session)
            .storage(storage)
            .build();
    net.setListeners(bias);
    keep(net);
    for (int step = 0; step < STEPS; step++) {
      net.fit(data);
      keep(net);
    }
    bias.close();
    return this;
  }

  private void keep(MultiLayerNetwork net) {
    weights.add(net.getParam("0_W").transpose().toDoubleMatrix());
    if (net.getParam("0_b") != null) {
      biases.add(net.getParam("0_b").toDoubleVector());
    }
    if (net.getnLayers() > 1) {
      outgoing.add(net.getParam("1_W").reshape(net.getParam("1_W").length()).toDoubleVector());
      outputBias.add(net.getParam("1_b").getDouble(0));
    }
  }

  int units() {
    return weights.get(0).length;
  }

  boolean hasBias() {
    return !biases.isEmpty();
  }

  boolean isSingle() {
    return outgoing.isEmpty();
  }

  /** Where a unit lies: first and second coordinate, and the norm that is drawn. */
  double[] point(int step, int unit) {
    double[] w = weights.get(step)[unit];
    if (x[0].length == 1) {
      double b = biases.get(step)[unit];
      return new double[] {w[0], b, Math.hypot(w[0], b)};
    }
    return new double[] {dot(w, plane[0]), dot(w, plane[1]), Math.sqrt(dot(w, w))};
  }

  /** Where a sample lies. */
  double[] place(int sample) {
    return x[0].length == 1
        ? new double[] {x[sample][0], 1}
        : new double[] {dot(x[sample], plane[0]), dot(x[sample], plane[1])};
  }

  /** What the network computes before its output activation. */
  double output(int step, double... input) {
    double sum = isSingle() ? 0 : outputBias.get(step);
    for (int j = 0; j < units(); j++) {
      double z = dot(weights.get(step)[j], input) + (hasBias() ? biases.get(step)[j] : 0);
      sum += (isSingle() ? 1 : outgoing.get(step)[j]) * Math.max(0, z);
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int k = 0; k < a.length; k++) {
      sum += a[k] * b[k];
    }
    return sum;
  }

  /** The first two right singular vectors of the inputs, by power iteration. */
  private String principalDirections() {
    double[][] found = new double[2][x[0].length];
    double total = 0;
    double[] parts = new double[2];
    for (double[] row : x) {
      total += dot(row, row);
    }
    for (int p = 0; p < 2; p++) {
      double[] v = new double[x[0].length];
      v[p] = v[2] = 1;
      for (int round = 0; round < 500; round++) {
        double[] next = new double[v.length];
        for (double[] row : x) {
          double product = dot(row, v);
          for (int k = 0; k < v.length; k++) {
            next[k] += product * row[k];
          }
        }
        if (p == 1) {
          double along = dot(next, found[0]);
          for (int k = 0; k < v.length; k++) {
            next[k] -= along * found[0][k];
          }
        }
        double norm = Math.sqrt(dot(next, next));
        parts[p] = norm;
        for (int k = 0; k < v.length; k++) {
          v[k] = next[k] / norm;
        }
      }
      int largest = 0;
      for (int k = 1; k < v.length; k++) {
        largest = Math.abs(v[k]) > Math.abs(v[largest]) ? k : largest;
      }
      for (int k = 0, sign = v[largest] < 0 ? -1 : 1; k < v.length; k++) {
        v[k] *= sign;
      }
      found[p] = v;
    }
    plane = found;
    return String.format(
        java.util.Locale.ROOT,
        "principal directions, %.1f %% and %.1f %% of the squared norm of the inputs",
        100 * parts[0] / total,
        100 * parts[1] / total);
  }

  /**
   * What a server that records units answers beside what is recorded now. With such a server this,
   * and the script that uses it, are not needed.
   */
  ObjectNode answers() {
    ObjectNode all = JsonNodeFactory.instance.objectNode();
    ObjectNode run = all.putObject("run");
    ArrayNode columns = run.putArray("unitColumns");
    List<String> names = new ArrayList<>(List.of("weightX", "weightY", "weightNorm"));
    if (hasBias()) {
      names.add("unitBias");
    }
    if (!isSingle()) {
      names.add("outgoingWeight");
    }
    names.forEach(
        name ->
            columns
                .addObject()
                .put("name", name)
                .put("id", name)
                .put("layer", 0)
                .putNull("definition"));
    ObjectNode facts = run.putObject("provenance");
    facts.put("weightSpace." + LAYER, space);
    facts.put(
        "weightSpace." + LAYER + ".network", isSingle() ? "one neuron" : "two layers, one output");
    facts.put("weightSpace.loss", logistic ? "logistic" : "mse");
    ObjectNode samples = all.putObject("samples");
    for (String name : List.of("inputX", "inputY", "target")) {
      ArrayNode values = samples.putObject(name).put("step", 0).putArray("values");
      for (int i = 0; i < x.length; i++) {
        values.add(name.equals("target") ? target[i] : place(i)[name.equals("inputX") ? 0 : 1]);
      }
    }
    ArrayNode bias = all.putArray("outputBias");
    outputBias.forEach(bias::add);
    ObjectNode units = all.putObject("units");
    for (String name : names) {
      ArrayNode steps = units.putArray(name);
      for (int step = 0; step <= STEPS; step++) {
        ArrayNode values = steps.addArray();
        for (int j = 0; j < units(); j++) {
          values.add(value(name, step, j));
        }
      }
    }
    return all;
  }

  private double value(String column, int step, int unit) {
    double[] w = weights.get(step)[unit];
    switch (column) {
      case "weightX":
        return point(step, unit)[0];
      case "weightY":
        return point(step, unit)[1];
      case "weightNorm":
        return Math.sqrt(dot(w, w));
      case "unitBias":
        return biases.get(step)[unit];
      default:
        return outgoing.get(step)[unit];
    }
  }

  /** A script that lets a page think the server had recorded units. */
  static String script(List<WeightSpaceRun> runs) throws java.io.IOException {
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    runs.forEach(run -> data.set(run.session, run.answers()));
    return "(() => { const all = window.unitAnswers = "
        + new ObjectMapper().writeValueAsString(data)
        + ";\n"
        + "const real = window.fetch.bind(window);\n"
        + "const json = (o) => new Response(JSON.stringify(o));\n"
        + "const sessions = {};\n"
        + "window.fetch = async (url, ...more) => {\n"
        + "  const asked = new URL(url, location.href), q = asked.searchParams;\n"
        + "  const name = asked.pathname.split('/').pop(), mine = all[sessions[q.get('run')]];\n"
        + "  if (name === 'runs') {\n"
        + "    const body = await (await real(url, ...more)).json();\n"
        + "    for (const run of body.runs) sessions[run.id] = run.session;\n"
        + "    return json(body);\n"
        + "  }\n"
        + "  if (!mine) return real(url, ...more);\n"
        + "  const columns = Object.keys(mine.units), last = mine.units.weightX.length - 1;\n"
        + "  if (name === 'units') {\n"
        + "    const s = Math.min(last, Number(q.get('step')));\n"
        + "    return json({step: s, layer: Number(q.get('layer')), columns: Object.fromEntries(\n"
        + "      columns.map((c) => [c, {step: s, values: mine.units[c][s]}]))});\n"
        + "  }\n"
        + "  if (name === 'unitSeries') {\n"
        + "    const steps = mine.units.weightX.map((_, s) => s);\n"
        + "    return json({layer: Number(q.get('layer')), steps,\n"
        + "      units: mine.units.weightX[0].map((_, j) => j),\n"
        + "      columns: Object.fromEntries(columns.filter((c) => c !== 'unitBias').map((c) =>\n"
        + "        [c, steps.map((s) => mine.units[c][s])]))});\n"
        + "  }\n"
        + "  const response = await real(url, ...more);\n"
        + "  if (!['run', 'samples', 'step'].includes(name) || !response.ok) return response;\n"
        + "  const body = await response.json();\n"
        + "  if (name === 'run') {\n"
        + "    body.unitColumns = mine.run.unitColumns;\n"
        + "    for (const name of Object.keys(mine.samples)) {\n"
        + "      if (body.sampleColumns.some((column) => column.name === name)) continue;\n"
        + "      body.sampleColumns.push({name, id: name, layer: null, definition: null});\n"
        + "    }\n"
        + "    Object.assign(body.provenance, mine.run.provenance);\n"
        + "    if (mine.activation) body.layers[0].activation = mine.activation;\n"
        + "  } else if (name === 'samples') {\n"
        + "    Object.assign(body.columns, mine.samples);\n"
        + "  } else if (mine.outputBias.length) {\n"
        + "    body.values.outputBias = mine.outputBias[body.step];\n"
        + "  }\n"
        + "  return json(body);\n"
        + "};\n"
        + "})()";
  }
}
