package io.github.implicitbias.nn;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.deeplearning4j.gradientcheck.GradientCheckUtil;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.buffer.util.DataTypeUtil;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Compares backpropagation with central differences, by DL4J's own checker. */
public final class Gradients {

  private static final double STEP = 1e-6;
  private static final double RELATIVE = 1e-5;
  private static final double ABSOLUTE = 1e-8;

  private Gradients() {}

  public static void check(
      MultiLayerNetwork net, INDArray x, INDArray y, INDArray mask, Set<String> without) {
    inDouble(
        () ->
            GradientCheckUtil.checkGradients(
                new GradientCheckUtil.MLNConfig()
                    .net(net)
                    .epsilon(STEP)
                    .maxRelError(RELATIVE)
                    .minAbsoluteError(ABSOLUTE)
                    .input(x)
                    .labels(y)
                    .labelMask(mask)
                    .excludeParams(without)));
  }

  public static void check(ComputationGraph net, INDArray x, INDArray y, Set<String> without) {
    inDouble(
        () ->
            GradientCheckUtil.checkGradients(
                new GradientCheckUtil.GraphConfig()
                    .net(net)
                    .epsilon(STEP)
                    .maxRelError(RELATIVE)
                    .minAbsoluteError(ABSOLUTE)
                    .inputs(new INDArray[] {x})
                    .labels(new INDArray[] {y})
                    .excludeParams(without)));
  }

  /** The checker insists on a process-wide type; it gets it for as long as it runs. */
  private static void inDouble(java.util.function.BooleanSupplier check) {
    DataType before = DataTypeUtil.getDtypeFromContext();
    DataTypeUtil.setDTypeForContext(DataType.DOUBLE);
    try {
      assertTrue(check.getAsBoolean(), "backpropagation differs from central differences");
    } finally {
      DataTypeUtil.setDTypeForContext(before);
    }
  }
}
