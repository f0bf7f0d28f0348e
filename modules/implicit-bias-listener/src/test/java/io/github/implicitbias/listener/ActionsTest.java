package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What actions do beside a real training, and that training is what it is without them. */
@Timeout(120)
class ActionsTest {

  private static final int STEPS = 60;

  private final DataSet data = IrisTraining.data();

  private static void fit(Model net, List<DataSet> batches, int from, int to) {
    for (int step = from; step < to; step++) {
      DataSet batch = batches.get(step % batches.size());
      if (net instanceof ComputationGraph) {
        ((ComputationGraph) net).fit(batch);
      } else {
        ((MultiLayerNetwork) net).fit(batch);
      }
    }
  }

  private static ComputationGraph graph() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .dataType(DataType.DOUBLE)
                .updater(new Adam(0.01))
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "hidden",
                    new DenseLayer.Builder().nIn(4).nOut(16).activation(Activation.RELU).build(),
                    "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(16)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "hidden")
                .setOutputs("out")
                .build());
    net.init();
    return net;
  }

  /** Every observed step, steps whose updates laws read included. */
  @ParameterizedTest
  @CsvSource({"stack, 150", "stack, 30", "graph, 150", "graph, 30"})
  void everyCheckpoint_hasTheLossOfItsRecord_andTrainingGoesOnFromItBitForBit(
      String kind, int batch, @TempDir Path folder) throws Exception {
    boolean isGraph = kind.equals("graph");
    Model net = isGraph ? graph() : IrisTraining.network(new Adam(0.01), 0);
    List<DataSet> batches = data.batchBy(batch);
    ListenerBuilder builder =
        ImplicitBiasListener.builder(data).schedule(Schedule.every(2)).lawsEvery(3).visits(true);
    for (double limit = 1.05; limit > 0.1; limit *= 0.9) {
      builder.when(Trigger.below("loss", limit).once(), Action.checkpoint(folder));
    }
    builder.when(Trigger.below("batchLoss", 0.9).times(2), Action.checkpoint(folder));
    ImplicitBiasListener bias = builder.build();
    net.addListeners(bias);
    fit(net, batches, 0, STEPS);
    bias.close();
    assertEquals(Map.of(), bias.failures());
    INDArray end = net.params();
    List<Path> files;
    try (Stream<Path> all = Files.list(folder)) {
      files = all.sorted().collect(Collectors.toList());
    }
    assertTrue(files.size() >= 5, files.toString());
    int compared = 0;
    for (Path file : files) {
      Model there =
          isGraph
              ? ModelSerializer.restoreComputationGraph(file.toFile(), true)
              : ModelSerializer.restoreMultiLayerNetwork(file.toFile(), true);
      int step = Integer.parseInt(file.getFileName().toString().split("-")[1]);
      double loss =
          isGraph
              ? ((ComputationGraph) there).score(data)
              : ((MultiLayerNetwork) there).score(data);
      if (step % 2 == 0) {
        assertEquals(bias.run().value("loss", step), loss, 1e-12, file.toString());
        compared++;
      }
      fit(there, batches, step, STEPS);
      assertArrayEquals(end.toDoubleVector(), there.params().toDoubleVector(), "from step " + step);
    }
    assertTrue(compared >= 4, compared + " observed");
  }

  @ParameterizedTest
  @CsvSource({"150, 0", "150, 0.5", "25, 0", "25, 0.5"})
  void twentyTriggers_leaveTrainingAsItIs_bitForBit(int batch, double dropout, @TempDir Path folder)
      throws Exception {
    List<DataSet> batches = data.batchBy(batch);
    MultiLayerNetwork bare = IrisTraining.network(new Adam(0.01), dropout);
    Nd4j.getRandom().setSeed(3);
    fit(bare, batches, 0, STEPS);
    long next = Nd4j.getRandom().nextLong();
    MultiLayerNetwork watched = IrisTraining.network(new Adam(0.01), dropout);
    ListenerBuilder builder = ImplicitBiasListener.builder(data).visits(true);
    List<Event> told = new ArrayList<>();
    for (int k = 0; k < 5; k++) {
      builder
          .when(Trigger.above("batchLoss", 0.2 * k), Action.call(told::add))
          .when(Trigger.below("batchLoss", 1.2 - 0.1 * k), Action.checkpoint(folder))
          .when(Trigger.event(EventKind.values()[k]).times(10), Action.log())
          .when(
              Trigger.above("batchAccuracy", 0.15 * k).or(Trigger.notFinite()),
              Action.call(
                  event -> {
                    throw new IllegalStateException("of the user's own");
                  }));
    }
    ImplicitBiasListener bias = builder.build();
    watched.addListeners(bias);
    Nd4j.getRandom().setSeed(3);
    fit(watched, batches, 0, STEPS);
    assertEquals(next, Nd4j.getRandom().nextLong(), "what is drawn next");
    bias.close();
    assertTrue(
        bias.run().events().stream().filter(e -> e.kind() == EventKind.TRIGGERED).count() >= 5);
    assertArrayEquals(bare.params().toDoubleVector(), watched.params().toDoubleVector());
    assertArrayEquals(
        bare.getUpdater().getStateViewArray().toDoubleVector(),
        watched.getUpdater().getStateViewArray().toDoubleVector());
  }

  private static HttpServer server(com.sun.net.httpserver.HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", handler);
    server.start();
    return server;
  }

  private static URI address(HttpServer server) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + "/hook");
  }

  @Test
  void aWebhook_sendsWhatHappened() throws Exception {
    BlockingQueue<String> bodies = new LinkedBlockingQueue<>();
    HttpServer server =
        server(
            exchange -> {
              bodies.add(
                  exchange.getRequestMethod()
                      + exchange.getRequestHeaders().getFirst("Content-Type")
                      + new String(
                          exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
              exchange.sendResponseHeaders(204, -1);
              exchange.close();
            });
    try {
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data)
              .name("a \"name\" \u03b3")
              .when(Trigger.below("loss", 100).once(), Action.webhook(address(server)))
              .build();
      MultiLayerNetwork net = IrisTraining.network(new Sgd(0.1), 0);
      net.addListeners(bias);
      net.fit(data);
      bias.close();
      String body = bodies.poll(30, TimeUnit.SECONDS);
      assertTrue(body.startsWith("POSTapplication/json{\"run\":\""), body);
      assertTrue(body.contains("\"name\":\"a \\\"name\\\" \u03b3\",\"step\":0,"), body);
      assertTrue(body.contains("\"trigger\":\"loss below 100.0, once: webhook"), body);
      assertTrue(body.contains("loss is "), body);
      assertEquals(Map.of(), bias.failures());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aServerThatNeverAnswers_andOneThatRefuses_costTrainingNothing() throws Exception {
    CountDownLatch released = new CountDownLatch(1);
    HttpServer silent =
        server(
            exchange -> {
              try {
                released.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    HttpServer refusing =
        server(
            exchange -> {
              exchange.sendResponseHeaders(500, -1);
              exchange.close();
            });
    try {
      URI never = address(silent);
      URI refused = address(refusing);
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data)
              .when(
                  Trigger.below("loss", 100).once(), Action.webhook(never, Duration.ofMillis(300)))
              .when(Trigger.below("loss", 100).once(), Action.webhook(refused))
              .build();
      MultiLayerNetwork net = IrisTraining.network(new Sgd(0.1), 0);
      net.addListeners(bias);
      fit(net, data.batchBy(150), 0, STEPS);
      assertEquals(STEPS, net.getIterationCount(), "before the server has said a word");
      bias.close();
      Map<String, Integer> failures = bias.failures();
      assertEquals(2, failures.size(), failures.toString());
      failures.forEach((part, times) -> assertTrue(part.startsWith("action webhook http"), part));
      assertEquals(STEPS + 1, bias.run().size());
    } finally {
      released.countDown();
      silent.stop(0);
      refusing.stop(0);
    }
  }
}
