package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.EpochOfVisits;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import io.github.implicitbias.run.format.VisitTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions;

/** What a run says of the visits is what the book of the training says. */
class VisitsInRunsTest {

  private static final int SAMPLES = 300;

  @TempDir Path folder;

  /** Three clouds of points; every twentieth label is wrong. */
  private static DataSet data() {
    Random random = new Random(3);
    double[][] x = new double[SAMPLES][];
    double[][] y = new double[SAMPLES][3];
    for (int i = 0; i < SAMPLES; i++) {
      int group = i % 3;
      double angle = 2 * Math.PI * group / 3;
      x[i] =
          new double[] {
            2 * Math.cos(angle) + 0.4 * random.nextGaussian(),
            2 * Math.sin(angle) + 0.4 * random.nextGaussian()
          };
      y[i][(i % 20 == 7 ? group + 1 : group) % 3] = 1;
    }
    return new DataSet(Nd4j.create(x), Nd4j.create(y));
  }

  private static MultiLayerNetwork network() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(5)
                .updater(new Adam(0.05))
                .activation(Activation.RELU)
                .list()
                .layer(new DenseLayer.Builder().nIn(2).nOut(20).build())
                .layer(
                    new OutputLayer.Builder(LossFunctions.LossFunction.MCXENT)
                        .nOut(3)
                        .activation(Activation.SOFTMAX)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static void assertSame(VisitBook book, Run run) {
    VisitTable table = run.visits().samples();
    assertTrue(table.isLast());
    assertEquals(SAMPLES, table.size());
    assertEquals(book.status(), table.status());
    for (int i = 0; i < SAMPLES; i++) {
      VisitedSample sample = book.of(i);
      assertEquals(sample.label(), table.whole(VisitColumn.LABEL, i));
      assertEquals(sample.visits(), table.whole(VisitColumn.VISITS, i));
      assertEquals(sample.lastStep(), table.whole(VisitColumn.LAST_STEP, i));
      assertEquals(sample.isCorrect() ? 1 : 0, table.whole(VisitColumn.CORRECT, i));
      assertEquals(sample.learnedAt(), table.whole(VisitColumn.LEARNED_AT, i));
      assertEquals(sample.forgotten(), table.whole(VisitColumn.FORGOTTEN, i));
      assertEquals((float) sample.lastMargin(), table.number(VisitColumn.LAST_MARGIN, i));
      assertEquals((float) sample.meanMargin(), table.number(VisitColumn.MEAN_MARGIN, i));
      assertEquals((float) sample.meanConfidence(), table.number(VisitColumn.MEAN_CONFIDENCE, i));
      assertEquals(
          (float) sample.confidenceDeviation(), table.number(VisitColumn.SD_CONFIDENCE, i));
      assertEquals((float) sample.meanLoss(), table.number(VisitColumn.MEAN_LOSS, i));
      assertEquals(book.flips(0, i), table.flips("layer0", i));
    }
    assertArrayEquals(book.suspects().samples(), table.suspects().samples());
    assertEquals(book.suspects().threshold(), table.suspects().threshold());
    assertEquals(book.suspects().expectedByChance(), table.suspects().expectedByChance());
    assertEquals(book.epochs().size(), run.visits().epochs().size());
    for (VisitEpoch epoch : run.visits().epochs()) {
      assertSame(book.epochs().get(epoch.epoch()), epoch);
    }
  }

  private static void assertSame(EpochOfVisits expected, VisitEpoch epoch) {
    assertEquals(expected.firstStep(), epoch.firstStep());
    assertEquals(expected.lastStep(), epoch.lastStep());
    assertEquals(expected.visits(), epoch.number(EpochNumber.VISITS));
    assertEquals(expected.accuracy(), epoch.number(EpochNumber.ACCURACY));
    assertEquals(expected.meanLoss(), epoch.number(EpochNumber.MEAN_LOSS));
    assertEquals(expected.learned(), epoch.number(EpochNumber.LEARNED));
    assertEquals(expected.forgotten(), epoch.number(EpochNumber.FORGOTTEN));
    assertEquals(expected.neverLearned(), epoch.number(EpochNumber.NEVER_LEARNED));
    assertEquals(expected.margins()[2], epoch.number(EpochNumber.MARGIN_50));
    assertEquals(expected.confidences()[4], epoch.number(EpochNumber.CONFIDENCE_99));
    VisitLayer layer = epoch.layers().get(0);
    assertEquals("layer0", layer.name());
    assertArrayEquals(expected.shares("layer0"), layer.shares());
    assertEquals(expected.deadUnits("layer0"), layer.deadUnits());
    assertEquals(expected.linearUnits("layer0"), layer.linearUnits());
    assertEquals(expected.distinctPatterns("layer0"), layer.distinctPatterns());
    assertEquals(expected.flips("layer0"), layer.flips());
    assertArrayEquals(expected.flipsOfUnits("layer0"), layer.flipsOfUnits());
    assertFalse(layer.isAtLeast());
  }

  @Test
  void aRun_saysWhatTheBookSays_inMemoryAndInTheFile() throws Exception {
    Path file = folder.resolve("a.ibrun");
    DataSet all = data();
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(all).visits(true).runFile(file).build();
    MultiLayerNetwork net = network();
    net.addListeners(bias);
    net.fit(new ListDataSetIterator<>(all.asList(), 16), 12);
    bias.close();
    assertTrue(bias.visits().suspects().samples().length > 3);
    assertEquals(12, bias.visits().epochs().size());
    assertSame(bias.visits(), bias.run());
    Run stored = RunFile.open(file);
    assertSame(bias.visits(), stored);
    assertEquals(List.of(), stored.gaps());
    assertEquals(bias.run().size(), stored.size());
    long flips = 0;
    for (VisitEpoch epoch : stored.visits().epochs()) {
      flips += epoch.layers().get(0).flips();
    }
    long ofSamples = 0;
    for (int i = 0; i < SAMPLES; i++) {
      ofSamples += bias.visits().flips(0, i);
    }
    assertEquals(ofSamples, flips);
    int[] tables = {0};
    stored.visits().visitSamples(table -> assertEquals(tables[0]++, table.epoch()));
    assertEquals(12, tables[0]);
    Path csv = folder.resolve("csv");
    stored.writeCsv(csv);
    List<String> rows = Files.readAllLines(csv.resolve("visits.csv"));
    assertEquals(
        "sample,label,visits,lastStep,lastMargin,meanMargin,meanConfidence,sdConfidence,meanLoss,"
            + "correct,learnedAt,forgotten,flips[layer0]",
        rows.get(0));
    assertEquals(SAMPLES + 1, rows.size());
    VisitedSample seventh = bias.visits().of(7);
    String[] cells = rows.get(8).split(",", -1);
    assertEquals("7", cells[0]);
    assertEquals((float) seventh.meanMargin(), Float.parseFloat(cells[5]));
    List<String> suspects = Files.readAllLines(csv.resolve("suspects.csv"));
    assertEquals(bias.visits().suspects().samples().length + 1, suspects.size());
    int first = bias.visits().suspects().samples()[0];
    assertTrue(
        suspects.get(1).startsWith("1," + first + "," + bias.visits().of(first).label() + ","));
    assertTrue(suspects.get(0).contains(",margin[10],margin[11],feature[0]"));
    assertEquals(13, Files.readAllLines(csv.resolve("epochs.csv")).size());
    List<String> units = Files.readAllLines(csv.resolve("epochUnits.csv"));
    assertEquals(1 + 2 * 12, units.size(), "a row of shares and one of flips per epoch");
    long ofUnits = 0;
    for (String row : units) {
      String[] parts = row.split(",", -1);
      for (int unit = 0; parts[2].equals("flips") && unit < 20; unit++) {
        ofUnits += Long.parseLong(parts[3 + unit]);
      }
    }
    assertEquals(ofSamples, ofUnits);
  }

  @Test
  void whileTrainingGoesOn_theLastEpochIsThere() throws Exception {
    DataSet all = data();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).visits(true).build();
    MultiLayerNetwork net = network();
    net.addListeners(bias);
    for (int epoch = 0; epoch < 3; epoch++) {
      net.fit(new ListDataSetIterator<>(all.asList(), 16), 1);
      long until = System.nanoTime() + 20_000_000_000L;
      VisitTable table = bias.run().visits().samples();
      while ((table == null || table.epoch() < epoch) && System.nanoTime() < until) {
        Thread.onSpinWait();
        table = bias.run().visits().samples();
      }
      assertEquals(epoch, table.epoch());
      assertFalse(table.isLast());
      assertEquals(epoch + 1, bias.run().visits().epochs().size());
      double margin = bias.visits().of(5).lastMargin();
      assertEquals(
          margin, table.number(VisitColumn.LAST_MARGIN, 5), Math.abs(margin) / 256, "16 bits");
    }
    bias.close();
    assertSame(bias.visits(), bias.run());
  }

  @Test
  void withoutVisits_aRunHasNone() throws Exception {
    DataSet all = data();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).visits(false).build();
    MultiLayerNetwork net = network();
    net.addListeners(bias);
    net.fit(new ListDataSetIterator<>(all.asList(), 16), 2);
    bias.close();
    assertEquals(0, bias.visits().size());
    assertTrue(bias.run().visits().isEmpty());
    assertNull(bias.run().visits().samples());
    bias.run().writeCsv(folder);
    assertFalse(Files.exists(folder.resolve("visits.csv")));
  }
}
