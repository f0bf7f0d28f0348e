package io.github.implicitbias.listener;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Convolution3D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.SimpleRnn;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Small networks of stock layers, each around one layer in question. */
final class SmallNetwork {

  static final Activation RELU = Activation.RELU;

  /** What a network is given: 6 samples. */
  enum Input {
    FLAT(InputType.feedForward(4), 4),
    INDEX(InputType.feedForward(5), 1),
    INDICES(InputType.feedForward(5), 4),
    SEQUENCE(InputType.recurrent(3, 5), 3, 5),
    IMAGE(InputType.convolutional(6, 6, 2), 2, 6, 6),
    VOLUME(InputType.convolutional3D(Convolution3D.DataFormat.NCDHW, 4, 4, 4, 2), 2, 4, 4, 4);

    final InputType type;
    final long[] shape;

    Input(InputType type, long... shape) {
      this.type = type;
      this.shape = shape;
    }

    INDArray features() {
      long[] all = new long[shape.length + 1];
      all[0] = 6;
      System.arraycopy(shape, 0, all, 1, shape.length);
      INDArray uniform = Followed.uniform(DataType.DOUBLE, 3, all);
      boolean numbers = this == INDEX || this == INDICES;
      return numbers ? Nd4j.math().floor(uniform.add(1).mul(2.5)) : uniform;
    }
  }

  private final Input input;
  private final Supplier<List<Layer>> layers;
  private Supplier<INDArray> labels;

  /**
   * Describes a network.
   *
   * @param layers makes new ones at each call
   */
  SmallNetwork(Input input, Supplier<List<Layer>> layers) {
    this.input = input;
    this.layers = layers;
  }

  /** Returns the network, the same at each call. */
  MultiLayerNetwork make(DataType type) {
    return make(type, new NeuralNetConfiguration.Builder().updater(new Adam(0.02)));
  }

  MultiLayerNetwork make(DataType type, NeuralNetConfiguration.Builder configuration) {
    NeuralNetConfiguration.ListBuilder list = configuration.seed(42).dataType(type).list();
    layers.get().forEach(list::layer);
    MultiLayerNetwork net = new MultiLayerNetwork(list.setInputType(input.type).build());
    net.init();
    return net;
  }

  /** Returns the same network as a graph, which has the same names. */
  ComputationGraph makeGraph(DataType type) {
    ComputationGraphConfiguration.GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .updater(new Adam(0.02))
            .seed(42)
            .dataType(type)
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(input.type);
    String before = "in";
    for (Layer layer : layers.get()) {
      String name = layer.getLayerName() == null ? "after " + before : layer.getLayerName();
      graph.addLayer(name, layer, before);
      before = name;
    }
    ComputationGraph net = new ComputationGraph(graph.setOutputs(before).build());
    net.init();
    return net;
  }

  /** Says what the labels are, where the shape of the output does not tell. */
  SmallNetwork labels(Supplier<INDArray> are) {
    labels = are;
    return this;
  }

  /** Returns samples in double precision; of what is put out at each place, one class is right. */
  MultiDataSet data() {
    INDArray features = input.features();
    if (labels != null) {
      return new MultiDataSet(features, labels.get());
    }
    INDArray out = make(DataType.DOUBLE).output(features.dup());
    int classes = (int) out.size(1);
    int sample = (int) (out.length() / out.size(0));
    int places = sample / classes;
    double[] values = new double[(int) out.length()];
    for (int i = 0; i < values.length; i++) {
      int right = (7 * (i / sample) + i % places) % classes;
      values[i] = i / places % classes == right ? 1 : 0;
    }
    return new MultiDataSet(features, Nd4j.createFromArray(values).reshape(out.shape()));
  }

  /** Returns a stack, the layer in question and what follows it. */
  static List<Layer> in(Layer under, Layer... after) {
    under.setLayerName(Sweep.UNDER);
    List<Layer> stack = new ArrayList<>(List.of(under));
    stack.addAll(List.of(after));
    return stack;
  }

  static List<Layer> behind(Layer before, Layer under, Layer... after) {
    List<Layer> stack = new ArrayList<>(List.of(before));
    stack.addAll(in(under, after));
    return stack;
  }

  static DenseLayer dense(int out, Activation activation) {
    return new DenseLayer.Builder().nOut(out).activation(activation).build();
  }

  static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static RnnOutputLayer outputs() {
    return new RnnOutputLayer.Builder(LossFunction.MCXENT)
        .nOut(3)
        .activation(Activation.SOFTMAX)
        .build();
  }

  static SimpleRnn recurrent() {
    return new SimpleRnn.Builder().nOut(4).activation(RELU).build();
  }

  static ConvolutionLayer convolution(int out, Activation activation) {
    return new ConvolutionLayer.Builder(2, 2).nOut(out).activation(activation).build();
  }

  static Convolution3D convolution3D() {
    return new Convolution3D.Builder(2, 2, 2).nOut(3).activation(RELU).build();
  }

  /** What takes one row per sample: a layer of ReLUs and an output. */
  static Layer[] flat() {
    return new Layer[] {dense(5, RELU), output()};
  }

  static Layer[] sequence() {
    return new Layer[] {recurrent(), outputs()};
  }
}
