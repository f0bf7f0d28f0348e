package io.github.implicitbias.listener;

import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Steps aside from what the current thread is doing with ND4J, so that neither side notices the
 * other: between {@link #enter} and {@link #leave} no workspace of training is the current one, so
 * that arrays which a configuration, a layer, a preprocessor or a loss creates belong to us, and
 * random numbers that are drawn meanwhile are drawn again by training. Allocates nothing. For one
 * thread at a time, and not nested.
 */
final class Aside {

  private @Nullable MemoryWorkspace workspace;
  private @Nullable Random random;
  private long root;
  private long node;

  void enter() {
    workspace = Nd4j.getMemoryManager().getCurrentWorkspace();
    Random current = Nd4j.getRandom();
    root = current.rootState();
    node = current.nodeState();
    random = current;
    Nd4j.getMemoryManager().setCurrentWorkspace(null);
  }

  /** Puts everything back; without effect if {@link #enter} has failed. */
  void leave() {
    if (random != null) {
      Nd4j.getMemoryManager().setCurrentWorkspace(workspace);
      if (random.rootState() != root || random.nodeState() != node) {
        random.setStates(root, node);
      }
      workspace = null;
      random = null;
    }
  }
}
