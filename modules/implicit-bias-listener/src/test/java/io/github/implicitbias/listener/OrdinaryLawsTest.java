package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.implicitbias.nn.layer.FixedSignOutputLayer;
import io.github.implicitbias.nn.loss.Losses;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The laws in ordinary training: which apply, and that they hold. */
class OrdinaryLawsTest {

  private static NeuralNetConfiguration.ListBuilder stack(IUpdater updater, DataType type) {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(type)
        .updater(updater)
        .activation(Activation.RELU)
        .list();
  }

  private static OutputLayer softmax(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(classes)
        .build();
  }

  /** Images whose corners are always 0, with ten classes. */
  private static DataSet images(int count) {
    Nd4j.getRandom().setSeed(7);
    INDArray features = Nd4j.rand(DataType.FLOAT, count, 144);
    features.putColumn(0, Nd4j.zeros(DataType.FLOAT, count));
    features.putColumn(143, Nd4j.zeros(DataType.FLOAT, count));
    INDArray labels = Nd4j.zeros(DataType.FLOAT, count, 10);
    for (int i = 0; i < count; i++) {
      labels.putScalar(i, i % 10, 1);
      features.putScalar(i, 1 + 7 * (i % 10), 3);
    }
    return new DataSet(features, labels);
  }

  /** Three classes, far apart. */
  private static DataSet clusters() {
    Nd4j.getRandom().setSeed(8);
    INDArray features = Nd4j.rand(DataType.DOUBLE, 60, 4);
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 60, 3);
    for (int i = 0; i < 60; i++) {
      features.putScalar(i, i % 3, 4);
      labels.putScalar(i, i % 3, 1);
    }
    return new DataSet(features, labels);
  }

  private static Map<String, RunVerdict> verdicts(
      MultiLayerNetwork net, DataSetIterator data, int epochs) {
    ImplicitBiasListener bias = ImplicitBiasListener.builder().lawsEvery(1).build();
    net.addListeners(bias);
    net.fit(data, epochs);
    bias.close();
    assertEquals(Map.of(), bias.failures());
    Map<String, RunVerdict> found = new HashMap<>();
    for (RunVerdict verdict : bias.run().verdicts()) {
      found.put(verdict.id(), verdict);
    }
    return found;
  }

  private static Set<String> holding(Map<String, RunVerdict> verdicts) {
    Set<String> ids = new TreeSet<>();
    verdicts.forEach(
        (id, verdict) -> {
          if (verdict.state() == Verdict.State.HOLDS) {
            ids.add(id);
          }
        });
    return ids;
  }

  @Test
  void convolutionWithAdamAndDropout() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            stack(new Adam(0.002), DataType.FLOAT)
                .layer(new ConvolutionLayer.Builder(3, 3).nOut(4).build())
                .layer(
                    new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder().nOut(20).dropOut(0.7).build())
                .layer(softmax(10))
                .setInputType(InputType.convolutionalFlat(12, 12, 1))
                .build());
    net.init();
    Map<String, RunVerdict> verdicts =
        verdicts(net, new ListDataSetIterator<>(images(200).asList(), 32), 3);
    assertEquals(
        Set.of(
            "adamStepBounded",
            "classSumsConserved",
            "outputEuler",
            "outputGradientBounded",
            "unitRescaling"),
        holding(verdicts));
  }

  @Test
  void perceptronWithSgd() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            stack(new Sgd(0.05), DataType.FLOAT)
                .layer(new DenseLayer.Builder().nIn(144).nOut(60).build())
                .layer(softmax(11))
                .build());
    net.init();
    DataSet some = images(200);
    INDArray labels = Nd4j.concat(1, some.getLabels(), Nd4j.zeros(DataType.FLOAT, 200, 1));
    // Two units that are off for every sample.
    net.getParam("0_b").putScalar(3, -1000);
    net.getParam("0_b").putScalar(30, -1000);
    DataSet data = new DataSet(some.getFeatures(), labels);
    Map<String, RunVerdict> verdicts =
        verdicts(net, new ListDataSetIterator<>(data.asList(), 32), 3);
    assertEquals(
        Set.of(
            "absentClassBiasFalls",
            "balanceDriftLaw",
            "calibrationOnAverage",
            "classSumsConserved",
            "deadUnitsStayDead",
            "outputEuler",
            "outputGradientBounded",
            "unitRescaling",
            "unusedInputsFrozen"),
        holding(verdicts));
  }

  @Test
  void stackWithBiasesBelowOnly() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            stack(new Sgd(0.05), DataType.DOUBLE)
                .layer(new DenseLayer.Builder().nIn(4).nOut(12).build())
                .layer(new DenseLayer.Builder().nOut(6).hasBias(false).build())
                .layer(
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .activation(Activation.SOFTMAX)
                        .hasBias(false)
                        .nOut(3)
                        .build())
                .build());
    net.init();
    Map<String, RunVerdict> verdicts =
        verdicts(net, new ListDataSetIterator<>(clusters().asList(), 5), 20);
    assertEquals(
        Set.of(
            "balanceDriftLaw",
            "classSumsConserved",
            "deadUnitsStayDead",
            "fittedBatchLengthensWeights",
            "normGrowth",
            "outputEuler",
            "outputGradientBounded",
            "unitRescaling"),
        holding(verdicts));
  }

  /** Its gradient is 0 because nobody computes it, not because the loss says so. */
  @Test
  void aFixedOutputLayer_isNotJudged() {
    MultiLayerNetwork net =
        new MultiLayerNetwork(
            stack(new Sgd(0.05), DataType.DOUBLE)
                .layer(new DenseLayer.Builder().nIn(4).nOut(12).hasBias(false).build())
                .layer(new FixedSignOutputLayer.Builder(Losses.logistic()).nIn(12).nOut(1).build())
                .build());
    net.init();
    INDArray signs = clusters().getLabels().getColumn(0, true).mul(2).subi(1);
    DataSet data = new DataSet(clusters().getFeatures(), signs);
    Map<String, RunVerdict> verdicts =
        verdicts(net, new ListDataSetIterator<>(data.asList(), 20), 3);
    verdicts
        .values()
        .forEach(one -> assertNotEquals(Verdict.State.VIOLATED, one.state(), "" + one));
    String detail = verdicts.get("outputEuler").detail();
    assertEquals("layer1 is frozen, so that its gradient is not computed", detail);
  }
}
