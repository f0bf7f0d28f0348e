package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Run;
import java.util.Arrays;
import java.util.List;
import org.deeplearning4j.datasets.iterator.IteratorMultiDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.SingletonMultiDataSetIterator;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Probes are made of whatever DL4J holds samples in. */
class ProbesTest {

  private static final int SAMPLES = 50;

  private static DataSet data() {
    return Stacks.classes(DataType.FLOAT, SAMPLES, 5, 3, 7);
  }

  private static MultiLayerNetwork net() {
    return Stacks.network(
        DataType.FLOAT,
        new Sgd(0.3),
        new DenseLayer.Builder().nIn(5).nOut(16).activation(Activation.RELU).build(),
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nIn(16)
            .nOut(3)
            .activation(Activation.SOFTMAX)
            .build());
  }

  private static Run watched(ImplicitBiasListener bias) {
    MultiLayerNetwork net = net();
    net.setListeners(bias);
    for (int k = 0; k < 5; k++) {
      net.fit(data());
    }
    bias.close();
    return bias.run();
  }

  @Test
  void everySourceOfTheSameSamples_givesTheSameProbe_andIteratorsAreReset() {
    DataSet data = data();
    Probe expected = Probes.of(data);
    ListDataSetIterator<DataSet> batches = new ListDataSetIterator<>(data.copy().asList(), 8);
    batches.next();
    MultiDataSet multi = new MultiDataSet(data.getFeatures(), data.getLabels());
    SingletonMultiDataSetIterator one = new SingletonMultiDataSetIterator(multi);
    for (Probe probe :
        List.of(
            Probes.of(data.getFeatures(), data.getLabels()),
            Probes.of(multi),
            ProbeIterator.of(batches).read(2000, 0, null, batch -> {}),
            ProbeIterator.of(one).read(2000, 0, null, batch -> {}))) {
      assertEquals(expected.hash(), probe.hash());
      assertArrayEquals(expected.classes(), probe.classes());
    }
    assertTrue(batches.hasNext());
    assertEquals(8, batches.next().numExamples());
    assertTrue(one.hasNext());
    Run run = watched(ImplicitBiasListener.builder(batches).schedule(Schedule.everyStep()).build());
    assertEquals(5, run.recordsInPlace());
  }

  @Test
  void featuresOnly_haveNoLossAndNoClasses_andAreReadInPlace() {
    Run run =
        watched(
            ImplicitBiasListener.builder(data().getFeatures())
                .schedule(Schedule.everyStep())
                .build());
    Run full = watched(ImplicitBiasListener.builder(data()).schedule(Schedule.everyStep()).build());
    assertEquals(5, run.recordsInPlace());
    assertTrue(Absent.is(run.value("loss", 3)));
    assertFalse(Absent.is(full.value("loss", 3)));
    for (int i = 0; i < SAMPLES; i++) {
      assertEquals(-1, run.header().sampleClasses()[i]);
    }
    for (long step = 0; step <= 5; step++) {
      assertEquals(full.patternAt(step, "layer0"), run.patternAt(step, "layer0"));
    }
  }

  @Test
  void featuresOnly_withALossLayer_whoseWidthIsThatOfTheLayerBefore() {
    MultiLayerNetwork net =
        Stacks.network(
            DataType.FLOAT,
            new Sgd(0.3),
            new DenseLayer.Builder().nIn(5).nOut(3).activation(Activation.IDENTITY).build(),
            new LossLayer.Builder(LossFunction.MSE).activation(Activation.RELU).build());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data().getFeatures()).schedule(Schedule.everyStep()).build();
    net.setListeners(bias);
    net.fit(data());
    INDArray z = net.output(data().getFeatures());
    bias.close();
    for (int i = 0; i < SAMPLES; i++) {
      for (int k = 0; k < 3; k++) {
        assertEquals(z.getDouble(i, k) > 0, bias.run().patternAt(1, "layer1").isOn(k, i));
      }
    }
  }

  @Test
  void aSample_keepsIdsAndProportions_andIsTheSameForTheSameSeed() {
    double[][] labels = new double[100][2];
    for (int i = 0; i < 100; i++) {
      labels[i][i % 10 == 0 ? 1 : 0] = 1;
    }
    DataSet data =
        new DataSet(
            Followed.uniform(DataType.FLOAT, 1, 100, 5),
            Nd4j.createFromArray(labels).castTo(DataType.FLOAT));
    Probe probe = Probes.of(data);
    for (long seed = 0; seed < 20; seed++) {
      Probe sample = probe.sample(35, seed);
      int[] ids = sample.sampleIds();
      assertEquals(35, ids.length);
      int rare = 0;
      for (int k = 0; k < 35; k++) {
        rare += ids[k] % 10 == 0 ? 1 : 0;
        assertTrue(k == 0 || ids[k] > ids[k - 1]);
        assertEquals(probe.features()[ids[k] * 5 + 2], sample.features()[k * 5 + 2]);
      }
      assertTrue(rare == 3 || rare == 4, rare + " of a tenth of 35");
      assertArrayEquals(ids, probe.sample(35, seed).sampleIds());
    }
    assertFalse(Arrays.equals(probe.sample(35, 1).sampleIds(), probe.sample(35, 2).sampleIds()));
  }

  @Test
  void everySample_hasItsChance_inRegression() {
    Probe probe =
        Probes.of(
            Followed.uniform(DataType.FLOAT, 1, 10, 2), Followed.uniform(DataType.FLOAT, 2, 10, 1));
    int[] drawn = new int[10];
    for (long seed = 0; seed < 1000; seed++) {
      for (int id : probe.sample(3, seed).sampleIds()) {
        drawn[id]++;
      }
    }
    for (int count : drawn) {
      assertEquals(300, count, 60);
    }
  }

  @Test
  void aSampleWithNamesOfItsOwn_isObservedThroughTheShadow_asItsSamplesAre() {
    int[] names = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      names[i] = 1000 + i;
    }
    Run full = watched(ImplicitBiasListener.builder(data()).schedule(Schedule.everyStep()).build());
    Run some =
        watched(
            ImplicitBiasListener.builder(data())
                .schedule(Schedule.everyStep())
                .probeSample(12, 5)
                .sampleIds(names)
                .build());
    assertEquals(0, some.recordsInPlace());
    int[] ids = some.header().sampleIds();
    assertEquals(12, ids.length);
    for (long step = 0; step <= 5; step++) {
      for (int unit = 0; unit < 16; unit++) {
        for (int k = 0; k < 12; k++) {
          assertEquals(
              full.patternAt(step, "layer0").isOn(unit, ids[k] - 1000),
              some.patternAt(step, "layer0").isOn(unit, k));
        }
      }
    }
  }

  @Test
  void whatIsWrong_isAnsweredAtConstruction_withWhatToChange() {
    INDArray x = Nd4j.ones(4, 2);
    INDArray y = Nd4j.ones(4, 1);
    refused("reshape a vector", () -> ImplicitBiasListener.builder(Nd4j.ones(4), y));
    refused("4 rows of features and 3", () -> ImplicitBiasListener.builder(x, Nd4j.ones(3, 1)));
    refused("needs labels", () -> ImplicitBiasListener.builder(x, null));
    refused("needs features", () -> ImplicitBiasListener.builder((INDArray) null, y));
    refused("is null", () -> ImplicitBiasListener.builder((DataSet) null));
    refused(
        "has no use",
        () -> ImplicitBiasListener.builder(new DataSet(x, y, Nd4j.zeros(4, 1), null)));
    refused(
        "some outputs only",
        () ->
            ImplicitBiasListener.builder(
                new MultiDataSet(new INDArray[] {x}, new INDArray[] {y, null})));
    refused("probeSample(5)", () -> ImplicitBiasListener.builder(x, y).probeSample(5, 1));
    refused("probeSample(0)", () -> ImplicitBiasListener.builder(x, y).probeSample(0, 1));
    refused("sample ids", () -> ImplicitBiasListener.builder(x, y).sampleIds(1, 2, 3));
    refused(
        "cannot be reset",
        () ->
            ImplicitBiasListener.builder(
                new IteratorMultiDataSetIterator(
                    List.<org.nd4j.linalg.dataset.api.MultiDataSet>of(new MultiDataSet(x, y))
                        .iterator(),
                    4)));
  }

  private static void refused(String sentence, Executable call) {
    String message = assertThrows(IllegalArgumentException.class, call).getMessage();
    assertTrue(message.contains(sentence), message);
  }
}
