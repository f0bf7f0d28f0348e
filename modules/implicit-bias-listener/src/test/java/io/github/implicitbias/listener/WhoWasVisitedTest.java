package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Visited samples are known by their places in the training set, or the names given to them. */
class WhoWasVisitedTest {

  private static final int SAMPLES = 30;
  private static final int INPUTS = 3;

  /** Sample i is (i, i / 2, -i), of class i modulo 2. */
  private static DataSet all() {
    INDArray x = Nd4j.zeros(SAMPLES, INPUTS);
    INDArray y = Nd4j.zeros(SAMPLES, 2);
    for (int i = 0; i < SAMPLES; i++) {
      x.putScalar(i, 0, i);
      x.putScalar(i, 1, i / 2f);
      x.putScalar(i, 2, -i);
      y.putScalar(i, i % 2, 1);
    }
    return new DataSet(x, y);
  }

  private static List<DataSet> shuffled(DataSet all, Random random) {
    List<DataSet> samples = new ArrayList<>(all.asList());
    Collections.shuffle(samples, random);
    return samples;
  }

  private static MultiLayerNetwork net() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            new NeuralNetConfiguration.Builder()
                .seed(1)
                .list()
                .layer(
                    new DenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(4)
                        .activation(Activation.RELU)
                        .build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .nOut(2)
                        .build())
                .build());
    net.init();
    return net;
  }

  private static void train(ImplicitBiasListener bias, DataSet all, int epochs) {
    MultiLayerNetwork net = net();
    net.addListeners(bias);
    Random random = new Random(4);
    for (int epoch = 0; epoch < epochs; epoch++) {
      net.fit(new ListDataSetIterator<>(shuffled(all, random), 8));
    }
    bias.close();
  }

  private static void requirePlaces(VisitBook visits) {
    assertEquals(SAMPLES, visits.size());
    assertEquals(SAMPLES, visits.visited());
    for (int i = 0; i < SAMPLES; i++) {
      VisitedSample sample = visits.of(i);
      assertEquals(2, sample.visits());
      assertEquals(i % 2, sample.label());
    }
  }

  @Test
  void samplesHaveTheirPlacesInTheTrainingSet_aDataSetOrAnIterator() {
    DataSet all = all();
    ImplicitBiasListener ofSet = ImplicitBiasListener.builder(all).visits(true).build();
    train(ofSet, all, 2);
    requirePlaces(ofSet.visits());
    DataSetIterator iterator = new ListDataSetIterator<>(all.asList(), 7);
    ImplicitBiasListener ofIterator =
        ImplicitBiasListener.builder(iterator).probeSample(5, 3).visits(true).build();
    train(ofIterator, all, 2);
    requirePlaces(ofIterator.visits());
    assertEquals(5, ofIterator.run().header().samples());
    for (int i = 0; i < SAMPLES; i++) {
      assertEquals(
          ofSet.visits().of(i).meanMargin(), ofIterator.visits().of(i).meanMargin(), "sample " + i);
    }
    ImplicitBiasListener ofArrays =
        ImplicitBiasListener.builder(all.getFeatures(), all.getLabels()).visits(true).build();
    train(ofArrays, all, 2);
    requirePlaces(ofArrays.visits());
  }

  @Test
  void samplesHaveTheNamesGiven() {
    DataSet all = all();
    List<String> names =
        IntStream.range(0, SAMPLES).mapToObj(i -> "row " + i).collect(Collectors.toList());
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(all).visits(true).sampleIds(names).build();
    train(bias, all, 2);
    assertEquals(17, bias.visits().of("row 17").number());
    assertEquals("row 17", bias.visits().of(17).id());
    int[] numbers = IntStream.range(100, 100 + SAMPLES).toArray();
    bias = ImplicitBiasListener.builder(all).visits(true).sampleIds(numbers).build();
    train(bias, all, 2);
    assertEquals(3, bias.visits().of("103").number());
  }

  @Test
  void namesThatDoNotFit_areRefusedAtBuild() {
    ListenerBuilder two =
        ImplicitBiasListener.builder(all()).visits(true).sampleIds(List.of("a", "b"));
    assertEquals(
        "2 sample ids for 30 samples: give one per sample",
        assertThrows(IllegalArgumentException.class, two::build).getMessage());
    ListenerBuilder none =
        ImplicitBiasListener.builder(all()).visits(false).sampleIds(List.of("a"));
    assertTrue(
        assertThrows(IllegalArgumentException.class, none::build)
            .getMessage()
            .contains("visits(false)"));
  }

  @Test
  void rowsOfSamples_areFetchedAgain_inTheOrderAskedFor() {
    DataSet all = all();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).visits(true).build();
    train(bias, all, 2);
    DataSetIterator again = new ListDataSetIterator<>(shuffled(all, new Random(9)), 4);
    again.next();
    DataSet some = bias.dataSetOf(again, 21, 4, 21, 0);
    assertArrayEquals(
        new float[] {21, 4, 21, 0}, some.getFeatures().getColumn(0).dup().toFloatVector());
    assertArrayEquals(
        new float[] {1, 0, 1, 0}, some.getLabels().getColumn(1).dup().toFloatVector());
    assertTrue(again.hasNext(), "reset");
    assertEquals(4, again.next().numExamples());
    DataSetIterator part = new ListDataSetIterator<>(all.asList().subList(0, 10), 4);
    String missing =
        assertThrows(IllegalArgumentException.class, () -> bias.dataSetOf(part, 3, 12, 20))
            .getMessage();
    assertTrue(missing.startsWith("2 of 3 samples do not come"), missing);
    assertTrue(missing.contains("the first is 12"), missing);
    assertThrows(IllegalArgumentException.class, () -> bias.dataSetOf(part, 30));
    assertThrows(IllegalArgumentException.class, () -> bias.dataSetOf(part));
  }

  @Test
  void rowsThatTrainingSeesOtherwise_areSaid() {
    DataSet all = all();
    ImplicitBiasListener bias = ImplicitBiasListener.builder(all).visits(true).build();
    DataSet scaled = new DataSet(all.getFeatures().mul(0.37), all.getLabels());
    train(bias, scaled, 2);
    assertTrue(
        bias.visits().status().contains("29 visited samples are not among the 30 given"),
        bias.visits().status());
    assertEquals(2, bias.visits().of(0).visits(), "a row of zeros");
    assertEquals(0, bias.visits().of(3).visits());
    assertEquals(2, bias.visits().of(33).visits());
  }
}
