package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.implicitbias.listener.ImplicitBiasListener;
import io.github.implicitbias.page.RunPage;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitTable;
import io.github.implicitbias.run.log.RunFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What the page shows of the training samples is what the run says of them. */
class VisitsPageTest extends PageTest {

  private static final String SHOWN = "window.implicitBias.panels.visits";

  @TempDir Path folder;

  /** Clouds of points that overlap a little; every twentieth label is wrong. */
  private static DataSet data(int samples) {
    Random random = new Random(3);
    double[][] x = new double[samples][];
    double[][] y = new double[samples][3];
    for (int i = 0; i < samples; i++) {
      int group = i % 3;
      double angle = 2 * Math.PI * group / 3;
      x[i] =
          new double[] {
            2 * Math.cos(angle) + 0.7 * random.nextGaussian(),
            2 * Math.sin(angle) + 0.7 * random.nextGaussian()
          };
      y[i][(i % 20 == 7 ? group + 1 : group) % 3] = 1;
    }
    return new DataSet(Nd4j.create(x), Nd4j.create(y));
  }

  private Run trained(InMemoryStatsStorage storage, Path file, int samples, boolean visits)
      throws Exception {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.01))
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(20).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    DataSet all = data(samples);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(all)
            .probeSample(60, 1)
            .visits(visits)
            .storage(storage)
            .runFile(file)
            .build();
    net.addListeners(bias);
    net.fit(new ListDataSetIterator<>(all.asList(), 32), 12);
    bias.close();
    return RunFile.open(file);
  }

  private static void assertShows(Run run, JsonNode shown) {
    VisitTable table = run.visits().samples();
    assertEquals(table.size(), shown.get("samples").asInt());
    assertTrue(shown.get("isLast").asBoolean());
    List<VisitEpoch> epochs = run.visits().epochs();
    assertEquals(epochs.size(), shown.at("/epochs/epoch").size());
    for (int e = 0; e < epochs.size(); e++) {
      for (EpochNumber what :
          List.of(EpochNumber.ACCURACY, EpochNumber.LEARNED, EpochNumber.FORGOTTEN)) {
        assertEquals(
            epochs.get(e).number(what), shown.get("epochs").get(what.id()).get(e).asDouble());
      }
    }
    int[] suspects = table.suspects().samples();
    assertTrue(suspects.length > 5);
    assertEquals(suspects.length, shown.at("/suspects/count").asInt());
    for (int k = 0; k < suspects.length; k++) {
      JsonNode one = shown.at("/suspects/list/" + k);
      assertEquals(suspects[k], one.get("sample").asInt());
      assertEquals(
          table.number(VisitColumn.MEAN_MARGIN, suspects[k]),
          (float) one.get("meanMargin").asDouble());
      assertEquals(
          Integer.toString(table.whole(VisitColumn.LABEL, suspects[k])), one.get("label").asText());
      assertEquals(epochs.size(), one.get("margins").size());
    }
  }

  @Test
  void thePanel_showsTheNumbersOfTheRun_onTheServerAndInAFile() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Path file = folder.resolve("a.ibrun");
    Run run = trained(storage, file, 600, true);
    show(storage, "");
    browser.await("the visits", SHOWN);
    browser.drawn();
    JsonNode shown = json(SHOWN);
    assertShows(run, shown);
    VisitTable table = run.visits().samples();
    assertEquals(600, shown.at("/map/sample").size());
    for (int k = 0; k < 600; k += 7) {
      int sample = shown.at("/map/sample/" + k).asInt();
      assertEquals(
          table.number(VisitColumn.MEAN_CONFIDENCE, sample),
          (float) shown.at("/map/confidence/" + k).asDouble());
      assertEquals(
          table.number(VisitColumn.SD_CONFIDENCE, sample),
          (float) shown.at("/map/deviation/" + k).asDouble());
      assertEquals(table.whole(VisitColumn.CORRECT, sample), shown.at("/map/right/" + k).asInt());
    }
    int suspects = table.suspects().size();
    assertEquals(
        suspects,
        browser
            .<Number>run("return document.querySelectorAll('.ib-suspects tbody tr').length")
            .intValue());
    checkNothingOdd();
    Path page = folder.resolve("a.html");
    RunPage.write(file, page);
    browser.open(page.toUri().toString());
    browser.await("the visits in the file", "window.implicitBias && (" + SHOWN + ")");
    assertEquals(shown, json(SHOWN));
  }

  @Test
  void manySamples_areCountedInCells() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    Run run = trained(storage, folder.resolve("b.ibrun"), 4000, true);
    show(storage, "");
    browser.await("the visits", SHOWN);
    JsonNode map = json(SHOWN).get("map");
    VisitTable table = run.visits().samples();
    int[] counts = new int[map.get("across").asInt() * map.get("up").asInt()];
    for (int i = 0; i < table.size(); i++) {
      int column = (int) Math.min(55, 112 * table.number(VisitColumn.SD_CONFIDENCE, i));
      int row = (int) Math.min(39, 40 * table.number(VisitColumn.MEAN_CONFIDENCE, i));
      counts[row * 56 + column]++;
    }
    for (int k = 0; k < counts.length; k++) {
      assertEquals(counts[k], map.get("counts").get(k).asInt(), "cell " + k);
    }
    checkNothingOdd();
  }

  @Test
  void aRunWithoutVisits_hasNoPanel() throws Exception {
    InMemoryStatsStorage storage = new InMemoryStatsStorage();
    trained(storage, folder.resolve("c.ibrun"), 100, false);
    show(storage, "");
    assertFalse(
        browser.<Boolean>run("return document.getElementById('panel-visits').checkVisibility()"));
  }
}
