package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.page.RunCatalog;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFollower;
import io.github.implicitbias.run.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Two trainings at once under one session and worker are two runs, each its own. */
class SameLabelsTest {

  private static final int STEPS = 150;

  private static MultiLayerNetwork network(int seed) {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(seed)
                .dataType(DataType.DOUBLE)
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
    return net;
  }

  private static DataSet data() {
    double[][] x = new double[12][2];
    double[][] y = new double[12][1];
    SplittableRandom random = new SplittableRandom(3);
    for (int i = 0; i < 12; i++) {
      x[i][0] = random.nextDouble() * 2 - 1;
      x[i][1] = random.nextDouble() * 2 - 1;
      y[i][0] = Math.sin(3 * x[i][0]) + x[i][1];
    }
    return new DataSet(Nd4j.createFromArray(x), Nd4j.createFromArray(y));
  }

  @Test
  void twoListenersAtOnce_giveTwoWholeRuns_thatAreNotMixed() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    List<ImplicitBiasListener> listeners = new ArrayList<>();
    List<CompletableFuture<Void>> trainings = new ArrayList<>();
    for (int k = 0; k < 2; k++) {
      MultiLayerNetwork net = network(11 + k);
      ImplicitBiasListener bias =
          ImplicitBiasListener.builder(data())
              .sessionId("mine")
              .storage(storage)
              .schedule(Schedule.everyStep())
              .build();
      net.setListeners(bias);
      listeners.add(bias);
      trainings.add(
          CompletableFuture.runAsync(
              () -> {
                DataSet data = data();
                for (int step = 0; step < STEPS; step++) {
                  net.fit(data);
                }
              }));
    }
    for (CompletableFuture<Void> training : trainings) {
      training.get(120, TimeUnit.SECONDS);
    }
    listeners.forEach(ImplicitBiasListener::close);
    StatsStorageRuns runs = new StatsStorageRuns();
    runs.attach(storage);
    List<RunCatalog.Entry> listed = runs.list();
    assertEquals(2, listed.size());
    assertEquals(listed.get(0).session(), listed.get(1).session());
    assertEquals(listed.get(0).worker(), listed.get(1).worker());
    assertNotEquals(listed.get(0).id(), listed.get(1).id());
    for (ImplicitBiasListener bias : listeners) {
      Run own = bias.run();
      Run shown = new RunFollower(runs.open(own.header().id())).followAll();
      assertEquals(STEPS + 1, shown.size());
      assertEquals(List.of(), shown.gaps());
      Series loss = own.metric("loss");
      for (int i = 0; i < loss.size(); i++) {
        assertEquals(loss.value(i), shown.value("loss", loss.step(i)));
        assertArrayEquals(
            own.patternAt(loss.step(i), 0).words(), shown.patternAt(loss.step(i), 0).words());
      }
    }
  }
}
