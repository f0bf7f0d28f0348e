package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.EpochOfVisits;
import io.github.implicitbias.core.visit.VisitBook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Trains on many samples in mini-batches, for a JVM with little memory. Arguments: where to write
 * what came of it, true to watch, the samples, the hidden units, the epochs.
 */
final class SmallHeapVisits {

  private static final int BATCH = 500;
  private static final int INPUTS = 20;
  private static final int CLASSES = 4;

  private SmallHeapVisits() {}

  /**
   * Rows of a fixed network of arithmetic, in native memory; labels by the largest of four sums.
   */
  private static DataSet data(int samples) {
    Nd4j.getRandom().setSeed(7);
    INDArray x = Nd4j.randn(DataType.FLOAT, samples, INPUTS);
    INDArray sums = x.reshape(samples, CLASSES, INPUTS / CLASSES).sum(2);
    INDArray y = Nd4j.zeros(DataType.FLOAT, samples, CLASSES);
    for (int i = 0; i < samples; i++) {
      int largest = 0;
      for (int c = 1; c < CLASSES; c++) {
        largest = sums.getFloat(i, c) > sums.getFloat(i, largest) ? c : largest;
      }
      y.putScalar(i, largest, 1);
    }
    return new DataSet(x, y);
  }

  public static void main(String[] args) throws Exception {
    int samples = Integer.parseInt(args[2]);
    int units = Integer.parseInt(args[3]);
    MultiLayerNetwork net =
        Stacks.network(
            DataType.FLOAT,
            new Sgd(0.1),
            new DenseLayer.Builder().nIn(INPUTS).nOut(units).activation(Activation.RELU).build(),
            PlainModels.classes(units, CLASSES));
    DataSet data = data(samples);
    ImplicitBiasListener bias = null;
    if (Boolean.parseBoolean(args[1])) {
      bias = ImplicitBiasListener.builder().build();
      net.setListeners(bias);
    }
    for (int epoch = 0; epoch < Integer.parseInt(args[4]); epoch++) {
      List<DataSet> batches = new ArrayList<>();
      for (int from = 0; from < samples; from += BATCH) {
        int to = Math.min(samples, from + BATCH);
        batches.add(
            new DataSet(
                data.getFeatures().get(NDArrayIndex.interval(from, to)),
                data.getLabels().get(NDArrayIndex.interval(from, to))));
      }
      net.fit(new org.deeplearning4j.datasets.iterator.ExistingDataSetIterator(batches.iterator()));
    }
    List<String> lines = new ArrayList<>();
    long hash = 0;
    for (long k = 0; k < net.params().length(); k++) {
      hash = 31 * hash + Float.floatToRawIntBits(net.params().getFloat(k));
    }
    lines.add("parameters " + hash);
    if (bias != null) {
      VisitBook visits = bias.visits();
      bias.close();
      lines.add("status " + visits.status());
      lines.add("returns " + visits.returns());
      lines.add("samples " + visits.size());
      lines.add("records " + bias.run().size());
      StringBuilder counted = new StringBuilder("epochs");
      for (EpochOfVisits epoch : visits.epochs()) {
        counted.append(' ').append(epoch.visits());
      }
      lines.add(counted.toString());
      lines.add("failures " + bias.failures());
    }
    Files.write(Path.of(args[0]), lines);
  }
}
