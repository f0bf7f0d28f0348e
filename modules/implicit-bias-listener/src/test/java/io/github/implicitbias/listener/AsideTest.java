package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.core.schedule.Schedule;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.preprocessor.RnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** What is the user's is never called inside a workspace of training, and draws nothing from it. */
@SuppressWarnings("serial") // Nothing is serialized.
class AsideTest {

  /** What was called on our behalf, and in which workspace. */
  private static final Set<String> CALLS = new TreeSet<>();

  /** Makes an array and draws numbers, as the user's classes may. */
  private static void called(String what) {
    boolean ours =
        StackWalker.getInstance()
            .walk(
                frames ->
                    frames.anyMatch(
                        frame -> frame.getClassName().equals(Recording.class.getName())));
    if (ours) {
      MemoryWorkspace current = Nd4j.getMemoryManager().getCurrentWorkspace();
      String id = current == null ? "none" : current.getId();
      CALLS.add(what + ": " + (id.startsWith("IMPLICIT_BIAS") ? "one of ours" : id));
      Nd4j.rand(DataType.DOUBLE, 2);
    }
  }

  private static final class OwnLayer extends DenseLayer {
    OwnLayer() {
      setNIn(4);
      setNOut(5);
      setActivationFn(new ActivationReLU());
    }

    @Override
    public DenseLayer clone() {
      called("layer cloned");
      return (DenseLayer) super.clone();
    }
  }

  private static final class OwnActivation extends ActivationCube {
    @Override
    public INDArray getActivation(INDArray in, boolean training) {
      called("activation");
      return super.getActivation(in, training);
    }
  }

  private static final class OwnLoss extends LossMSE {
    @Override
    public double computeScore(
        INDArray labels, INDArray z, IActivation activation, INDArray mask, boolean average) {
      called("loss");
      return super.computeScore(labels, z, activation, mask, average);
    }
  }

  private static final class OwnPreProcessor extends RnnToFeedForwardPreProcessor {
    @Override
    public INDArray preProcess(INDArray input, int samples, LayerWorkspaceMgr memory) {
      called("preprocessor");
      return memory.dup(ArrayType.ACTIVATIONS, input);
    }

    @Override
    public INDArray backprop(INDArray output, int samples, LayerWorkspaceMgr memory) {
      return output;
    }

    @Override
    public InputType getOutputType(InputType of) {
      return of;
    }

    @Override
    public RnnToFeedForwardPreProcessor clone() {
      called("preprocessor cloned");
      return new OwnPreProcessor();
    }
  }

  private static MultiLayerNetwork network(DenseLayer first, InputPreProcessor between) {
    NeuralNetConfiguration.ListBuilder list =
        new NeuralNetConfiguration.Builder()
            .seed(42)
            .dataType(DataType.DOUBLE)
            .updater(new Sgd(0.05))
            .list()
            .layer(first)
            .layer(
                new DenseLayer.Builder()
                    .nIn(5)
                    .nOut(5)
                    .dropOut(0.8)
                    .activation(new OwnActivation())
                    .build())
            .layer(
                new OutputLayer.Builder(new OwnLoss())
                    .nIn(5)
                    .nOut(2)
                    .activation(new OwnActivation())
                    .build());
    if (between != null) {
      list.inputPreProcessor(1, between);
    }
    MultiLayerNetwork net = new MultiLayerNetwork(list.build());
    net.init();
    return net;
  }

  private static INDArray trained(MultiLayerNetwork net, boolean watched) {
    DataSet data = Stacks.classes(DataType.DOUBLE, 12, 4, 2, 3);
    ImplicitBiasListener bias =
        ImplicitBiasListener.builder(data)
            .schedule(Schedule.everyStep())
            .layers("layer0", "layer1", "layer2")
            .build();
    if (watched) {
      net.setListeners(bias);
    }
    Nd4j.getRandom().setSeed(7);
    for (int step = 0; step < 5; step++) {
      net.fit(data);
    }
    if (watched) {
      bias.close();
      assertEquals(Map.of(), bias.failures());
      assertEquals(6, bias.run().size());
    }
    return net.params().dup();
  }

  @Test
  void whatIsTheUsers_isCalledOutsideTheWorkspacesOfTraining() {
    CALLS.clear();
    DenseLayer stock =
        new DenseLayer.Builder().nIn(4).nOut(5).activation(new ActivationReLU()).build();
    assertEquals(trained(network(stock, null), false), trained(network(stock, null), true));
    assertEquals(
        trained(network(new OwnLayer(), new OwnPreProcessor()), false),
        trained(network(new OwnLayer(), new OwnPreProcessor()), true));
    for (String part :
        new String[] {
          "layer cloned", "activation", "loss", "preprocessor", "preprocessor cloned"
        }) {
      assertTrue(CALLS.stream().anyMatch(call -> call.startsWith(part + ": ")), part + CALLS);
    }
    for (String call : CALLS) {
      assertTrue(call.endsWith(": none") || call.endsWith(": one of ours"), CALLS.toString());
    }
  }

  @Test
  void workspaceAndRandomNumbers_areAsTheyWere() {
    WorkspaceConfiguration configuration = WorkspaceConfiguration.builder().build();
    try (MemoryWorkspace training =
        Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "TRAINING")) {
      Nd4j.getRandom().setSeed(11);
      INDArray expected = Nd4j.rand(DataType.DOUBLE, 3);
      Nd4j.getRandom().setSeed(11);
      Aside aside = new Aside();
      aside.enter();
      assertNull(Nd4j.getMemoryManager().getCurrentWorkspace());
      INDArray ours = Nd4j.rand(DataType.DOUBLE, 5);
      aside.leave();
      assertFalse(ours.isAttached());
      assertEquals(training, Nd4j.getMemoryManager().getCurrentWorkspace());
      assertEquals(expected, Nd4j.rand(DataType.DOUBLE, 3));
    }
  }
}
