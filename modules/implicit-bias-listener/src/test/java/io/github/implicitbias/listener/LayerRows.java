package io.github.implicitbias.listener;

import static io.github.implicitbias.listener.SmallNetwork.RELU;
import static io.github.implicitbias.listener.SmallNetwork.behind;
import static io.github.implicitbias.listener.SmallNetwork.dense;
import static io.github.implicitbias.listener.SmallNetwork.flat;
import static io.github.implicitbias.listener.SmallNetwork.in;
import static io.github.implicitbias.listener.SmallNetwork.outputs;
import static io.github.implicitbias.listener.SmallNetwork.recurrent;
import static io.github.implicitbias.listener.SmallNetwork.sequence;

import io.github.implicitbias.listener.SmallNetwork.Input;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.Convolution1D;
import org.deeplearning4j.nn.conf.layers.Convolution1DLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingSequenceLayer;
import org.deeplearning4j.nn.conf.layers.GravesBidirectionalLSTM;
import org.deeplearning4j.nn.conf.layers.GravesLSTM;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LearnedSelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.LocallyConnected1D;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.Pooling1D;
import org.deeplearning4j.nn.conf.layers.RecurrentAttentionLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.SelfAttentionLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling1DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling1D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding1DLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping1D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.misc.RepeatVector;
import org.deeplearning4j.nn.conf.layers.recurrent.Bidirectional;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskLayer;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.conf.layers.variational.VariationalAutoencoder;
import org.deeplearning4j.nn.conf.ocnn.OCNNOutputLayer;
import org.deeplearning4j.nn.layers.util.IdentityLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks around DL4J's layers on rows and on sequences. */
@SuppressWarnings("deprecation") // Deprecated layers are used all the same.
final class LayerRows {

  private final Map<Class<?>, SmallNetwork> rows = new HashMap<>();

  private LayerRows() {
    flatRows();
    sequenceRows();
  }

  /** Returns a network for each layer, by the class of its configuration. */
  static Map<Class<?>, SmallNetwork> all() {
    return new LayerRows().rows;
  }

  private SmallNetwork row(Input input, Class<?> kind, Supplier<List<Layer>> layers) {
    SmallNetwork network = new SmallNetwork(input, layers);
    rows.put(kind, network);
    return network;
  }

  private void flatRows() {
    Input flat = Input.FLAT;
    row(flat, DenseLayer.class, () -> in(dense(5, RELU), flat()));
    row(
        flat,
        ActivationLayer.class,
        () -> behind(dense(5, Activation.IDENTITY), new ActivationLayer(RELU), flat()));
    row(
        flat,
        AutoEncoder.class,
        () -> in(new AutoEncoder.Builder().nOut(5).activation(RELU).build(), flat()));
    row(
        flat,
        VariationalAutoencoder.class,
        () ->
            in(
                new VariationalAutoencoder.Builder()
                    .nOut(5)
                    .encoderLayerSizes(4)
                    .decoderLayerSizes(4)
                    .activation(RELU)
                    .build(),
                flat()));
    row(flat, BatchNormalization.class, () -> in(new BatchNormalization(), flat()));
    row(
        flat,
        DropoutLayer.class,
        () -> behind(dense(5, RELU), new DropoutLayer.Builder(0.6).build(), flat()));
    row(
        flat,
        ElementWiseMultiplicationLayer.class,
        () ->
            in(
                new ElementWiseMultiplicationLayer.Builder()
                    .nIn(4)
                    .nOut(4)
                    .activation(RELU)
                    .build(),
                flat()));
    row(flat, FrozenLayer.class, () -> in(new FrozenLayer(dense(5, RELU)), flat()));
    row(
        flat,
        FrozenLayerWithBackprop.class,
        () -> in(new FrozenLayerWithBackprop(dense(5, RELU)), flat()));
    row(flat, IdentityLayer.class, () -> behind(dense(5, RELU), new IdentityLayer(), flat()));
    row(flat, PReLULayer.class, () -> behind(dense(5, Activation.IDENTITY), prelu(), flat()));
    row(flat, RepeatVector.class, () -> in(new RepeatVector.Builder<>(3).build(), sequence()));
    row(flat, OutputLayer.class, () -> behind(dense(5, RELU), squares()));
    row(
        flat,
        LossLayer.class,
        () ->
            behind(
                dense(3, RELU), new LossLayer.Builder(LossFunction.MSE).activation(RELU).build()));
    row(
        flat,
        CenterLossOutputLayer.class,
        () ->
            behind(
                dense(5, RELU),
                new CenterLossOutputLayer.Builder(LossFunction.MSE)
                    .nOut(3)
                    .activation(RELU)
                    .build()));
    row(
            flat,
            OCNNOutputLayer.class,
            () ->
                behind(
                    dense(5, RELU),
                    new OCNNOutputLayer.Builder()
                        .hiddenLayerSize(3)
                        .nu(0.1)
                        .activation(new ActivationReLU())
                        .build()))
        .labels(() -> Nd4j.ones(DataType.DOUBLE, 6, 1));
    row(
        Input.INDEX,
        EmbeddingLayer.class,
        () -> in(new EmbeddingLayer.Builder().nIn(5).nOut(4).activation(RELU).build(), flat()));
    row(
        Input.INDICES,
        EmbeddingSequenceLayer.class,
        () ->
            in(
                new EmbeddingSequenceLayer.Builder()
                    .nIn(5)
                    .nOut(3)
                    .inputLength(4)
                    .activation(RELU)
                    .build(),
                sequence()));
  }

  private static PReLULayer prelu() {
    return new PReLULayer.Builder().inputShape(5).build();
  }

  private static OutputLayer squares() {
    return new OutputLayer.Builder(LossFunction.MSE).nOut(3).activation(RELU).build();
  }

  private void sequenceRows() {
    Input sequence = Input.SEQUENCE;
    row(sequence, SimpleRnn.class, () -> in(recurrent(), outputs()));
    row(sequence, LSTM.class, () -> in(lstm(), sequence()));
    row(
        sequence,
        GravesLSTM.class,
        () -> in(new GravesLSTM.Builder().nOut(4).activation(RELU).build(), sequence()));
    row(
        sequence,
        GravesBidirectionalLSTM.class,
        () ->
            in(new GravesBidirectionalLSTM.Builder().nOut(4).activation(RELU).build(), sequence()));
    row(sequence, Bidirectional.class, () -> in(new Bidirectional(lstm()), sequence()));
    row(sequence, LastTimeStep.class, () -> in(new LastTimeStep(lstm()), flat()));
    row(sequence, TimeDistributed.class, () -> in(new TimeDistributed(dense(4, RELU)), sequence()));
    row(sequence, MaskLayer.class, () -> behind(recurrent(), new MaskLayer(), sequence()));
    row(sequence, MaskZeroLayer.class, () -> in(new MaskZeroLayer(lstm(), 0), sequence()));
    row(
        sequence,
        RnnOutputLayer.class,
        () ->
            behind(
                recurrent(),
                new RnnOutputLayer.Builder(LossFunction.MSE).nOut(3).activation(RELU).build()));
    row(
        sequence,
        RnnLossLayer.class,
        () ->
            behind(
                new SimpleRnn.Builder().nOut(3).activation(RELU).build(),
                new RnnLossLayer.Builder(LossFunction.MSE).activation(RELU).build()));
    row(sequence, Convolution1DLayer.class, () -> in(convolution1D(), sequence()));
    row(
        sequence,
        Convolution1D.class,
        () -> in(Kinds.renamed(Convolution1D.class, convolution1D()), sequence()));
    row(sequence, Subsampling1DLayer.class, () -> in(pooling1D(), sequence()));
    row(
        sequence,
        Pooling1D.class,
        () -> in(Kinds.renamed(Pooling1D.class, pooling1D()), sequence()));
    row(sequence, Upsampling1D.class, () -> in(new Upsampling1D.Builder(2).build(), sequence()));
    row(sequence, Cropping1D.class, () -> in(new Cropping1D(1), sequence()));
    row(sequence, ZeroPadding1DLayer.class, () -> in(new ZeroPadding1DLayer(1), sequence()));
    row(
        sequence,
        LocallyConnected1D.class,
        () ->
            in(
                new LocallyConnected1D.Builder()
                    .nOut(4)
                    .kernelSize(2)
                    .activation(RELU)
                    .setInputSize(5)
                    .build(),
                sequence()));
    row(
        sequence,
        SelfAttentionLayer.class,
        () ->
            in(
                new SelfAttentionLayer.Builder().nOut(4).nHeads(2).projectInput(true).build(),
                sequence()));
    row(
        sequence,
        LearnedSelfAttentionLayer.class,
        () ->
            in(
                new LearnedSelfAttentionLayer.Builder()
                    .nOut(4)
                    .nHeads(2)
                    .nQueries(2)
                    .projectInput(true)
                    .build(),
                sequence()));
    row(
        sequence,
        RecurrentAttentionLayer.class,
        () ->
            in(
                new RecurrentAttentionLayer.Builder()
                    .nOut(4)
                    .nHeads(1)
                    .headSize(4)
                    .projectInput(true)
                    .hasBias(true)
                    .activation(RELU)
                    .build(),
                sequence()));
  }

  private static LSTM lstm() {
    return new LSTM.Builder().nOut(4).activation(RELU).build();
  }

  private static Convolution1DLayer convolution1D() {
    return new Convolution1DLayer.Builder(2).nOut(4).activation(RELU).build();
  }

  private static Subsampling1DLayer pooling1D() {
    return new Subsampling1DLayer.Builder(SubsamplingLayer.PoolingType.MAX, 2, 1).build();
  }
}
