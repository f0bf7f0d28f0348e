package io.github.implicitbias.extending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.engine.NetworkSource;
import io.github.implicitbias.core.engine.Reading;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingResult;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The examples of docs/acting.md, each in a training. */
class ActingTest {

  private static final int SAMPLES = 40;

  private final DataSet data = data();
  private final MultiLayerNetwork net = network();

  private static DataSet data() {
    double[][] x = new double[SAMPLES][2];
    double[][] y = new double[SAMPLES][1];
    for (int i = 0; i < SAMPLES; i++) {
      x[i][0] = Math.sin(i);
      x[i][1] = Math.cos(2 * i);
      y[i][0] = x[i][0] * x[i][1] > 0 ? 1 : -1;
    }
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(new Adam(0.02))
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(20).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(20)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return net;
  }

  private DataSetIterator iterator() {
    return new ListDataSetIterator<>(data.asList(), 10);
  }

  @Test
  void theFirstExample_keepsModels_andStops(@TempDir Path folder) throws Exception {
    net.getLayer(0).getParam("b").assign(-1e3);
    net.getLayer(1).getParam("b").putScalar(0, Double.NaN);
    ImplicitBiasListener bias = Acting.first(net, data, iterator(), 3, folder);
    assertTrue(bias.stopRequested());
    assertEquals(1, net.getIterationCount());
    try (Stream<Path> files = Files.list(folder)) {
      assertEquals(1, files.filter(one -> one.toString().endsWith(".zip")).count());
    }
    assertEquals(Map.of(), bias.failures());
  }

  @Test
  void triggers_sayWhatTheyAre() {
    assertEquals(
        "(loss below 0.05 and pattern stable for 1000 steps), once", Acting.fitted().toString());
    assertEquals("event unitDied, 5 times", Acting.first(EventKind.UNIT_DIED).toString());
  }

  @Test
  void calls_haveTheEvent_andAWebhookThatIsNotThere_isAFailure() {
    List<Event> told = new CopyOnWriteArrayList<>();
    ImplicitBiasListener bias =
        Acting.told(data, told::add, URI.create("http://localhost:1/nobody"));
    net.addListeners(bias);
    net.fit(data);
    net.getLayer(0).getParam("b").putScalar(4, -1e3);
    net.fit(data);
    net.getLayer(1).getParam("b").putScalar(0, Double.NaN);
    net.fit(data);
    bias.close();
    assertEquals(1, told.get(0).step());
    assertEquals(4, told.get(0).unit());
    assertEquals(EventKind.TRIGGERED, told.get(0).kind());
    assertEquals(1, bias.failures().size(), bias.failures().toString());
  }

  @Test
  void aLoop_endsWithItsTrigger() {
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data).when(Trigger.below("loss", 0.6), Action.stop()).build();
    net.addListeners(bias);
    int epochs = Acting.loop(net, iterator(), bias);
    assertTrue(epochs > 1 && epochs < 100, epochs + " epochs");
    bias.close();
  }

  @Test
  void earlyStopping_hasScoresOfTheTestSet() {
    EarlyStoppingResult<MultiLayerNetwork> result = Acting.early(net, data, data, iterator());
    assertEquals(50, result.getTotalEpochs());
    assertEquals(
        result.getBestModel().score(data),
        result.getScoreVsEpoch().get(result.getBestModelEpoch()),
        1e-12);
  }

  /** One unit and a loss that halves. */
  private static final class Halving implements NetworkSource {
    private final NetworkView view = NetworkView.opaque(1);
    double loss = 1;

    @Override
    public List<TrackedLayer> layers() {
      return List.of(new TrackedLayer("hidden", 0, 1, "relu"));
    }

    @Override
    public NetworkView view() {
      return view;
    }

    @Override
    public double read(Reading into, boolean inPlace) {
      into.preActivations(0, new double[] {1, -1});
      return loss;
    }
  }

  @Test
  void aPlainLoop_endsWithItsTrigger() {
    Halving network = new Halving();
    Probe probe = new Probe(2, new double[2], new double[2], null);
    int steps =
        Acting.plain(
            network,
            probe,
            0.1,
            rate -> {
              double before = network.loss;
              network.loss /= 2;
              return before;
            });
    assertEquals(8, steps, "1/128 is the first below 0.01");
  }

  @Test
  void aDescription_isInTheHeader() {
    ImplicitBiasListener bias = Acting.described(data);
    assertEquals(Map.of("width", "64", "data", "iris"), bias.run().header().tags());
    assertEquals("width 64", bias.run().header().name());
    assertFalse(bias.run().header().note().isEmpty());
  }

  /** What the page shows is what is tested, whatever the indentation. */
  @Test
  void thePage_showsTheseExamples() throws IOException {
    Path root = Paths.get("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/acting.md"))) {
      root = root.getParent();
    }
    String page = Files.readString(root.resolve("docs/acting.md"));
    String source =
        unindented(
            Files.readString(
                root.resolve(
                    "modules/implicit-bias-listener/src/test/java/io/github/implicitbias/extending/"
                        + "Acting.java")));
    Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(page);
    List<String> shown = new ArrayList<>();
    while (blocks.find()) {
      shown.add(blocks.group(1));
    }
    assertEquals(7, shown.size());
    for (String block : shown) {
      assertTrue(source.contains(unindented(block)), block);
    }
  }

  private static String unindented(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
  }
}
