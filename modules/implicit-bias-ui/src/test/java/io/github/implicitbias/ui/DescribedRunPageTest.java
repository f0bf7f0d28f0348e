package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.page.RunPage;
import java.nio.file.Path;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The page shows what the user calls a run, and what has triggered. */
@ExtendWith(Browser.Installed.class)
class DescribedRunPageTest {

  @Test
  void nameNoteAndTags_standAtTheHead_andTriggersAmongTheEvents(@TempDir Path folder)
      throws Exception {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .updater(new Sgd(0.05))
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
    Path file = folder.resolve("run.ibrun");
    DataSet data = new DataSet(Nd4j.rand(20, 2), Nd4j.rand(20, 1));
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .name("a <b>name</b>")
            .note("Why it was made")
            .tag("width", "8")
            .tag("<i>key", "value & more")
            .runFile(file)
            .when(Trigger.above("loss", -1).once(), Action.log())
            .build();
    net.addListeners(bias);
    for (int step = 0; step < 20; step++) {
      net.fit(data);
    }
    bias.close();
    Path page = folder.resolve("run.html");
    RunPage.write(file, page);
    try (Browser browser = new Browser(1280, 800)) {
      browser.open(page.toUri().toString());
      browser.await("the run", "window.implicitBias && window.implicitBias.settled");
      String shown =
          browser.run(
              "return [...document.querySelectorAll('#described > *')].map((e) => e.textContent)"
                  + ".join('|')");
      assertEquals("a <b>name</b>|Why it was made|width8|<i>keyvalue & more", shown);
      String events = browser.run("return document.getElementById('events').textContent");
      assertTrue(events.contains("loss above -1.0, once: log"), events);
      assertEquals(List.of(), browser.console());
    }
  }
}
