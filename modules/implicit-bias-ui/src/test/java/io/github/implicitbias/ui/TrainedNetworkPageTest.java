package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.listener.ImplicitBiasListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/**
 * From a DL4J network in training to the screen: the same training is done twice, once watched and
 * once by itself, and what the page draws is compared with arithmetic on the parameters of the
 * second.
 */
@ExtendWith(Browser.Installed.class)
class TrainedNetworkPageTest {

  private static final int STEPS = 300;
  private static final int SAMPLES = 70;
  private static final int UNITS = 12;

  private final double[][] features = new double[SAMPLES][3];
  private final double[][] labels = new double[SAMPLES][1];

  TrainedNetworkPageTest() {
    Random random = new Random(11);
    for (int i = 0; i < SAMPLES; i++) {
      for (int j = 0; j < 3; j++) {
        features[i][j] = random.nextGaussian();
      }
      labels[i][0] = Math.sin(2 * features[i][0]) + features[i][1] * features[i][2];
    }
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(
                    new DenseLayer.Builder().nIn(3).nOut(UNITS).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(UNITS)
                        .nOut(1)
                        .build())
                .build());
    net.init();
    return net;
  }

  private DataSet data() {
    return new DataSet(Nd4j.createFromArray(features), Nd4j.createFromArray(labels));
  }

  /** Parameters after each number of updates, of a training that nobody watches. */
  private List<double[]> replay() {
    MultiLayerNetwork net = network();
    List<double[]> parameters = new ArrayList<>();
    parameters.add(net.params().dup().toDoubleVector());
    for (int step = 1; step <= STEPS; step++) {
      net.fit(data());
      parameters.add(net.params().dup().toDoubleVector());
    }
    return parameters;
  }

  /** Parameters are, per layer, the weights by columns and then the biases. */
  private double preActivation(double[] parameters, int unit, int sample) {
    double z = parameters[3 * UNITS + unit];
    for (int j = 0; j < 3; j++) {
      z += features[sample][j] * parameters[unit * 3 + j];
    }
    return z;
  }

  private double loss(double[] parameters) {
    int second = 4 * UNITS;
    double sum = 0;
    for (int i = 0; i < SAMPLES; i++) {
      double output = parameters[second + UNITS];
      for (int unit = 0; unit < UNITS; unit++) {
        output += Math.max(0, preActivation(parameters, unit, i)) * parameters[second + unit];
      }
      sum += (output - labels[i][0]) * (output - labels[i][0]);
    }
    return sum / SAMPLES;
  }

  @Test
  void thePageShows_whatAnUnwatchedTrainingDoes() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0);
        Browser browser = new Browser(1400, 1000)) {
      ui.attach(storage);
      browser.open(ui.url());
      browser.await("empty", "window.implicitBias && window.implicitBias.state === 'empty'");
      MultiLayerNetwork net = network();
      try (ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data()).storage(storage).build()) {
        net.addListeners(bias);
        for (int step = 0; step < STEPS; step++) {
          net.fit(data());
        }
      }
      browser.await(
          "all of the training",
          "window.implicitBias.settled && window.implicitBias.step === " + STEPS);

      List<double[]> replayed = replay();
      JsonNode drawn = json(browser, "window.implicitBias.charts.loss");
      assertEquals(STEPS + 1, drawn.get(0).size());
      for (int i = 0; i <= STEPS; i++) {
        assertEquals(i, drawn.get(0).get(i).asInt());
        assertEquals(loss(replayed.get(i)), drawn.get(1).get(i).asDouble(), 1e-9, "loss at " + i);
      }

      Set<Integer> steps = new TreeSet<>(List.of(0, STEPS));
      Random random = new Random(4);
      while (steps.size() < 20) {
        steps.add(random.nextInt(STEPS));
      }
      int flips = 0;
      for (int step : steps) {
        browser.run("window.implicitBias.go(arguments[0])", step);
        browser.await(
            "step " + step,
            "window.implicitBias.settled && window.implicitBias.step === arguments[0]",
            step);
        flips += checkPattern(browser, replayed, step);
      }
      browser.screenshot(Path.of("target", "screenshots", "trained-1400-light.png"));
      assertTrue(flips > 0, "a training without flips shows nothing");
      assertEquals(List.of(), browser.console());
      assertEquals(List.of(), browser.requestsOutside("http://127.0.0.1:" + ui.port()));
    }
  }

  /** A cosine is negative where it is good; the logarithm of a loss is negative, too. */
  @Test
  void negativeLoss_isDrawnOnALinearScale() throws Exception {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.1))
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(8).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.COSINE_PROXIMITY)
                        .activation(Activation.IDENTITY)
                        .nIn(8)
                        .nOut(3)
                        .build())
                .build());
    net.init();
    DataSet itself = new DataSet(data().getFeatures(), data().getFeatures());
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0);
        Browser browser = new Browser(1400, 1000)) {
      ui.attach(storage);
      browser.open(ui.url());
      try (ImplicitBiasListener bias =
          ImplicitBiasListener.builder(itself).storage(storage).build()) {
        net.addListeners(bias);
        for (int step = 0; step < 50; step++) {
          net.fit(itself);
        }
      }
      browser.await(
          "all of the training", "window.implicitBias.settled && window.implicitBias.step === 50");
      JsonNode drawn = json(browser, "window.implicitBias.charts.loss");
      assertEquals(51, drawn.get(0).size());
      int below = 0;
      for (JsonNode value : drawn.get(1)) {
        assertTrue(value.isNumber(), "every loss is drawn");
        below += value.asDouble() < 0 ? 1 : 0;
      }
      assertTrue(below > 40, below + " losses are negative");
      assertEquals(true, browser.run("return document.getElementById('loss-log').disabled"));
      assertEquals(
          "true",
          browser.run(
              "return document.getElementById('loss-linear').getAttribute('aria-pressed')"));
      browser.screenshot(Path.of("target", "screenshots", "negative-1400-light.png"));
      assertEquals(List.of(), browser.console());
    }
  }

  /** Returns the number of bits that are not as they were at the beginning. */
  private int checkPattern(Browser browser, List<double[]> replayed, int step) throws Exception {
    JsonNode pattern = json(browser, "window.implicitBias.record.pattern");
    byte[] bits = Base64.getDecoder().decode(pattern.get("bits").textValue());
    List<String> colours = browser.run("return window.implicitBias.colours");
    List<String> rows = browser.run(ImplicitBiasPageTest.CELLS);
    assertEquals(UNITS, rows.size());
    int flips = 0;
    for (int unit = 0; unit < UNITS; unit++) {
      String[] cells = rows.get(unit).split(" ");
      assertEquals(SAMPLES, cells.length);
      for (int sample = 0; sample < SAMPLES; sample++) {
        boolean on = preActivation(replayed.get(step), unit, sample) > 0;
        boolean before = preActivation(replayed.get(Math.max(0, step - 1)), unit, sample) > 0;
        int state = (on ? 1 : 0) + (on != before ? 2 : 0);
        String what = "unit " + unit + ", sample " + sample + ", step " + step;
        assertEquals(on, (bits[unit * 16 + sample / 8] >> (sample % 8) & 1) != 0, what);
        assertEquals(colours.get(state), cells[sample], what);
        boolean atFirst = preActivation(replayed.get(0), unit, sample) > 0;
        flips += on != atFirst ? 1 : 0;
      }
    }
    return flips;
  }

  private static JsonNode json(Browser browser, String expression) throws Exception {
    return new ObjectMapper()
        .readTree(browser.<String>run("return JSON.stringify(" + expression + ")"));
  }
}
