package io.github.implicitbias.listener;

import io.github.implicitbias.listener.TrainedModelsTest.Kind;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToRnnPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.RnnToCnnPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Models on sequences: of numbers, words and images. */
@SuppressWarnings("deprecation") // GravesBidirectionalLSTM is deprecated, and used
final class SequenceModels {

  private static final int SAMPLES = 4;
  private static final int STEPS = 6;

  private SequenceModels() {}

  /** Returns numbers that touch no random numbers of ND4J. */
  static INDArray numbers(long seed, long... shape) {
    SplittableRandom random = new SplittableRandom(seed);
    INDArray array = Nd4j.create(DataType.DOUBLE, shape);
    for (long i = 0; i < array.length(); i++) {
      array.putScalar(i, 2 * random.nextDouble() - 1);
    }
    return array;
  }

  /** Returns a sequence for each sample, and a class for each of its steps. */
  static DataSet series() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, SAMPLES, 2, STEPS);
    for (int i = 0; i < SAMPLES; i++) {
      for (int t = 0; t < STEPS; t++) {
        labels.putScalar(new int[] {i, (i + t) % 2, t}, 1);
      }
    }
    return new DataSet(numbers(5, SAMPLES, 3, STEPS), labels);
  }

  private static INDArray classes() {
    return Stacks.classes(DataType.DOUBLE, SAMPLES, 1, 2, 3).getLabels();
  }

  private static NeuralNetConfiguration.ListBuilder list(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(4)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.05))
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list;
  }

  static MultiLayerNetwork net(InputType input, Layer... layers) {
    return made(list(layers).setInputType(input));
  }

  private static MultiLayerNetwork made(NeuralNetConfiguration.ListBuilder list) {
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static Layer perStep() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Layer once() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(2)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Layer dense(Activation activation) {
    return new DenseLayer.Builder().nOut(5).activation(activation).build();
  }

  private static Layer lstm(Activation activation) {
    return new LSTM.Builder().nOut(5).activation(activation).build();
  }

  private static Kind fitted(
      String name, MultiLayerNetwork net, DataSet data, List<String> tracked, String... said) {
    return new Kind(
        name,
        ImplicitBiasListener.builder(data),
        TrainedModelsTest.fit(net, 3, () -> net.fit(data)),
        tracked,
        said);
  }

  static List<Kind> kinds() {
    InputType recurrent = InputType.recurrent(3, STEPS);
    DataSet one = new DataSet(series().getFeatures(), classes());
    DataSet masked = new DataSet(series().getFeatures(), classes());
    INDArray mask = Nd4j.ones(DataType.DOUBLE, SAMPLES, STEPS);
    mask.putScalar(0, STEPS - 1, 0);
    masked.setFeaturesMaskArray(mask);
    DataSet words =
        new DataSet(
            Nd4j.createFromArray(
                new double[][] {
                  {1, 2, 0, 3, 1, 2}, {0, 1, 1, 2, 4, 4}, {3, 3, 2, 1, 0, 0}, {4, 1, 2, 3, 2, 1}
                }),
            classes());
    DataSet word =
        new DataSet(Nd4j.createFromArray(new double[][] {{1}, {0}, {3}, {4}}), classes());
    NeuralNetConfiguration.ListBuilder truncated =
        list(lstm(Activation.TANH), perStep()).setInputType(recurrent);
    truncated.backpropType(BackpropType.TruncatedBPTT);
    MultiLayerNetwork text = made(truncated.tBPTTForwardLength(3).tBPTTBackwardLength(3));
    MultiLayerNetwork all = net(recurrent, lstm(Activation.TANH), perStep());
    return List.of(
        fitted(
            "characters, truncated backpropagation",
            text,
            series(),
            List.of(),
            "no layer has a kink at 0 (layer0: tanh, layer1: softmax)",
            "backpropagation is truncated"),
        new Kind(
            "characters, all layers",
            ImplicitBiasListener.builder(series()).allLayers(),
            TrainedModelsTest.fit(all, 3, () -> all.fit(series())),
            List.of("layer0", "layer1")),
        fitted(
            "sequence classification with masks",
            net(
                recurrent,
                lstm(Activation.TANH),
                new GlobalPoolingLayer.Builder(PoolingType.AVG).build(),
                dense(Activation.RELU),
                once()),
            masked,
            List.of("layer2")),
        fitted(
            "two directions, one behind the other",
            net(
                recurrent,
                new Bidirectional(Bidirectional.Mode.CONCAT, lstm(Activation.RELU)),
                new LastTimeStep(lstm(Activation.RELU)),
                once()),
            one,
            List.of("layer0", "layer1")),
        fitted(
            "two directions added",
            net(
                recurrent,
                new Bidirectional(Bidirectional.Mode.ADD, lstm(Activation.RELU)),
                perStep()),
            series(),
            List.of(),
            "its mode ADD mixes its two directions"),
        fitted(
            "GravesBidirectionalLSTM",
            net(
                recurrent,
                new GravesBidirectionalLSTM.Builder().nOut(5).activation(Activation.RELU).build(),
                perStep()),
            series(),
            List.of(),
            "layer0 (GravesBidirectionalLSTM) cannot be tracked, because it adds the outputs of its"
                + " two directions"),
        fitted(
            "recurrent attention",
            net(
                recurrent,
                new RecurrentAttentionLayer.Builder()
                    .nIn(3)
                    .nOut(3)
                    .nHeads(1)
                    .projectInput(false)
                    .activation(Activation.RELU)
                    .build(),
                perStep()),
            series(),
            List.of("layer0")),
        fitted(
            "masked zeros",
            net(
                recurrent,
                new MaskZeroLayer.Builder()
                    .setUnderlying(
                        new SimpleRnn.Builder().nIn(3).nOut(5).activation(Activation.RELU).build())
                    .setMaskValue(0)
                    .build(),
                perStep()),
            series(),
            List.of("layer0")),
        fitted(
            "the same dense layer at every step",
            net(recurrent, new TimeDistributed(dense(Activation.RELU)), perStep()),
            series(),
            List.of("layer0")),
        fitted(
            "word embeddings",
            net(
                InputType.feedForward(5),
                new EmbeddingLayer.Builder().nIn(5).nOut(3).activation(Activation.IDENTITY).build(),
                dense(Activation.RELU),
                once()),
            word,
            List.of("layer1")),
        fitted(
            "convolution over words",
            net(
                InputType.feedForward(STEPS),
                new EmbeddingSequenceLayer.Builder()
                    .nIn(5)
                    .nOut(3)
                    .inputLength(STEPS)
                    .activation(Activation.IDENTITY)
                    .build(),
                new Convolution1DLayer.Builder(3)
                    .nOut(4)
                    .convolutionMode(ConvolutionMode.Same)
                    .activation(Activation.RELU)
                    .build(),
                new GlobalPoolingLayer.Builder(PoolingType.MAX).build(),
                once()),
            words,
            List.of("layer1")),
        fitted("images in time", film(), films(), List.of("layer0")));
  }

  /** Convolutions over every image of a sequence, then a recurrent layer. */
  static MultiLayerNetwork film() {
    return made(
        list(
                new ConvolutionLayer.Builder(2, 2)
                    .nIn(1)
                    .nOut(2)
                    .activation(Activation.RELU)
                    .build(),
                new LSTM.Builder().nIn(8).nOut(3).activation(Activation.TANH).build(),
                new RnnOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(3)
                    .nOut(2)
                    .activation(Activation.SOFTMAX)
                    .build())
            .inputPreProcessor(0, new RnnToCnnPreProcessor(3, 3, 1))
            .inputPreProcessor(1, new CnnToRnnPreProcessor(2, 2, 2))
            .setInputType(InputType.recurrent(9, STEPS)));
  }

  static DataSet films() {
    return new DataSet(numbers(8, SAMPLES, 9, STEPS), series().getLabels());
  }
}
