package io.github.implicitbias.listener;

import io.github.implicitbias.listener.TrainedModelsTest.Kind;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.datasets.iterator.ExistingDataSetIterator;
import org.deeplearning4j.earlystopping.EarlyStoppingConfiguration;
import org.deeplearning4j.earlystopping.saver.InMemoryModelSaver;
import org.deeplearning4j.earlystopping.scorecalc.DataSetLossCalculator;
import org.deeplearning4j.earlystopping.termination.MaxEpochsTerminationCondition;
import org.deeplearning4j.earlystopping.trainer.EarlyStoppingTrainer;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.variational.BernoulliReconstructionDistribution;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.transferlearning.FineTuneConfiguration;
import org.deeplearning4j.nn.transferlearning.TransferLearning;
import org.deeplearning4j.nn.transferlearning.TransferLearningHelper;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.parallelism.ParallelWrapper;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Models on rows of numbers and images. */
final class PlainModels {

  private static final DataSet ROWS = Stacks.classes(DataType.DOUBLE, 12, 4, 3, 1);

  private PlainModels() {}

  static DenseLayer dense(int in, int out, Activation activation) {
    return new DenseLayer.Builder().nIn(in).nOut(out).activation(activation).build();
  }

  static OutputLayer classes(int in, int out) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nIn(in)
        .nOut(out)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static MultiLayerNetwork stack(Layer... layers) {
    return Stacks.network(DataType.DOUBLE, new Sgd(0.1), layers);
  }

  static MultiLayerNetwork images(Layer... layers) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .dataType(DataType.DOUBLE)
            .updater(new Adam(0.01))
            .convolutionMode(ConvolutionMode.Same)
            .list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    MultiLayerNetwork net =
        new MultiLayerNetwork(list.setInputType(InputType.convolutional(6, 6, 1)).build());
    net.init();
    return net;
  }

  static DataSet pictures(int classes) {
    DataSet rows = Stacks.classes(DataType.DOUBLE, 8, 36, classes, 4);
    return new DataSet(rows.getFeatures().reshape(8, 1, 6, 6), rows.getLabels());
  }

  static Layer convolution(int channels, Activation activation) {
    return new ConvolutionLayer.Builder(3, 3).nOut(channels).activation(activation).build();
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
    List<Kind> kinds = new ArrayList<>();
    kinds.add(
        fitted(
            "classifier",
            stack(dense(4, 6, Activation.RELU), classes(6, 3)),
            ROWS,
            List.of("layer0"),
            "in place"));
    kinds.add(
        fitted(
            "regression",
            stack(
                dense(4, 6, Activation.TANH),
                new OutputLayer.Builder(new LossMSE())
                    .nIn(6)
                    .nOut(3)
                    .activation(Activation.IDENTITY)
                    .build()),
            ROWS,
            List.of(),
            "no layer has a kink at 0 (layer0: tanh, layer1: identity)",
            "allLayers()"));
    for (Activation smooth : new Activation[] {Activation.GELU, Activation.ELU, Activation.SWISH}) {
      MultiLayerNetwork net = stack(dense(4, 6, smooth), classes(6, 3));
      kinds.add(
          new Kind(
              "all layers with " + smooth,
              ImplicitBiasListener.builder(ROWS).allLayers(),
              TrainedModelsTest.fit(net, 3, () -> net.fit(ROWS)),
              List.of("layer0", "layer1")));
    }
    kinds.add(
        fitted(
            "dropout",
            stack(
                dense(4, 6, Activation.RELU),
                new DropoutLayer.Builder(0.5).build(),
                new DenseLayer.Builder()
                    .nIn(6)
                    .nOut(5)
                    .activation(Activation.RELU)
                    .dropOut(0.8)
                    .build(),
                classes(5, 3)),
            ROWS,
            List.of("layer0", "layer2"),
            "layer1 has dropout 0.5; layer2 has dropout 0.8"));
    kinds.add(
        fitted(
            "autoencoder of dense layers",
            stack(
                dense(4, 2, Activation.RELU),
                dense(2, 4, Activation.RELU),
                new OutputLayer.Builder(LossFunction.MSE)
                    .nIn(4)
                    .nOut(3)
                    .activation(Activation.SIGMOID)
                    .build()),
            ROWS,
            List.of("layer0", "layer1")));
    kinds.add(
        fitted(
            "an own layer and an own loss",
            stack(
                new OwnDense(4, 6),
                new OutputLayer.Builder(new OwnLoss())
                    .nIn(6)
                    .nOut(3)
                    .activation(Activation.IDENTITY)
                    .build()),
            ROWS,
            List.of("layer0")));
    kinds.add(
        fitted(
            "center loss",
            stack(
                dense(4, 6, Activation.RELU),
                new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                    .nIn(6)
                    .nOut(3)
                    .activation(Activation.SOFTMAX)
                    .build()),
            ROWS,
            List.of("layer0"),
            "the loss of layer1 is computed by DL4J's own layer"));
    kinds.add(
        fitted(
            "LeNet",
            images(
                convolution(3, Activation.RELU),
                new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(),
                new DenseLayer.Builder().nOut(5).activation(Activation.RELU).build(),
                classes(0, 2)),
            pictures(2),
            List.of("layer0", "layer2")));
    kinds.add(
        fitted(
            "images with batch normalization",
            images(
                convolution(3, Activation.IDENTITY),
                new BatchNormalization.Builder().build(),
                new org.deeplearning4j.nn.conf.layers.ActivationLayer.Builder()
                    .activation(Activation.RELU)
                    .build(),
                classes(0, 2)),
            pictures(2),
            List.of("layer2"),
            "layer1 normalizes batches"));
    kinds.add(
        fitted(
            "locally connected",
            images(
                new LocallyConnected2D.Builder()
                    .kernelSize(2, 2)
                    .nOut(2)
                    .activation(Activation.RELU)
                    .build(),
                classes(0, 2)),
            pictures(2),
            List.of("layer0"),
            "layer0 (LocallyConnected2D) is not known to compute in training"));
    DataSet segments =
        new DataSet(
            pictures(2).getFeatures(), pictures(2).getFeatures().gt(0).castTo(DataType.DOUBLE));
    kinds.add(
        fitted(
            "segmentation",
            images(
                convolution(2, Activation.RELU),
                new SubsamplingLayer.Builder().kernelSize(2, 2).stride(2, 2).build(),
                new Upsampling2D.Builder(2).build(),
                convolution(1, Activation.IDENTITY),
                new CnnLossLayer.Builder(LossFunction.XENT).activation(Activation.SIGMOID).build()),
            segments,
            List.of("layer0"),
            "the loss of layer4 is computed by DL4J's own layer"));
    addWaysOfTraining(kinds);
    return kinds;
  }

  private static void addWaysOfTraining(List<Kind> kinds) {
    MultiLayerNetwork first = stack(dense(4, 6, Activation.RELU), classes(6, 3));
    MultiLayerNetwork transferred =
        new TransferLearning.Builder(first)
            .fineTuneConfiguration(
                new FineTuneConfiguration.Builder().updater(new Sgd(0.05)).build())
            .setFeatureExtractor(0)
            .removeOutputLayer()
            .addLayer(classes(6, 3))
            .build();
    kinds.add(fitted("transfer learning", transferred, ROWS, List.of("layer0")));
    TransferLearningHelper helper =
        new TransferLearningHelper(
            stack(dense(4, 6, Activation.RELU), dense(6, 5, Activation.RELU), classes(5, 3)), 0);
    DataSet featurized = helper.featurize(ROWS);
    kinds.add(
        new Kind(
            "transfer learning helper",
            ImplicitBiasListener.builder(featurized),
            TrainedModelsTest.fit(helper.unfrozenMLN(), 3, () -> helper.fitFeaturized(featurized)),
            List.of("layer1")));
    MultiLayerNetwork stopped = stack(dense(4, 6, Activation.RELU), classes(6, 3));
    kinds.add(
        new Kind(
            "early stopping",
            ImplicitBiasListener.builder(ROWS),
            bias -> {
              stopped.addListeners(bias);
              new EarlyStoppingTrainer(
                      new EarlyStoppingConfiguration.Builder<MultiLayerNetwork>()
                          .epochTerminationConditions(new MaxEpochsTerminationCondition(2))
                          .scoreCalculator(new DataSetLossCalculator(batches(), true))
                          .modelSaver(new InMemoryModelSaver<>())
                          .build(),
                      stopped,
                      batches())
                  .fit();
            },
            List.of("layer0")));
    MultiLayerNetwork wrapped = stack(dense(4, 6, Activation.RELU), classes(6, 3));
    kinds.add(
        new Kind(
            "parallel wrapper",
            ImplicitBiasListener.builder(ROWS),
            bias -> {
              wrapped.addListeners(bias);
              try (ParallelWrapper wrapper =
                  new ParallelWrapper.Builder<>(wrapped)
                      .workers(2)
                      .prefetchBuffer(0)
                      .averagingFrequency(1)
                      .build()) {
                wrapper.fit(batches());
              }
            },
            List.of("layer0")));
    MultiLayerNetwork own = stack(dense(4, 6, Activation.RELU), dense(6, 3, Activation.IDENTITY));
    kinds.add(
        new Kind(
                "external errors, observed by hand",
                ImplicitBiasListener.builder(ROWS),
                bias -> {
                  for (int i = 0; i < 3; i++) {
                    bias.observe(own);
                    externalStep(own, i);
                  }
                },
                List.of("layer0"),
                "layer1 has no loss function")
            .withoutLoss());
    MultiLayerNetwork generator = stack(dense(4, 5, Activation.RELU), classes(5, 4));
    MultiLayerNetwork judge = stack(dense(4, 6, Activation.LEAKYRELU), classes(6, 3));
    kinds.add(
        new Kind(
            "two networks that train each other",
            ImplicitBiasListener.builder(ROWS),
            bias -> {
              for (int i = 0; i < 3; i++) {
                bias.observe(judge);
                judge.fit(generator.output(ROWS.getFeatures()), ROWS.getLabels());
                judge.fit(ROWS);
              }
            },
            List.of("layer0")));
    MultiLayerNetwork pretrained =
        stack(
            new AutoEncoder.Builder().nIn(4).nOut(5).activation(Activation.RELU).build(),
            classes(5, 3));
    kinds.add(
        new Kind(
            "stacked autoencoder, pretrained",
            ImplicitBiasListener.builder(ROWS),
            bias -> {
              pretrained.addListeners(bias);
              bias.observe(pretrained);
              pretrained.pretrain(batches(), 2);
              pretrained.fit(ROWS);
            },
            List.of("layer0")));
    kinds.add(
        fitted(
            "variational autoencoder in front of a classifier",
            stack(
                new VariationalAutoencoder.Builder()
                    .nIn(4)
                    .nOut(2)
                    .encoderLayerSizes(5)
                    .decoderLayerSizes(5)
                    .activation(Activation.RELU)
                    .reconstructionDistribution(
                        new BernoulliReconstructionDistribution(Activation.SIGMOID))
                    .build(),
                classes(2, 3)),
            ROWS,
            List.of(),
            "layer0 (VariationalAutoencoder) cannot be tracked, because DL4J does not show what the"
                + " layers inside it put out"));
  }

  static ExistingDataSetIterator batches() {
    return new ExistingDataSetIterator(List.of(ROWS, ROWS, ROWS, ROWS));
  }

  /** One step of gradient descent on errors that are computed outside of the network. */
  static void externalStep(MultiLayerNetwork net, int step) {
    net.setInput(ROWS.getFeatures());
    INDArray errors = net.feedForward(true, false).get(2).sub(ROWS.getLabels());
    Gradient gradient = net.backpropGradient(errors, null).getFirst();
    net.getUpdater().update(net, gradient, step, 0, 12, LayerWorkspaceMgr.noWorkspaces());
    net.params().subi(gradient.gradient());
  }

  /** A user's layer, which computes what a dense layer does. */
  static final class OwnDense extends DenseLayer {
    private static final long serialVersionUID = 1L;

    OwnDense(int in, int out) {
      setNIn(in);
      setNOut(out);
      setActivationFn(Activation.RELU.getActivationFunction());
    }
  }

  /** A user's loss. */
  static final class OwnLoss extends LossMSE {
    private static final long serialVersionUID = 1L;
  }
}
