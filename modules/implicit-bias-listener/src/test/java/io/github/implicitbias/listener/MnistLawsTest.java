package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.predictions.Predictions;
import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.datasets.iterator.utilty.ListDataSetIterator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer.PoolingType;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Which laws hold in ordinary trainings on MNIST, read as often as by default. */
@Tag("thorough")
@EnabledIfEnvironmentVariable(
    named = "IMPLICIT_BIAS_MNIST",
    matches = ".+",
    disabledReason = "names the directory of MNIST's files, which is not set")
class MnistLawsTest {

  private static final int SAMPLES = 6_000;

  private static NeuralNetConfiguration.ListBuilder stack(IUpdater updater) {
    return new NeuralNetConfiguration.Builder()
        .seed(1)
        .updater(updater)
        .activation(Activation.RELU)
        .list();
  }

  private static OutputLayer softmax() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .activation(Activation.SOFTMAX)
        .nOut(10)
        .build();
  }

  /** Returns the laws that hold; none may be violated. */
  private static Set<String> holding(NeuralNetConfiguration.ListBuilder list) throws IOException {
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    ImplicitBiasListener bias = ImplicitBiasListener.builder().build();
    net.addListeners(bias);
    List<DataSet> rows = new ChangedMnist(0, 1).first(SAMPLES).asList();
    net.fit(new ListDataSetIterator<>(rows, 64), 3);
    bias.close();
    Set<String> holding = new TreeSet<>();
    for (RunVerdict verdict : bias.run().verdicts()) {
      boolean isLaw = Predictions.laws().stream().anyMatch(law -> law.id().equals(verdict.id()));
      if (isLaw) {
        assertTrue(verdict.state() != Verdict.State.VIOLATED, verdict.toString());
        if (verdict.state() == Verdict.State.HOLDS) {
          holding.add(verdict.id());
          System.out.println(verdict + " " + verdict.measured() + " of " + verdict.bound());
        }
      }
    }
    return holding;
  }

  @Test
  void convolutionWithAdamAndDropout() throws IOException {
    Set<String> holding =
        holding(
            stack(new Adam(1e-3))
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(8).build())
                .layer(
                    new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new ConvolutionLayer.Builder(5, 5).nOut(16).build())
                .layer(
                    new SubsamplingLayer.Builder(PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder().nOut(64).dropOut(0.8).build())
                .layer(softmax())
                .setInputType(InputType.convolutionalFlat(28, 28, 1)));
    assertTrue(
        holding.containsAll(
            Set.of(
                "unitRescaling",
                "outputEuler",
                "classSumsConserved",
                "adamStepBounded",
                "outputGradientBounded")),
        holding.toString());
  }

  @Test
  void perceptronWithSgd() throws IOException {
    Set<String> holding =
        holding(
            stack(new Sgd(0.1))
                .layer(new DenseLayer.Builder().nIn(784).nOut(256).build())
                .layer(softmax()));
    holding.remove("deadUnitsStayDead");
    assertEquals(
        Set.of(
            "unitRescaling",
            "outputEuler",
            "balanceDriftLaw",
            "classSumsConserved",
            "calibrationOnAverage",
            "unusedInputsFrozen",
            "outputGradientBounded"),
        holding);
  }
}
