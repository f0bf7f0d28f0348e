package io.github.implicitbias.listener;

import static io.github.implicitbias.listener.PlantedFaultsTest.CLASSES;
import static io.github.implicitbias.listener.PlantedFaultsTest.INPUTS;
import static io.github.implicitbias.listener.PlantedFaultsTest.builder;
import static io.github.implicitbias.listener.PlantedFaultsTest.dense;
import static io.github.implicitbias.listener.PlantedFaultsTest.softmax;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import io.github.implicitbias.run.RunVerdict;
import io.github.implicitbias.run.Verdict;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * Each condition of each law dropped alone: the law does not apply, says why, and none is violated.
 * What the labels and their weights decide is in {@link PlantedFaultsTest}.
 */
class LawConditionsTest {

  private static Arguments row(String laws, String words, NeuralNetConfiguration.ListBuilder list) {
    return Arguments.of(laws, words, list);
  }

  private static NeuralNetConfiguration.Builder sgd() {
    return builder(DataType.FLOAT, new Sgd(0.05));
  }

  private static NeuralNetConfiguration.ListBuilder layers(
      NeuralNetConfiguration.Builder builder, OutputLayer.Builder output) {
    return builder.list().layer(dense(INPUTS, 9).build()).layer(output.build());
  }

  private static NeuralNetConfiguration.ListBuilder updated(IUpdater updater) {
    return layers(builder(DataType.FLOAT, updater), softmax(9));
  }

  private static OutputLayer.Builder output(LossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).activation(activation).nIn(9).nOut(CLASSES);
  }

  static Stream<Arguments> dropped() {
    return Stream.of(
        // The two sides of a unit.
        row(
            "unitRescaling,balanceDriftLaw",
            "weight noise",
            layers(sgd().weightNoise(new DropConnect(0.9)), softmax(9))),
        row(
            "unitRescaling,balanceDriftLaw",
            "GaussianNoise",
            sgd()
                .list()
                .layer(dense(INPUTS, 9).build())
                .layer(softmax(9).dropOut(new GaussianNoise(0.1)).build())),
        row(
            "unitRescaling,balanceDriftLaw",
            "there is no hidden layer",
            sgd().list().layer(softmax(INPUTS).build())),
        row("balanceDriftLaw", "RmsProp", updated(new RmsProp(0.01))),
        row("balanceDriftLaw", "AdaGrad", updated(new AdaGrad(0.01))),
        row("balanceDriftLaw", "L1Regularization", layers(sgd().l1(0.01), softmax(9))),
        // Class sums, calibration and the absent class.
        row(
            "classSumsConserved,outputGradientBounded",
            "softmax",
            layers(sgd(), output(LossFunction.MSE, Activation.IDENTITY))),
        row(
            "calibrationOnAverage",
            "not trained for",
            layers(sgd(), output(LossFunction.MSE, Activation.SOFTMAX))),
        row("calibrationOnAverage", "no biases", layers(sgd(), softmax(9).hasBias(false))),
        row("absentClassBiasFalls", "no biases", layers(sgd(), softmax(9).hasBias(false))),
        row(
            "calibrationOnAverage,absentClassBiasFalls",
            "biases are decayed",
            layers(sgd().l2Bias(0.01), softmax(9))),
        row(
            "calibrationOnAverage,normGrowth",
            "sums over the batch",
            layers(sgd().miniBatch(false), softmax(9).hasBias(false))),
        row("absentClassBiasFalls", "AdaGrad", updated(new AdaGrad(0.01))),
        row(
            "absentClassBiasFalls",
            "not trained for",
            layers(sgd(), output(LossFunction.MSE, Activation.IDENTITY))),
        // Homogeneous stacks.
        row(
            "normGrowth,fittedBatchLengthensWeights",
            "activation",
            sgd()
                .list()
                .layer(dense(INPUTS, 9).activation(Activation.TANH).build())
                .layer(softmax(9).hasBias(false).build())),
        row(
            "fittedBatchLengthensWeights",
            "l2 or weight decay",
            sgd()
                .l2(0.01)
                .list()
                .layer(dense(INPUTS, 9).hasBias(false).build())
                .layer(softmax(9).hasBias(false).build())),
        row(
            "fittedBatchLengthensWeights",
            "cross-entropy",
            layers(sgd(), output(LossFunction.MSE, Activation.IDENTITY).hasBias(false))),
        // Below batch normalization.
        row("scaleInvariance", "no layer without activation", layers(sgd(), softmax(9))),
        row(
            "scaleInvariance",
            "no layer without activation",
            sgd()
                .list()
                .layer(dense(INPUTS, 9).activation(Activation.RELU).build())
                .layer(new BatchNormalization.Builder().nIn(9).nOut(9).build())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(softmax(9).build())),
        // The first layer.
        row(
            "unusedInputsFrozen,deadUnitsStayDead",
            "changes the features at random",
            sgd()
                .list()
                .layer(dense(INPUTS, 9).dropOut(new GaussianNoise(0.1)).build())
                .layer(softmax(9).build())),
        row(
            "deadUnitsStayDead",
            "not one of ReLU units",
            sgd()
                .list()
                .layer(dense(INPUTS, 9).activation(Activation.LEAKYRELU).build())
                .layer(softmax(9).build())),
        row("deadUnitsStayDead", "decayed", layers(sgd().weightDecay(0.01), softmax(9))),
        row(
            "unusedInputsFrozen",
            "through the updater's buffers",
            layers(builder(DataType.FLOAT, new RmsProp(0.01)).l2(0.01), softmax(9))),
        row("adamStepBounded", "updater Sgd", layers(sgd(), softmax(9))),
        row(
            "adamStepBounded",
            "L1Regularization",
            layers(builder(DataType.FLOAT, new Adam(0.01)).l1(0.01), softmax(9))));
  }

  @ParameterizedTest
  @MethodSource("dropped")
  void aConditionThatIsDropped(String laws, String words, NeuralNetConfiguration.ListBuilder list) {
    Map<String, RunVerdict> verdicts =
        PlantedFaultsTest.train(list, PlantedFaultsTest.data(DataType.FLOAT, 48), 1);
    for (String law : laws.split(",")) {
      PlantedFaultsTest.says(words, law, verdicts);
    }
    verdicts.forEach(
        (id, verdict) -> assertNotEquals(Verdict.State.VIOLATED, verdict.state(), "" + verdict));
  }
}
