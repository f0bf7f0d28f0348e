package io.github.implicitbias.listener;

import io.github.implicitbias.core.loss.BatchLoss;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.lossfunctions.impl.LossBinaryXENT;
import org.nd4j.linalg.lossfunctions.impl.LossFMeasure;
import org.nd4j.linalg.lossfunctions.impl.LossHinge;
import org.nd4j.linalg.lossfunctions.impl.LossKLD;
import org.nd4j.linalg.lossfunctions.impl.LossL1;
import org.nd4j.linalg.lossfunctions.impl.LossL2;
import org.nd4j.linalg.lossfunctions.impl.LossMAE;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;
import org.nd4j.linalg.lossfunctions.impl.LossMultiLabel;
import org.nd4j.linalg.lossfunctions.impl.LossNegativeLogLikelihood;
import org.nd4j.linalg.lossfunctions.impl.LossSparseMCXENT;
import org.nd4j.linalg.lossfunctions.impl.LossSquaredHinge;

/** What the losses of DL4J are for: whether labels are classes, and how they are written. */
final class LossTask {

  /** Their labels are classes, whatever the activation before them. */
  private static final Set<Class<?>> OF_CLASSES =
      Set.of(
          LossMCXENT.class,
          LossNegativeLogLikelihood.class,
          LossSparseMCXENT.class,
          LossBinaryXENT.class,
          LossHinge.class,
          LossSquaredHinge.class,
          LossFMeasure.class,
          LossMultiLabel.class);

  /** They compare outputs with labels; where outputs are probabilities, labels are classes. */
  private static final Set<Class<?>> OF_NUMBERS =
      Set.of(LossMSE.class, LossL2.class, LossMAE.class, LossL1.class, LossKLD.class);

  private LossTask() {}

  /** Returns the loss function of an output layer, with weights or without. */
  static ILossFunction lossOf(Layer layer) {
    if (layer instanceof LossLayer) {
      return ((LossLayer) layer).getLossFn();
    }
    if (layer instanceof RnnLossLayer) {
      return ((RnnLossLayer) layer).getLossFn();
    }
    if (layer instanceof CnnLossLayer) {
      return ((CnnLossLayer) layer).getLossFn();
    }
    return layer instanceof Cnn3DLossLayer
        ? ((Cnn3DLossLayer) layer).getLossFn()
        : ((BaseOutputLayer) layer).getLossFn();
  }

  /** Returns the activation function of an output layer. */
  static IActivation activationOf(Layer layer) {
    return ((BaseLayer) layer).getActivationFn();
  }

  /**
   * Returns true if labels are classes, told from 0 or from one another by the pre-activations: the
   * losses of classification, and those of numbers where the outputs are probabilities.
   */
  static boolean classifies(ILossFunction loss, IActivation activation) {
    if (loss instanceof BatchLoss) {
      return ((BatchLoss) loss).classifies();
    }
    boolean probabilities =
        activation instanceof ActivationSoftmax || activation instanceof ActivationSigmoid;
    return OF_CLASSES.contains(loss.getClass())
        || probabilities && OF_NUMBERS.contains(loss.getClass());
  }

  /** Returns true if a loss takes the number of the class as the only label of a sample. */
  static boolean takesIndices(ILossFunction loss) {
    return loss instanceof LossSparseMCXENT;
  }

  /** Returns true if a loss is known to need one label per output. */
  static boolean needsLabelPerOutput(ILossFunction loss) {
    return loss instanceof BatchLoss
        || !takesIndices(loss)
            && (OF_CLASSES.contains(loss.getClass()) || OF_NUMBERS.contains(loss.getClass()));
  }

  /**
   * Returns the probe as metrics see it: labels that are numbers of classes, of a single output
   * layer that takes them, are written as one row per sample, with a 1 at the class. Every other
   * probe is returned as it is.
   */
  static Probe withClasses(Network net, Probe probe) {
    NetworkNode output = net.outputs().get(0);
    int classes = net.outputs().size() == 1 && output.isLayer() ? classes(output) : 0;
    if (classes == 0 || !probe.hasLabelMatrix()) {
      return probe;
    }
    double[] rows = rows(probe.labelArrays().get(0), classes);
    return rows == null
        ? probe
        : new Probe(
            probe.featureArrays(),
            List.of(new SampleArray(new int[] {probe.samples(), classes}, rows)),
            probe.featureMasks(),
            probe.labelMasks(),
            probe.sampleIds());
  }

  /** Returns the number of classes of a layer that takes their numbers, otherwise 0. */
  private static int classes(NetworkNode output) {
    Layer layer = output.layer();
    if (layer instanceof LossLayer && takesIndices(((LossLayer) layer).getLossFn())) {
      return NetworkPlan.widthByConfiguration(output);
    }
    return layer instanceof BaseOutputLayer && takesIndices(((BaseOutputLayer) layer).getLossFn())
        ? (int) ((BaseOutputLayer) layer).getNOut()
        : 0;
  }

  /** Returns one row per sample, with a 1 at its class; null if labels are not classes' numbers. */
  static double @Nullable [] rows(SampleArray labels, int classes) {
    if (labels.width() != 1) {
      return null;
    }
    double[] rows = new double[labels.samples() * classes];
    for (int i = 0; i < labels.samples(); i++) {
      double label = labels.value(i);
      if (!(label >= 0 && label < classes && label == (int) label)) {
        return null;
      }
      rows[i * classes + (int) label] = 1;
    }
    return rows;
  }
}
