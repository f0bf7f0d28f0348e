package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.probe.Probe;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.datasets.iterator.IteratorDataSetIterator;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** What is drawn from an iterator, and what becomes of it. */
@SuppressWarnings("serial") // Nothing is serialized.
class ProbeIteratorTest {

  /** Returns samples whose first feature is their position, sorted by class. */
  private static DataSet numbered(int... members) {
    int samples = 0;
    for (int count : members) {
      samples += count;
    }
    double[][] x = new double[samples][3];
    double[][] y = new double[samples][members.length];
    int at = 0;
    for (int k = 0; k < members.length; k++) {
      for (int i = 0; i < members[k]; i++, at++) {
        x[at][0] = at;
        y[at][k] = 1;
      }
    }
    return new DataSet(
        Nd4j.createFromArray(x).castTo(DataType.FLOAT),
        Nd4j.createFromArray(y).castTo(DataType.FLOAT));
  }

  private static List<DataSet> batches(DataSet data, int size) {
    return data.batchBy(size);
  }

  /** An iterator that shuffles at each reset, with random numbers of its own and of ND4J's. */
  private static final class Shuffles extends ListDataSetIterator<DataSet> {
    private final List<DataSet> list;
    private final Random random = new Random(5);
    int resets;

    Shuffles(List<DataSet> list) {
      super(list, 1);
      this.list = list;
    }

    @Override
    public synchronized void reset() {
      if (random != null) {
        Collections.shuffle(list, random);
        Nd4j.rand(1);
        resets++;
      }
      super.reset();
    }
  }

  @Test
  void anIteratorWithNothingButAPosition_isWhereItWas() {
    DataSet data = numbered(10, 10);
    for (int taken = 0; taken <= 5; taken++) {
      ListDataSetIterator<DataSet> iterator = new ListDataSetIterator<>(data.asList(), 4);
      for (int i = 0; i < taken; i++) {
        iterator.next();
      }
      assertEquals(20, ProbeIterator.of(iterator).read(100, 0, null, batch -> {}).samples());
      assertEquals(taken < 5, iterator.hasNext());
      if (taken < 5) {
        assertEquals(4 * taken, iterator.next().getFeatures().getDouble(0, 0));
      }
    }
  }

  @Test
  void anyOtherIterator_isReadOnce_andAWarningSaysThatItWasReset() throws Exception {
    Shuffles iterator = new Shuffles(new ArrayList<>(batches(numbered(10, 10), 5)));
    Nd4j.getRandom().setSeed(9);
    INDArray expected = Nd4j.rand(DataType.DOUBLE, 4);
    Nd4j.getRandom().setSeed(9);
    String said =
        StepCountTest.saidDuring(
            () ->
                assertEquals(
                    20, ProbeIterator.of(iterator).read(100, 0, null, batch -> {}).samples()));
    assertEquals(2, iterator.resets);
    assertTrue(said.contains("The probe was read from a Shuffles, which was reset"), said);
    assertEquals(expected, Nd4j.rand(DataType.DOUBLE, 4), "random numbers of training");
    ListDataSetIterator<DataSet> plain = new ListDataSetIterator<>(numbered(10, 10).asList(), 4);
    said = StepCountTest.saidDuring(() -> ProbeIterator.of(plain).read(100, 0, null, batch -> {}));
    assertFalse(said.contains("reset"), said);
    plain.setPreProcessor(batch -> batch.getFeatures().addi(1));
    said = StepCountTest.saidDuring(() -> ProbeIterator.of(plain).read(100, 0, null, batch -> {}));
    assertTrue(said.contains("reset"), said);
  }

  @Test
  void trainingWithTheIteratorOfTheProbe_isTrainingWithoutAListener() {
    INDArray[] parameters = new INDArray[2];
    for (int watched = 0; watched < 2; watched++) {
      MultiLayerNetwork net =
          Stacks.network(
              DataType.FLOAT,
              new Sgd(0.01),
              new DenseLayer.Builder().nIn(3).nOut(5).activation(Activation.RELU).build(),
              new OutputLayer.Builder(LossFunction.MCXENT)
                  .nIn(5)
                  .nOut(2)
                  .activation(Activation.SOFTMAX)
                  .build());
      ListDataSetIterator<DataSet> iterator =
          new ListDataSetIterator<>(numbered(10, 10).asList(), 4);
      iterator.next();
      iterator.next();
      if (watched == 1) {
        net.setListeners(ImplicitBiasListener.builder(iterator).build());
      }
      while (iterator.hasNext()) {
        net.fit(iterator.next());
      }
      net.fit(iterator, 2);
      parameters[watched] = net.params().dup();
    }
    assertEquals(parameters[0], parameters[1]);
  }

  @Test
  void ofManySamples_eachClassHasItsShare_andEverySampleIsItself() {
    int[] members = {6000, 3000, 990, 8, 2};
    int[] expected = Probe.shares(members, 500);
    assertEquals(500, java.util.Arrays.stream(expected).sum());
    DataSet sorted = numbered(members);
    DataSet mixed = sorted.copy();
    mixed.shuffle(3);
    for (DataSet data : List.of(sorted, mixed)) {
      for (long seed = 0; seed < 5; seed++) {
        ProbeReservoir reservoir = new ProbeReservoir(500, seed);
        for (DataSet batch : batches(data, 250)) {
          reservoir.add(batch.toMultiDataSet());
          assertTrue(reservoir.held() <= 1250, reservoir.held() + " samples in memory");
        }
        Probe probe = reservoir.probe();
        int[] drawn = new int[members.length];
        for (int i = 0; i < probe.samples(); i++) {
          drawn[probe.classes()[i]]++;
          double id = data.getFeatures().getDouble(probe.sampleIds()[i], 0);
          assertEquals(id, probe.features()[3 * i]);
        }
        assertArrayEquals(expected, drawn);
      }
    }
  }

  /** Numbers of classes, as the sparse cross-entropy takes them, in one column. */
  @Test
  void classesThatAreNumbers_haveTheirShares() {
    INDArray x = Nd4j.arange(1000).castTo(DataType.FLOAT).reshape(1000, 1);
    INDArray y = Nd4j.create(DataType.FLOAT, 1000, 1);
    for (int i = 0; i < 1000; i++) {
      y.putScalar(i, i % 250 == 7 ? 3 : i % 3);
    }
    DataSet data = new DataSet(x, y);
    for (long seed = 0; seed < 5; seed++) {
      ProbeReservoir reservoir = new ProbeReservoir(30, seed);
      for (DataSet batch : batches(data, 8)) {
        reservoir.add(batch.toMultiDataSet());
      }
      for (Probe drawn : List.of(reservoir.probe(), Probes.of(data).sample(30, seed))) {
        int[] shares = new int[4];
        for (double label : drawn.labels()) {
          shares[(int) label]++;
        }
        // 333, 331, 332 and 4 of 1,000; the last has one because there is room.
        assertEquals(1, shares[3]);
        for (int k = 0; k < 3; k++) {
          assertEquals(10, shares[k], 1);
        }
      }
    }
  }

  @Test
  void everySampleHasItsChance_whateverTheLabelsAre() {
    INDArray x = Nd4j.arange(60).castTo(DataType.FLOAT).reshape(60, 1);
    for (INDArray labels : new INDArray[] {x.div(7), x, numbered(30, 30).getLabels()}) {
      int[] drawn = new int[60];
      for (long seed = 0; seed < 400; seed++) {
        ProbeReservoir reservoir = new ProbeReservoir(6, seed);
        for (DataSet batch : batches(new DataSet(x, labels), 10)) {
          reservoir.add(batch.toMultiDataSet());
        }
        for (int id : reservoir.probe().sampleIds()) {
          drawn[id]++;
        }
      }
      for (int count : drawn) {
        // 40 expected, with a standard deviation of 6.
        assertEquals(40, count, 30);
      }
    }
  }

  @Test
  void anIterator_isSampledByDefault_aDataSetIsTakenWhole_andNamesStayWithTheirSamples() {
    DataSet data = numbered(1500, 1500);
    int[] names = new int[3000];
    for (int i = 0; i < names.length; i++) {
      names[i] = 7 * i;
    }
    ListDataSetIterator<DataSet> iterator = new ListDataSetIterator<>(data.asList(), 100);
    assertEquals(2000, samples(ImplicitBiasListener.builder(iterator)));
    assertEquals(2900, samples(ImplicitBiasListener.builder(iterator).probeSample(2900, 1)));
    assertEquals(3000, samples(ImplicitBiasListener.builder(data)));
    Probe named = ProbeIterator.of(iterator).read(50, 0, names, batch -> {});
    for (int i = 0; i < 50; i++) {
      assertEquals(7 * named.features()[3 * i], named.sampleIds()[i]);
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> ImplicitBiasListener.builder(iterator).probeSample(3001, 1).build());
    assertThrows(
        IllegalArgumentException.class,
        () -> ImplicitBiasListener.builder(iterator).sampleIds(1, 2).build());
    assertThrows(
        IllegalArgumentException.class,
        () ->
            ImplicitBiasListener.builder(
                new IteratorDataSetIterator(List.of(data).iterator(), 10)));
  }

  private static int samples(ListenerBuilder builder) {
    MultiLayerNetwork net =
        Stacks.network(
            DataType.FLOAT,
            new Sgd(0.01),
            new DenseLayer.Builder().nIn(3).nOut(5).activation(Activation.RELU).build(),
            new OutputLayer.Builder(LossFunction.MSE).nIn(5).nOut(2).build());
    ImplicitBiasListener bias = builder.build();
    net.setListeners(bias);
    net.fit(numbered(3, 3));
    bias.close();
    return bias.run().header().samples();
  }
}
