package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.predictions.Preset;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.common.resources.DL4JResources;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.interactions.Actions;

/**
 * What the page shows of four kinds of networks is what DL4J itself says of the same training
 * without a listener: its activations, its score, its parameters.
 */
class NetworksPageTest extends PageTest {

  private static final int SHOWN = 20;

  /** A network, its data, and how long it trains. */
  enum Network {
    /** One ReLU neuron on three samples in the plane, of which one comes back. */
    NEURON(300) {
      @Override
      MultiLayerNetwork network() {
        return init(
            0.05,
            1,
            null,
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(2)
                .nOut(1)
                .hasBias(false)
                .activation(Activation.RELU)
                .build());
      }

      @Override
      DataSet data() {
        return new DataSet(
            Nd4j.createFromArray(
                new double[][] {{1, 0.2}, {0.1, 1.1}, {-0.8, 0.9}, {-1, -0.3}, {0.4, -1.2}}),
            Nd4j.createFromArray(new double[][] {{1.1}, {0.6}, {0}, {0}, {0.2}}));
      }
    },
    /** Two layers on orthogonal inputs from a small start: from saddle to saddle. */
    SADDLES(2500) {
      @Override
      MultiLayerNetwork network() {
        return init(
            0.01,
            0.01,
            null,
            new DenseLayer.Builder()
                .nIn(8)
                .nOut(12)
                .hasBias(false)
                .activation(Activation.RELU)
                .build(),
            new OutputLayer.Builder(LossFunction.MSE)
                .nIn(12)
                .nOut(1)
                .hasBias(false)
                .activation(Activation.IDENTITY)
                .build());
      }

      @Override
      DataSet data() {
        double[][] labels = new double[8][1];
        for (int i = 0; i < 8; i++) {
          labels[i][0] = i % 2 == 0 ? 3 + i : -1 - i * 0.3;
        }
        return new DataSet(
            Nd4j.eye(8).castTo(DataType.DOUBLE).muli(2), Nd4j.createFromArray(labels));
      }
    },
    /** Two hidden layers on the 150 flowers. */
    IRIS(200) {
      @Override
      MultiLayerNetwork network() {
        return init(
            0.05,
            1,
            null,
            new DenseLayer.Builder().nIn(4).nOut(16).activation(Activation.RELU).build(),
            new DenseLayer.Builder().nIn(16).nOut(9).activation(Activation.RELU).build(),
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nIn(9)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build());
      }

      @Override
      DataSet data() throws Exception {
        double[][] x = new double[150][4];
        double[][] y = new double[150][3];
        try (BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    DL4JResources.class.getResourceAsStream("/iris.dat"),
                    StandardCharsets.UTF_8))) {
          for (int i = 0; i < 150; i++) {
            String[] cells = lines.readLine().split(",");
            for (int j = 0; j < 4; j++) {
              x[i][j] = Double.parseDouble(cells[j]);
            }
            y[i][i / 50] = 1;
          }
        }
        return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
      }
    },
    /** A convolution before a dense layer, on drawn bars of 8 x 8 pixels. */
    CONVOLUTION(120) {
      @Override
      MultiLayerNetwork network() {
        return init(
            0.05,
            1,
            InputType.convolutional(8, 8, 1),
            new ConvolutionLayer.Builder(3, 3)
                .nOut(4)
                .stride(2, 2)
                .activation(Activation.RELU)
                .build(),
            new DenseLayer.Builder().nOut(10).activation(Activation.RELU).build(),
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(2)
                .activation(Activation.SOFTMAX)
                .build());
      }

      @Override
      DataSet data() {
        int n = 40;
        Random random = new Random(4);
        double[] x = new double[n * 64];
        double[][] y = new double[n][2];
        for (int i = 0; i < n; i++) {
          int at = 1 + random.nextInt(6);
          y[i][i % 2] = 1;
          for (int k = 0; k < 64; k++) {
            x[i * 64 + k] =
                ((i % 2 == 0 ? k / 8 : k % 8) == at ? 1 : 0) + 0.2 * random.nextGaussian();
          }
        }
        return new DataSet(Nd4j.createFromArray(x).reshape(n, 1, 8, 8), Nd4j.createFromArray(y));
      }
    };

    final int steps;

    Network(int steps) {
      this.steps = steps;
    }

    abstract MultiLayerNetwork network();

    abstract DataSet data() throws Exception;

    private static MultiLayerNetwork init(
        double rate, double scale, InputType inputs, Layer... layers) {
      NeuralNetConfiguration.ListBuilder list =
          new NeuralNetConfiguration.Builder()
              .seed(5)
              .dataType(DataType.DOUBLE)
              .updater(new Sgd(rate))
              .list(layers);
      if (inputs != null) {
        list.setInputType(inputs);
      }
      MultiLayerNetwork net = new MultiLayerNetwork(list.build());
      net.init();
      net.params().muli(scale);
      return net;
    }
  }

  /** What DL4J says at one step. */
  private static final class Truth {
    final double loss;
    final double norm;

    /** Per layer, per unit, per sample. */
    final List<boolean[][]> on = new ArrayList<>();

    Truth(MultiLayerNetwork net, DataSet data) {
      loss = net.score(data, false);
      norm = Math.sqrt(net.params().mul(net.params()).sumNumber().doubleValue());
      List<INDArray> activations = net.feedForward(data.getFeatures(), false);
      for (INDArray outputs : activations.subList(1, activations.size())) {
        INDArray flat = outputs.dup('c').reshape('c', outputs.size(0), -1);
        boolean[][] pattern = new boolean[(int) flat.size(1)][(int) flat.size(0)];
        for (int unit = 0; unit < pattern.length; unit++) {
          for (int sample = 0; sample < pattern[unit].length; sample++) {
            pattern[unit][sample] = flat.getDouble(sample, unit) > 0;
          }
        }
        on.add(pattern);
      }
    }
  }

  private static List<Truth> replay(Network network) throws Exception {
    MultiLayerNetwork net = network.network();
    DataSet data = network.data();
    List<Truth> truths = new ArrayList<>();
    truths.add(new Truth(net, data));
    for (int step = 0; step < network.steps; step++) {
      net.fit(data);
      truths.add(new Truth(net, data));
    }
    return truths;
  }

  @ParameterizedTest
  @EnumSource
  void everythingShown_isWhatTheUnwatchedTrainingDid(Network network) throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    ui.attach(storage);
    MultiLayerNetwork net = network.network();
    DataSet data = network.data();
    try (ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .preset(Preset.STANDARD)
            .schedule(Schedule.everyStep())
            .sessionId(network.name())
            .storage(storage)
            .build()) {
      net.addListeners(bias);
      for (int step = 0; step < network.steps; step++) {
        net.fit(data);
      }
    }
    List<Truth> truths = replay(network);
    browser.open(ui.url());
    browser.await("the run", "window.implicitBias && window.implicitBias.settled");
    Set<Integer> steps = new TreeSet<>(List.of(0, 1, network.steps));
    Random random = new Random(network.ordinal());
    while (steps.size() < SHOWN) {
      steps.add(random.nextInt(network.steps));
    }
    List<String> layers =
        browser.run("return [...document.getElementById('layer').options].map(o => o.value)");
    for (int layer = 0; layer < layers.size(); layer++) {
      if (layer > 0) {
        pick("layer", layers.get(layer));
      }
      for (int step : steps) {
        browser.run("window.implicitBias.go(arguments[0])", step);
        browser.await(
            "step " + step,
            "window.implicitBias.settled && window.implicitBias.step === arguments[0]"
                + " && window.implicitBias.record.pattern.layer === arguments[1]",
            step,
            layer);
        checkRaster(truths, layer, step);
        JsonNode values = json("window.implicitBias.record.values");
        assertEquals(truths.get(step).loss, values.get("loss").asDouble(), 1e-9, "loss " + step);
        assertEquals(
            truths.get(step).norm,
            values.get("parameterNorm").asDouble(),
            1e-9,
            "parameterNorm " + step);
      }
      checkTip(truths, layer, network.steps);
    }
    checkChart(truths, network.steps);
    browser.screenshot(
        Path.of("target", "screenshots", "network-" + network.name().toLowerCase() + ".png"));
    assertEquals(List.of(), browser.console());
    assertEquals(List.of(), browser.requestsOutside("http://127.0.0.1:" + ui.port()));
  }

  private static void checkRaster(List<Truth> truths, int layer, int step) {
    boolean[][] on = truths.get(step).on.get(layer);
    boolean[][] before = truths.get(Math.max(0, step - 1)).on.get(layer);
    List<String> colours = browser.run("return window.implicitBias.colours");
    List<String> rows = browser.run(ImplicitBiasPageTest.CELLS);
    assertEquals(on.length, rows.size());
    for (int unit = 0; unit < on.length; unit++) {
      StringBuilder expected = new StringBuilder();
      for (int sample = 0; sample < on[unit].length; sample++) {
        boolean flipped = on[unit][sample] != before[unit][sample];
        expected
            .append(sample == 0 ? "" : " ")
            .append(colours.get((on[unit][sample] ? 1 : 0) + (flipped ? 2 : 0)));
      }
      assertEquals(expected.toString(), rows.get(unit), "step " + step + ", unit " + unit);
    }
  }

  /** The pointer on a cell: its unit, its sample, and whether it is on. */
  private static void checkTip(List<Truth> truths, int layer, int step) {
    boolean[][] on = truths.get(step).on.get(layer);
    Random random = new Random(step);
    WebElement raster = browser.driver.findElement(By.id("raster"));
    browser.run("arguments[0].scrollIntoView({block: 'center'})", raster);
    for (int k = 0; k < 5; k++) {
      int unit = random.nextInt(on.length);
      int sample = random.nextInt(on[0].length);
      List<Number> at = browser.run(Browser.script("place-of-a-cell"), unit, sample);
      int x = (int) Math.floor(at.get(0).doubleValue() - at.get(2).doubleValue());
      int y = (int) Math.floor(at.get(1).doubleValue() - at.get(3).doubleValue());
      new Actions(browser.driver).moveToElement(raster, x, y).perform();
      String tip = browser.run("return document.getElementById('raster-tip').textContent");
      assertTrue(tip.startsWith("unit " + unit + ", " + (on[unit][sample] ? "on" : "off")), tip);
      assertTrue(tip.contains("sample " + sample), tip);
      assertEquals(
          List.of((long) unit, (long) sample),
          browser.<List<Long>>run(
              "const m = window.implicitBias.marked; return [m.unit, m.sample]"));
    }
  }

  private static void checkChart(List<Truth> truths, int steps) throws Exception {
    browser.run("document.getElementById('panel-loss').scrollIntoView()");
    browser.await("the chart", "window.implicitBias.charts.loss[0].length > 50");
    JsonNode drawn = json("window.implicitBias.charts.loss");
    assertEquals(0, drawn.get(0).get(0).asInt());
    assertEquals(steps, drawn.get(0).get(drawn.get(0).size() - 1).asInt());
    int points = 0;
    for (int i = 0; i < drawn.get(0).size(); i++) {
      if (drawn.get(1).get(i).isNumber()) {
        int step = drawn.get(0).get(i).asInt();
        assertEquals(truths.get(step).loss, drawn.get(1).get(i).asDouble(), 1e-9, "at " + step);
        points++;
      }
    }
    assertTrue(points > 100, points + " points");
    WebElement plot = browser.driver.findElement(By.cssSelector("#loss-chart .u-over"));
    new Actions(browser.driver).moveToElement(plot, plot.getSize().width / 5, 0).perform();
    List<String> told =
        browser.run(
            "return [document.querySelector('#loss-legend .ib-hovered').textContent,"
                + " document.querySelector('#loss-legend b').textContent]");
    int step = Integer.parseInt(told.get(0).replaceAll("\\D", ""));
    double loss = truths.get(step).loss;
    assertTrue(step > steps / 2 && step < steps, told.toString());
    assertEquals(loss, PageTest.number(told.get(1)), 1e-2 * loss, told.toString());
  }
}
