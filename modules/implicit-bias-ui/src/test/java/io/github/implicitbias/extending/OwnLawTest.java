package io.github.implicitbias.extending;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;

/** The law of docs/extending.md. */
class OwnLawTest {

  private static RunVerdict train(IUpdater updater) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .updater(updater)
                .list()
                .layer(new DenseLayer.Builder().nIn(3).nOut(5).build())
                .layer(new OutputLayer.Builder().nIn(5).nOut(3).build())
                .build());
    net.init();
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder().law(new StepIsRateTimesGradient()).lawsEvery(1).build();
    net.addListeners(bias);
    INDArray rows = Nd4j.eye(3);
    for (int step = 0; step < 5; step++) {
      net.fit(rows, rows);
    }
    bias.close();
    return bias.run().verdicts().stream()
        .filter(verdict -> verdict.id().equals("stepIsRateTimesGradient"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void itHoldsWithSgd_andDoesNotApplyWithAdam() {
    RunVerdict verdict = train(new Sgd(0.1));
    assertEquals(Verdict.State.HOLDS, verdict.state(), verdict.toString());
    assertTrue(verdict.measured() > 0 && verdict.measured() < 1e-3, verdict.toString());
    assertEquals(Verdict.State.NOT_APPLICABLE, train(new Adam(0.1)).state());
  }

  @Test
  void thePageShowsItAsTested() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("docs/extending.md"))) {
      root = root.getParent();
    }
    Path source =
        root.resolve(
            "modules/implicit-bias-ui/src/test/java/io/github/implicitbias/extending"
                + "/StepIsRateTimesGradient.java");
    String code = Files.readString(source);
    String body = code.substring(code.indexOf("public final class"));
    assertTrue(Files.readString(root.resolve("docs/extending.md")).contains(body));
  }
}
