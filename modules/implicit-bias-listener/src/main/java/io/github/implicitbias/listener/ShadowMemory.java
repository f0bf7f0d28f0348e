package io.github.implicitbias.listener;

import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.memory.enums.AllocationPolicy;
import org.nd4j.linalg.api.memory.enums.LearningPolicy;
import org.nd4j.linalg.api.memory.enums.ResetPolicy;
import org.nd4j.linalg.api.memory.enums.SpillPolicy;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The memory of a shadow network's activations: workspaces of its own, used again at each pass.
 * While it is open no workspace of training is the current one; closing puts that back.
 */
final class ShadowMemory {

  private static final String ACTIVATIONS = "IMPLICIT_BIAS_ACTIVATIONS";
  private static final String WORKING = "IMPLICIT_BIAS_LAYER";
  private static final String LOOP = "IMPLICIT_BIAS_LOOP";

  private final LayerWorkspaceMgr manager;
  private final boolean used;
  private @Nullable MemoryWorkspace before;
  private @Nullable MemoryWorkspace open;
  private boolean isOpen;

  /** Makes the memory of a network with so many layers, in the mode in which it does inference. */
  ShadowMemory(WorkspaceMode mode, int layers) {
    used = mode != WorkspaceMode.NONE;
    manager = used ? manager(layers) : LayerWorkspaceMgr.noWorkspaces();
  }

  private static LayerWorkspaceMgr manager(int layers) {
    WorkspaceConfiguration pass = configuration(LearningPolicy.FIRST_LOOP, 1);
    WorkspaceConfiguration layer = configuration(LearningPolicy.OVER_TIME, 2 * layers);
    return LayerWorkspaceMgr.builder()
        .with(ArrayType.ACTIVATIONS, ACTIVATIONS, pass)
        .with(ArrayType.INPUT, ACTIVATIONS, pass)
        .with(ArrayType.FF_WORKING_MEM, WORKING, layer)
        .with(ArrayType.RNN_FF_LOOP_WORKING_MEM, LOOP, configuration(LearningPolicy.FIRST_LOOP, 1))
        .build();
  }

  private static WorkspaceConfiguration configuration(LearningPolicy policy, int cycles) {
    return WorkspaceConfiguration.builder()
        .initialSize(0)
        .overallocationLimit(0.02)
        .policyLearning(policy)
        .cyclesBeforeInitialization(cycles)
        .policyReset(ResetPolicy.BLOCK_LEFT)
        .policySpill(SpillPolicy.REALLOCATE)
        .policyAllocation(AllocationPolicy.OVERALLOCATE)
        .build();
  }

  LayerWorkspaceMgr manager() {
    return manager;
  }

  void open() {
    before = Nd4j.getMemoryManager().getCurrentWorkspace();
    isOpen = true;
    Nd4j.getMemoryManager().setCurrentWorkspace(null);
    open = used ? manager.notifyScopeEntered(ArrayType.ACTIVATIONS) : null;
  }

  /** Opens the working memory of one layer; to be closed when the layer is done. */
  MemoryWorkspace layer() {
    return manager.notifyScopeEntered(ArrayType.FF_WORKING_MEM);
  }

  /** Returns a copy that lives as long as the activations. */
  INDArray copy(INDArray array) {
    return manager.dup(ArrayType.ACTIVATIONS, array, array.ordering());
  }

  void close() {
    if (isOpen) {
      isOpen = false;
      try {
        if (open != null) {
          open.close();
        }
      } finally {
        open = null;
        Nd4j.getMemoryManager().setCurrentWorkspace(before);
        before = null;
      }
    }
  }
}
