package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The questions about units, against the weights of a training and at their bounds. */
class UnitQuestionsTest {

  private final HttpClient client = HttpClient.newHttpClient();
  private InMemoryStatsStorage storage;
  private ImplicitBiasUi ui;

  @BeforeEach
  void start() {
    storage = new InMemoryStatsStorage();
    ui = ImplicitBiasUi.start(0);
    ui.attach(storage);
  }

  @AfterEach
  void stop() {
    ui.close();
  }

  /** Asks about the only run once all of it is indexed. */
  private JsonNode ask(String question) throws Exception {
    String id = id();
    for (long begun = System.nanoTime(); answer("progress?run=" + id).get("unread").asInt() > 0; ) {
      assertTrue(System.nanoTime() - begun < TimeUnit.MINUTES.toNanos(2), "it is not indexed");
    }
    return answer(question.replaceFirst("[?]|$", "?run=" + id + "&"));
  }

  /** The id of the only run. */
  private String id() throws Exception {
    return answer("runs").at("/runs/0/id").asText();
  }

  private JsonNode answer(String question) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + ui.port() + "/train/implicit-bias/data/" + question);
    HttpResponse<String> answer =
        client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertEquals(200, answer.statusCode(), answer.body());
    assertTrue(answer.body().length() < 1_000_000, question + ": " + answer.body().length());
    return new ObjectMapper().readTree(answer.body());
  }

  /** The parameters at each step: weights [2, units], biases, outgoing weights, output bias. */
  private static List<double[]> train(InMemoryStatsStorage storage, int units, int steps) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(7)
                .dataType(DataType.DOUBLE)
                .updater(new Sgd(0.05))
                .list()
                .layer(
                    new DenseLayer.Builder().nIn(2).nOut(units).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .nIn(units)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    double[][] x = {{1, 0.2}, {0.1, 1.1}, {-0.8, 0.9}, {-1, -0.3}, {0.4, -1.2}};
    double[][] y = {{1.1}, {0.6}, {0}, {0.3}, {0.2}};
    DataSet data = new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .schedule(Schedule.everyStep())
            .sessionId("s")
            .workerId("w")
            .storage(storage)
            .build();
    net.setListeners(bias);
    List<double[]> parameters = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      parameters.add(parameters(net));
      net.fit(data);
    }
    parameters.add(parameters(net));
    bias.close();
    return parameters;
  }

  private static double[] parameters(MultiLayerNetwork net) {
    double[] all = new double[(int) net.numParams()];
    int at = 0;
    for (String name : new String[] {"0_W", "0_b", "1_W", "1_b"}) {
      double[] part = net.getParam(name).dup('c').data().asDouble();
      System.arraycopy(part, 0, all, at, part.length);
      at += part.length;
    }
    return all;
  }

  /** What the unit columns are at parameters. */
  private static double expected(String column, double[] theta, int units, int unit) {
    double x = theta[unit];
    double y = theta[units + unit];
    switch (column) {
      case "weightX":
        return x;
      case "weightY":
        return y;
      case "weightNorm":
        return Math.hypot(x, y);
      case "unitBias":
        return theta[2 * units + unit];
      default:
        assertEquals("outgoingWeight", column);
        return theta[3 * units + unit];
    }
  }

  @Test
  void answersAreTheWeightsOfTheTraining() throws Exception {
    int units = 8;
    int steps = 400;
    List<double[]> parameters = train(storage, units, steps);
    JsonNode run = ask("run");
    Map<String, String> names = new LinkedHashMap<>();
    for (JsonNode column : run.get("unitColumns")) {
      assertEquals(0, column.get("layer").asInt());
      names.put(column.get("id").asText(), column.get("name").asText());
    }
    assertEquals(
        List.of("weightX", "weightY", "weightNorm", "unitBias", "outgoingWeight"),
        List.copyOf(names.keySet()));
    JsonNode facts = run.get("provenance");
    assertEquals("inputs", facts.get("weightSpace.layer0").asText());
    assertEquals("two layers, one output", facts.get("weightSpace.layer0.network").asText());
    assertEquals("mse", facts.get("weightSpace.loss").asText());

    SplittableRandom random = new SplittableRandom(9);
    for (int k = 0; k < 22; k++) {
      int step = k == 0 ? 0 : k == 1 ? steps : random.nextInt(steps);
      JsonNode answer = ask("units?layer=0&step=" + step);
      assertEquals(step, answer.get("step").asInt());
      assertEquals(0, answer.get("layer").asInt());
      assertEquals(5, answer.get("columns").size());
      for (String name : names.keySet()) {
        JsonNode column = answer.get("columns").get(names.get(name));
        assertEquals(step, column.get("step").asInt());
        assertEquals(units, column.get("values").size());
        for (int unit = 0; unit < units; unit++) {
          assertEquals(
              expected(name, parameters.get(step), units, unit),
              column.get("values").get(unit).asDouble(),
              1e-15,
              name + " of unit " + unit + " at step " + step);
        }
      }
      JsonNode values = ask("step?step=" + step).get("values");
      assertEquals(parameters.get(step)[4 * units], values.get("outputBias").asDouble());
    }
    JsonNode before = ask("units?layer=0&step=-1");
    assertTrue(before.get("columns").get(names.get("weightX")).isNull());
    JsonNode samples = ask("samples?step=" + (steps - 1)).get("columns");
    assertEquals(0, samples.get("inputX").get("step").asInt());
    assertEquals(-0.8, samples.get("inputX").get("values").get(2).asDouble());
    assertEquals(-1.2, samples.get("inputY").get("values").get(4).asDouble());
    assertEquals(0.6, samples.get("target").get("values").get(1).asDouble());

    JsonNode paths = ask("unitSeries?layer=0&points=100");
    assertEquals(100, paths.get("steps").size());
    assertEquals(0, paths.get("steps").get(0).asInt());
    assertEquals(steps, paths.get("steps").get(99).asInt());
    assertEquals(units, paths.get("units").size());
    assertEquals(4, paths.get("columns").size());
    for (int k = 0; k < 100; k++) {
      int step = paths.get("steps").get(k).asInt();
      assertEquals(k * steps / 99.0, step, 1.01);
      for (String column : List.of("weightX", "weightY", "weightNorm", "outgoingWeight")) {
        for (int unit = 0; unit < units; unit++) {
          double value = expected(column, parameters.get(step), units, unit);
          assertEquals(
              value,
              paths.get("columns").get(names.get(column)).get(k).get(unit).asDouble(),
              1e-6 * Math.abs(value));
        }
      }
    }
  }

  @Test
  void moreUnits_areRecordedAtFewerRecords() throws Exception {
    List<double[]> parameters = train(storage, 60, 103);
    String weightY = ask("run").at("/unitColumns/1/name").asText();
    JsonNode column = ask("units?layer=0&step=64").get("columns").get(weightY);
    assertEquals(60, column.get("step").asInt());
    assertEquals(parameters.get(60)[60 + 17], column.get("values").get(17).asDouble());
    JsonNode paths = ask("unitSeries?layer=0");
    assertEquals(22, paths.get("steps").size());
    assertEquals(103, paths.get("steps").get(21).asInt(), "the last record is complete");
  }
}
