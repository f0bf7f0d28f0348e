package io.github.implicitbias.nn.layer;

import java.util.Objects;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.BaseOutputLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Runs a {@link FixedSignOutputLayer}: an output layer whose weight gradient is written as zero.
 *
 * <p>It is written at every step, because what follows works on it in place: a gradient left over
 * from elsewhere would move the weights.
 */
final class FixedSignOutput extends BaseOutputLayer<FixedSignOutputLayer> {

  private static final long serialVersionUID = 1L;

  FixedSignOutput(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    assertInputSet(true);
    INDArray z = preOutput2d(true, workspaceMgr);
    INDArray delta =
        layerConf()
            .getLossFn()
            .computeGradient(labels, z, layerConf().getActivationFn(), maskArray);
    INDArray w = getParamWithNoise(DefaultParamInitializer.WEIGHT_KEY, true, workspaceMgr);
    // An 'f' result makes the product several times faster than a 'c' one.
    INDArray transposed =
        workspaceMgr.createUninitialized(
            ArrayType.ACTIVATION_GRAD, delta.dataType(), new long[] {nIn(w), delta.size(0)}, 'f');
    w.mmuli(delta.transpose(), transposed);
    return Pair.of(zeroGradient(), backpropDropOutIfPresent(transposed.transpose()));
  }

  @Override
  public void computeGradientAndScore(LayerWorkspaceMgr workspaceMgr) {
    super.computeGradientAndScore(workspaceMgr);
    if (gradient != null) {
      gradient = zeroGradient();
    }
  }

  @Override
  public void applyConstraints(int iteration, int epoch) {
    // The weights are fixed, constraints of the whole network included.
  }

  @Override
  protected INDArray getLabels2d(LayerWorkspaceMgr workspaceMgr, ArrayType arrayType) {
    return labels;
  }

  private Gradient zeroGradient() {
    INDArray view = Objects.requireNonNull(gradientViews.get(DefaultParamInitializer.WEIGHT_KEY));
    view.assign(0.0);
    Gradient zero = new DefaultGradient();
    zero.setGradientFor(DefaultParamInitializer.WEIGHT_KEY, view);
    return zero;
  }

  private static long nIn(INDArray w) {
    return w.size(0);
  }
}
