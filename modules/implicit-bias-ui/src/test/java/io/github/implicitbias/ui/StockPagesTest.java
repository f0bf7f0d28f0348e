package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.deeplearning4j.config.DL4JSystemProperties;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** The stock pages of the training UI have our menu entry, and work as before. */
@ExtendWith(Browser.Installed.class)
class StockPagesTest {

  private static final String POINTS =
      "$('#%s').data('plot') && $('#%s').data('plot').getData().some(s => s.data.length > 5)";

  private static InMemoryStatsStorage storage;
  private static String session;

  @BeforeAll
  static void train() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Sgd(0.1))
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(4).nOut(6).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MSE)
                        .activation(Activation.IDENTITY)
                        .nIn(6)
                        .nOut(1)
                        .build())
                .build());
    net.init();
    storage = new InMemoryStatsStorage();
    StatsListener listener = new StatsListener(storage, 1);
    session = listener.getSessionID();
    net.setListeners(listener);
    INDArray features = Nd4j.linspace(-1, 1, 80).reshape(20, 4);
    INDArray labels = features.sum(true, 1);
    for (int i = 0; i < 30; i++) {
      net.fit(features, labels);
    }
  }

  @AfterEach
  void stop() throws Exception {
    UIServer.stopInstance();
    System.clearProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY);
  }

  private static UIServer startedByTheUser(boolean multiSession) {
    System.setProperty(DL4JSystemProperties.UI_SERVER_PORT_PROPERTY, "0");
    return UIServer.getInstance(multiSession, null);
  }

  @Test
  void allThreePages_haveTheEntryAndWork_inSingleSessionMode() throws Exception {
    UIServer server = startedByTheUser(false);
    server.attach(storage);
    String origin = "http://localhost:" + server.getPort();
    checkAllPages(origin, origin + "/train/", "/train/implicit-bias");
  }

  @Test
  void allThreePages_haveTheEntryAndWork_inMultiSessionMode() throws Exception {
    UIServer server = startedByTheUser(true);
    server.attach(storage);
    String origin = "http://localhost:" + server.getPort();
    checkAllPages(
        origin, origin + "/train/" + session + "/", "/train/" + session + "/implicit-bias");
  }

  @Test
  void allThreePages_haveTheEntryAndWork_onOurLoopbackServer() throws Exception {
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0)) {
      ui.attach(storage);
      String origin = "http://127.0.0.1:" + ui.port();
      checkAllPages(origin, origin + "/train/", "/train/implicit-bias");
    }
  }

  private static void checkAllPages(String origin, String pages, String ours) throws Exception {
    try (Browser browser = new Browser(1400, 1000)) {
      browser.open(pages + "overview");
      browser.await("score chart", points("scoreiterchart"));
      browser.await("ratio chart", points("updateRatioChart"));
      browser.await("deviation chart", points("stdevChart"));
      assertEquals("3.7.1", browser.run("return jQuery.fn.jquery"));
      assertEquals(
          30,
          ((Number)
                  browser.run("return $('#scoreiterchart').data('plot').getData()[0].data.length"))
              .intValue(),
          "every score is a point of the chart");
      checkMenu(browser, ours);

      browser.open(pages + "model");
      browser.await("model graph", "$('#layers canvas').length > 0");
      assertEquals("3.7.1", browser.run("return jQuery.fn.jquery"));
      browser.run("setSelectedVertex(1)");
      browser.await("ratio of magnitudes", points("meanmag"));
      browser.await("activations", points("activations"));
      checkMenu(browser, ours);

      browser.open(pages + "system");
      browser.await("memory chart", points("systemMemoryChartPlot"));
      assertEquals("3.7.1", browser.run("return jQuery.fn.jquery"));
      browser.await(
          "hardware table",
          "$('#jvmAvailableProcessors').text() > 0 && $('#nd4jBackend').text() === 'CPU'");
      checkMenu(browser, ours);

      browser.run("document.querySelector('.sidebar a[href=\"implicit-bias\"]').click()");
      browser.await("our page", "window.implicitBias && window.implicitBias.state");
      assertEquals(List.of(), browser.console());
      assertEquals(List.of(), browser.requestsOutside(origin));
    }
  }

  private static String points(String id) {
    return String.format(POINTS, id, id);
  }

  /** One entry, after System and before Language, leading to our page. */
  private static void checkMenu(Browser browser, String ours) {
    List<String> entries =
        browser.run(
            "return [...document.querySelectorAll('.sidebar-nav > .nav > li > a')]"
                + ".map(a => a.textContent.trim())");
    assertEquals(List.of("Overview", "Model", "System", "Implicit bias", "Language"), entries);
    String path =
        browser.run(
            "return [...document.querySelectorAll('.sidebar-nav > .nav > li > a')]"
                + ".filter(a => a.textContent.trim() === 'Implicit bias')[0].pathname");
    assertEquals(ours, path);
    assertTrue(
        browser.<Number>run("return document.querySelector('.cui-layers').offsetWidth").intValue()
            > 0,
        "the entry has a visible icon");
  }
}
