package io.github.implicitbias.nn.init;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;

/** A network initializer for chains of dense layers: all is set and checked, then written. */
abstract class ChainInitializer extends ConfiguredInitializer {

  private static final long serialVersionUID = 1L;

  /** Sets new vectors in the layers, without writing them. */
  abstract void start(WeightStack stack);

  @Override
  public final void apply(MultiLayerNetwork net) {
    write(WeightStack.of(net));
    UnderflowGuard.warnOf(net);
  }

  @Override
  public final void apply(ComputationGraph net) {
    write(WeightStack.of(net));
    UnderflowGuard.warnOf(net);
  }

  private void write(WeightStack stack) {
    start(stack);
    stack.write();
  }
}
