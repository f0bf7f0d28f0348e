package io.github.implicitbias.nn.layer;

import java.util.Arrays;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.layers.BaseOutputLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastCopyOp;
import org.nd4j.linalg.factory.Nd4j;

/** Runs a {@link NeuronOutputLayer}: an output layer that repeats one column of labels. */
final class NeuronOutput extends BaseOutputLayer<NeuronOutputLayer> {

  private static final long serialVersionUID = 1L;

  NeuronOutput(NeuralNetConfiguration conf, DataType dataType) {
    super(conf, dataType);
  }

  @Override
  protected INDArray getLabels2d(LayerWorkspaceMgr workspaceMgr, ArrayType arrayType) {
    long neurons = layerConf().getNOut();
    boolean matrix = labels.rank() == 2;
    if (matrix && labels.size(1) == neurons) {
      return labels;
    }
    if (!matrix || labels.size(1) != 1) {
      throw new IllegalArgumentException(
          "NeuronOutputLayer has "
              + neurons
              + " neurons, but the labels have shape "
              + Arrays.toString(labels.shape())
              + ". Give labels [samples, "
              + neurons
              + "], or [samples, 1] to train all neurons on the same ones.");
    }
    long[] shape = {labels.size(0), neurons};
    INDArray repeated = workspaceMgr.createUninitialized(arrayType, labels.dataType(), shape, 'c');
    return Nd4j.getExecutioner().exec(new BroadcastCopyOp(repeated, labels, repeated, 0));
  }
}
