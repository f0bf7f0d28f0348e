package io.github.implicitbias.extending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.Series;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.Contracts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The examples of docs/extending.md, through public API only, in a real training. */
class ExtendingTest {

  private static final int STEPS = 50;

  private static DataSet data() {
    double[][] x = new double[20][2];
    double[][] y = new double[20][1];
    for (int i = 0; i < 20; i++) {
      x[i][0] = Math.cos(i);
      x[i][1] = Math.sin(3 * i);
      y[i][0] = x[i][0] * x[i][1];
    }
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  private static MultiLayerNetwork network(IUpdater updater) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .dataType(DataType.DOUBLE)
                .updater(updater)
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(8).activation(Activation.RELU).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MSE)
                        .nIn(8)
                        .nOut(1)
                        .activation(Activation.IDENTITY)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static Run train(IUpdater updater, StepCounter counter) {
    DataSet data = data();
    MultiLayerNetwork net = network(updater);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .metric(new LargestResidual())
            .metric(ChangeMetrics.LARGEST_CHANGE)
            .prediction(new LossFalls())
            .recorder(counter)
            .build();
    net.addListeners(bias);
    for (int step = 0; step < STEPS; step++) {
      net.fit(data);
    }
    bias.close();
    INDArray change = net.getParam("0_W").sub(network(updater).getParam("0_W"));
    assertEquals(
        change.amaxNumber().doubleValue(), bias.run().value("largestChange[layer0]", STEPS), 1e-15);
    INDArray residuals = net.output(data.getFeatures()).sub(data.getLabels());
    assertEquals(
        2 * residuals.amaxNumber().doubleValue(),
        bias.run().value("largestResidual", STEPS),
        1e-12);
    return bias.run();
  }

  @Test
  void aMetricAPredictionAndARecorderOfOnesOwn_takePartInARun() {
    StepCounter counter = new StepCounter();
    Run run = train(new Sgd(0.05), counter);
    assertEquals(STEPS + 1, run.size());
    assertEquals(STEPS + 1, counter.records());
    Series verdicts = run.metric("lossFalls.verdict");
    for (double verdict : verdicts.values()) {
      assertEquals(Verdict.State.HOLDS.ordinal(), verdict);
    }
    assertEquals(run.value("loss", STEPS), run.value("lossFalls.measured", STEPS));
  }

  @Test
  void whatDoesNotApply_saysSo() {
    Run run = train(new Adam(0.01), new StepCounter());
    assertEquals(Verdict.State.NOT_APPLICABLE.ordinal(), run.value("lossFalls.verdict", 0), 0.1);
    assertTrue(Absent.is(run.value("lossFalls.measured", STEPS)));
    assertTrue(run.verdicts().toString().contains("not plain SGD"), run.verdicts().toString());
  }

  @Test
  void theExamples_keepTheContracts() {
    Contracts.metric(LargestResidual::new);
    Contracts.metric(() -> ChangeMetrics.LARGEST_CHANGE);
    Contracts.prediction(LossFalls::new);
  }

  /** What the page shows is what is tested. */
  @ParameterizedTest
  @ValueSource(strings = {"LargestResidual", "ChangeMetrics", "LossFalls", "StepCounter"})
  void thePage_showsTheseClasses(String name) throws IOException {
    Path root = Paths.get("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/extending.md"))) {
      root = root.getParent();
    }
    String page = Files.readString(root.resolve("docs/extending.md"));
    String source =
        Files.readString(
            root.resolve(
                "modules/implicit-bias-listener/src/test/java/io/github/implicitbias/extending/"
                    + name
                    + ".java"));
    String body = source.substring(source.indexOf("public final class"));
    assertTrue(page.contains(body), "docs/extending.md does not show " + name + " as tested");
  }
}
