package io.github.implicitbias.listener;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.BackpropType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A {@code MultiLayerNetwork}. */
final class StackNetwork implements Network {

  private @Nullable MultiLayerNetwork net;
  private final List<NetworkNode> nodes = new ArrayList<>();
  private final List<NetworkNode> outputs;
  private final ListActivations activations = new ListActivations();

  StackNetwork(MultiLayerNetwork net) {
    this.net = net;
    Set<String> names = new HashSet<>();
    @Nullable NetworkNode before = null;
    long offset = 0;
    for (int i = 0; i < net.getnLayers(); i++) {
      int number = i;
      Layer configured = net.getLayerWiseConfigurations().getConf(i).getLayer();
      String name = configured.getLayerName() == null ? "layer" + i : configured.getLayerName();
      NetworkNode node =
          NetworkNode.layer(
              names.add(name) ? name : name + "#" + i,
              i,
              configured,
              () -> net().getLayer(number),
              net.getLayerWiseConfigurations().getInputPreProcess(i),
              before,
              before == null ? "input" : before.name(),
              offset);
      names.add(node.name());
      nodes.add(node);
      offset += node.parameters();
      before = node;
    }
    outputs = List.of(nodes.get(nodes.size() - 1));
  }

  private MultiLayerNetwork net() {
    return Objects.requireNonNull(net, RELEASED);
  }

  @Override
  public @Nullable Model model() {
    return net;
  }

  @Override
  public Collection<TrainingListener> listeners() {
    return net().getListeners();
  }

  @Override
  public int iteration() {
    return net().getIterationCount();
  }

  @Override
  public int epoch() {
    return net().getEpochCount();
  }

  @Override
  public double score() {
    return net().score();
  }

  @Override
  public DataType dataType() {
    return net().getLayerWiseConfigurations().getDataType();
  }

  @Override
  public INDArray gradients() {
    return net().getGradientsViewArray();
  }

  @Override
  public @Nullable BaseMultiLayerUpdater<?> updater() {
    Object made = net().getUpdater(false);
    return made instanceof BaseMultiLayerUpdater ? (BaseMultiLayerUpdater<?>) made : null;
  }

  @Override
  public INDArray params() {
    return net().params();
  }

  @Override
  public long seed() {
    return net().getDefaultConfiguration().getSeed();
  }

  @Override
  public Supplier<String> json() {
    return net().getLayerWiseConfigurations().clone()::toJson;
  }

  @Override
  public OptimizationAlgorithm optimizer() {
    return net().getDefaultConfiguration().getOptimizationAlgo();
  }

  @Override
  public BackpropType backpropType() {
    return net().getLayerWiseConfigurations().getBackpropType();
  }

  @Override
  public boolean dividesByBatch() {
    return net().getDefaultConfiguration().isMiniBatch();
  }

  @Override
  public List<NetworkNode> nodes() {
    return nodes;
  }

  @Override
  public List<NetworkNode> outputs() {
    return outputs;
  }

  @Override
  public boolean feeds(NetworkNode from, NetworkNode to) {
    return to.source() == from;
  }

  @Override
  public @Nullable INDArray labels(int output) {
    return net().getLabels();
  }

  @Override
  public boolean hasLabelMasks() {
    return net().getOutputLayer().getMaskArray() != null;
  }

  @Override
  public int inputs() {
    return 1;
  }

  @Override
  public boolean hasFeatureMasks() {
    // While it trains, only its layers know; the last one has the mask of the labels.
    boolean masked = net().getMaskArray() != null;
    for (int i = 0; i < net().getnLayers() - 1 && !masked; i++) {
      masked = net().getLayer(i).getMaskArray() != null;
    }
    return masked;
  }

  @Override
  public @Nullable NetworkNode readerOf(int input) {
    return nodes.get(0);
  }

  @Override
  public @Nullable INDArray featureMask(int input) {
    INDArray mask = net().getMaskArray();
    for (int i = 0; i < net().getnLayers() - 1 && mask == null; i++) {
      mask = net().getLayer(i).getMaskArray();
    }
    return mask;
  }

  @Override
  public double regularization() {
    return net().calcRegularizationScore(true);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Activations activations(Object handed) {
    activations.list = (List<INDArray>) handed;
    return activations;
  }

  @Override
  public void release() {
    net = null;
    activations.list = List.of();
  }

  @Override
  public ShadowNetwork shadow(INDArray parameters) {
    return new ShadowStack(this, net(), parameters);
  }

  /** The input of the network, then the output of each layer but the last. */
  private static final class ListActivations implements Activations {
    private List<INDArray> list = List.of();

    @Override
    public INDArray input(int number) {
      return list.get(0);
    }

    @Override
    public INDArray inputOf(NetworkNode node) {
      return list.get(node.index());
    }

    @Override
    public @Nullable INDArray outputOf(NetworkNode node) {
      return node.index() + 1 < list.size() ? list.get(node.index() + 1) : null;
    }
  }
}
