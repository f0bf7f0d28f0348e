package io.github.implicitbias.listener;

import static io.github.implicitbias.listener.SmallNetwork.RELU;
import static io.github.implicitbias.listener.SmallNetwork.behind;
import static io.github.implicitbias.listener.SmallNetwork.convolution;
import static io.github.implicitbias.listener.SmallNetwork.convolution3D;
import static io.github.implicitbias.listener.SmallNetwork.dense;
import static io.github.implicitbias.listener.SmallNetwork.flat;
import static io.github.implicitbias.listener.SmallNetwork.in;
import static io.github.implicitbias.listener.SmallNetwork.output;

import io.github.implicitbias.listener.SmallNetwork.Input;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.layers.CapsuleLayer;
import org.deeplearning4j.nn.conf.layers.CapsuleStrengthLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.Deconvolution3D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.PrimaryCapsules;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToBatchLayer;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.Subsampling3DLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.Upsampling3D;
import org.deeplearning4j.nn.conf.layers.ZeroPadding3DLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping3D;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks around DL4J's layers on images and volumes. */
@SuppressWarnings("deprecation") // Deprecated layers are used all the same.
final class SpatialLayerRows {

  private final Map<Class<?>, SmallNetwork> rows = new HashMap<>();

  private SpatialLayerRows() {
    imageRows();
    volumeRows();
  }

  /** Returns a network for each layer, by the class of its configuration. */
  static Map<Class<?>, SmallNetwork> all() {
    return new SpatialLayerRows().rows;
  }

  private SmallNetwork row(Input input, Class<?> kind, Supplier<List<Layer>> layers) {
    SmallNetwork network = new SmallNetwork(input, layers);
    rows.put(kind, network);
    return network;
  }

  private void imageRows() {
    Input image = Input.IMAGE;
    row(image, ConvolutionLayer.class, () -> in(convolution(3, RELU), flat()));
    row(
        image,
        Convolution2D.class,
        () -> in(Kinds.renamed(Convolution2D.class, convolution(3, RELU)), flat()));
    row(
        image,
        Deconvolution2D.class,
        () -> in(new Deconvolution2D.Builder(2, 2).nOut(3).activation(RELU).build(), flat()));
    row(
        image,
        DepthwiseConvolution2D.class,
        () ->
            in(
                new DepthwiseConvolution2D.Builder(2, 2)
                    .depthMultiplier(2)
                    .activation(RELU)
                    .build(),
                flat()));
    row(
        image,
        SeparableConvolution2D.class,
        () ->
            in(new SeparableConvolution2D.Builder(2, 2).nOut(3).activation(RELU).build(), flat()));
    row(
        image,
        LocallyConnected2D.class,
        () ->
            in(
                new LocallyConnected2D.Builder()
                    .nOut(3)
                    .kernelSize(2, 2)
                    .activation(RELU)
                    .setInputSize(6, 6)
                    .build(),
                flat()));
    row(
        image,
        LocalResponseNormalization.class,
        () ->
            behind(convolution(6, RELU), new LocalResponseNormalization.Builder().build(), flat()));
    row(
        image,
        GlobalPoolingLayer.class,
        () -> behind(convolution(3, RELU), new GlobalPoolingLayer(), flat()));
    row(image, SubsamplingLayer.class, () -> in(pooling(), flat()));
    row(image, Pooling2D.class, () -> in(Kinds.renamed(Pooling2D.class, pooling()), flat()));
    row(image, Upsampling2D.class, () -> in(new Upsampling2D.Builder(2).build(), flat()));
    row(image, Cropping2D.class, () -> in(new Cropping2D(1, 1), flat()));
    row(image, ZeroPaddingLayer.class, () -> in(new ZeroPaddingLayer(1, 1), flat()));
    row(
        image,
        SpaceToDepthLayer.class,
        () ->
            in(
                new SpaceToDepthLayer.Builder<>(2, SpaceToDepthLayer.DataFormat.NCHW).build(),
                flat()));
    row(
        image,
        SpaceToBatchLayer.class,
        () ->
            behind(
                convolution(3, RELU),
                new SpaceToBatchLayer.Builder<>(new int[] {1, 5}).build(),
                new CnnLossLayer.Builder(LossFunction.MSE).build()));
    row(
        image,
        CnnLossLayer.class,
        () ->
            behind(
                convolution(3, RELU),
                new CnnLossLayer.Builder(LossFunction.MSE).activation(RELU).build()));
    row(
            image,
            Yolo2OutputLayer.class,
            () ->
                behind(
                    convolution(14, RELU),
                    new Yolo2OutputLayer.Builder()
                        .boundingBoxPriors(
                            Nd4j.createFromArray(new float[][] {{1, 1}, {0.5f, 0.5f}}))
                        .build()))
        .labels(SpatialLayerRows::boxes);
    row(image, PrimaryCapsules.class, () -> in(capsules(), strength()));
    row(
        image,
        CapsuleLayer.class,
        () -> behind(capsules(), new CapsuleLayer.Builder(3, 2, 1).build(), strength()));
    row(
        image,
        CapsuleStrengthLayer.class,
        () -> behind(capsules(), new CapsuleStrengthLayer.Builder().build(), flat()));
  }

  /** One object of one of two classes in each image, as corners and class at its center. */
  private static INDArray boxes() {
    INDArray labels = Nd4j.zeros(DataType.DOUBLE, 6, 6, 5, 5);
    double[] box = {1.2, 0.8, 2.6, 2.4};
    for (int i = 0; i < 6; i++) {
      for (int k = 0; k < 4; k++) {
        labels.putScalar(new int[] {i, k, 1, 1}, box[k]);
      }
      labels.putScalar(new int[] {i, 4 + i % 2, 1, 1}, 1);
    }
    return labels;
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX).kernelSize(2, 2).build();
  }

  private static PrimaryCapsules capsules() {
    return new PrimaryCapsules.Builder(2, 2).kernelSize(2, 2).stride(2, 2).build();
  }

  private static Layer[] strength() {
    return new Layer[] {new CapsuleStrengthLayer.Builder().build(), dense(5, RELU), output()};
  }

  private void volumeRows() {
    Input volume = Input.VOLUME;
    row(volume, Convolution3D.class, () -> in(convolution3D(), flat()));
    row(
        volume,
        Deconvolution3D.class,
        () ->
            in(
                new Deconvolution3D.Builder().kernelSize(2, 2, 2).nOut(3).activation(RELU).build(),
                flat()));
    row(
        volume,
        Subsampling3DLayer.class,
        () -> in(new Subsampling3DLayer.Builder().kernelSize(2, 2, 2).build(), flat()));
    row(volume, Upsampling3D.class, () -> in(new Upsampling3D.Builder(2).build(), pooled()));
    row(volume, Cropping3D.class, () -> behind(convolution3D(), new Cropping3D(1, 1, 1), pooled()));
    row(
        volume,
        ZeroPadding3DLayer.class,
        () -> in(new ZeroPadding3DLayer.Builder(1, 1, 1).build(), pooled()));
    row(
        volume,
        Cnn3DLossLayer.class,
        () ->
            behind(
                convolution3D(),
                new Cnn3DLossLayer.Builder(Convolution3D.DataFormat.NCDHW)
                    .lossFunction(LossFunction.MSE)
                    .activation(RELU)
                    .build()));
  }

  /** What takes volumes, in whatever order DL4J thinks their channels are. */
  private static Layer[] pooled() {
    return new Layer[] {new GlobalPoolingLayer(), dense(5, RELU), output()};
  }
}
