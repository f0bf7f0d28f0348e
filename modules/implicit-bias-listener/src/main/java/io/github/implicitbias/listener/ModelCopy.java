package io.github.implicitbias.listener;

import io.github.implicitbias.core.action.Action;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.util.ModelSerializer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A copy of a network as it is at a step: parameters, state of the updater, configuration, counts
 * of steps and epochs. It is made in the training thread, and written in another as DL4J writes a
 * model.
 */
final class ModelCopy implements Action.Copy {

  private final boolean isGraph;
  private final Supplier<String> json;
  private final INDArray parameters;
  private final @Nullable INDArray state;
  private final int iteration;
  private final int epoch;

  ModelCopy(Network net) {
    isGraph = net.model() instanceof ComputationGraph;
    json = net.json();
    iteration = net.iteration();
    epoch = net.epoch();
    BaseMultiLayerUpdater<?> updater = net.updater();
    INDArray ofUpdater = updater == null ? null : updater.getStateViewArray();
    state = ofUpdater == null || ofUpdater.isEmpty() ? null : ofUpdater.dup();
    parameters = net.params().dup();
  }

  @Override
  public void write(Path file) throws IOException {
    ModelSerializer.writeModel(isGraph ? graph() : stack(), file.toFile(), true);
  }

  private Model stack() {
    MultiLayerConfiguration configuration = MultiLayerConfiguration.fromJson(json.get());
    configuration.setIterationCount(iteration);
    configuration.setEpochCount(epoch);
    MultiLayerNetwork net = new MultiLayerNetwork(configuration);
    net.init(parameters, false);
    if (state != null) {
      net.getUpdater().setStateViewArray(net, state, false);
    }
    return net;
  }

  private Model graph() {
    ComputationGraphConfiguration configuration =
        ComputationGraphConfiguration.fromJson(json.get());
    configuration.setIterationCount(iteration);
    configuration.setEpochCount(epoch);
    ComputationGraph net = new ComputationGraph(configuration);
    net.init(parameters, false);
    if (state != null) {
      net.getUpdater().setStateViewArray(state);
    }
    return net;
  }

  @Override
  public void close() {
    parameters.close();
    if (state != null) {
      state.close();
    }
  }
}
