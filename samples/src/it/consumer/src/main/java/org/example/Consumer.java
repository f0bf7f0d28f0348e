package org.example;

import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.ui.ImplicitBiasUi;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A model of your own, the one line, and the page. Ends with an exception if anything is amiss. */
public final class Consumer {

  private static final int STEPS = 50;

  private Consumer() {}

  /** Trains a small network and asks the page for it. */
  public static void main(String[] args) throws Exception {
    MultiLayerConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(1)
            .updater(new Sgd(0.1))
            .list()
            .layer(new DenseLayer.Builder().nIn(2).nOut(8).activation(Activation.RELU).build())
            .layer(
                new OutputLayer.Builder(LossFunction.MSE)
                    .nIn(8)
                    .nOut(1)
                    .activation(Activation.IDENTITY)
                    .build())
            .build();
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init();
    Nd4j.getRandom().setSeed(2);
    INDArray inputs = Nd4j.randn(20, 2);
    DataSet trainingSet = new DataSet(inputs, inputs.getColumn(0, true).mul(inputs.getColumn(1, true)));

    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    try (ImplicitBiasUi ui = ImplicitBiasUi.start(0)) {
      ui.attach(storage);
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(trainingSet).storage(storage).build();
      net.addListeners(bias);
      for (int step = 0; step < STEPS; step++) {
        net.fit(trainingSet);
      }
      bias.close();
      require(bias.run().lastStep() == STEPS, "the last step is " + bias.run().lastStep());

      String page = get(ui.url());
      require(page.contains("<h1") && page.contains("Implicit bias"), "the page is " + page);
      String runs = get("http://127.0.0.1:" + ui.port() + "/train/implicit-bias/data/runs");
      require(runs.contains("\"session\""), "the runs are " + runs);
      System.out.println("the page shows " + bias.run().size() + " records");
    }
  }

  private static String get(String address) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(address)).build(),
                HttpResponse.BodyHandlers.ofString());
    require(response.statusCode() == 200, address + " answers " + response.statusCode());
    return response.body();
  }

  private static void require(boolean condition, String otherwise) {
    if (!condition) {
      throw new IllegalStateException(otherwise);
    }
  }
}
