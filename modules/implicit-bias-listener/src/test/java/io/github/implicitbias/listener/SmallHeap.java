package io.github.implicitbias.listener;

import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * Trains a large network on mini-batches, for a JVM with little memory. Arguments: where to write
 * what came of it, the preset or "none", the widths of the layers, the samples of the probe, the
 * steps, and anything at all if visits are to be read.
 */
final class SmallHeap {

  private static final int BATCH = 128;

  private SmallHeap() {}

  private static DataSet data(int samples, int inputs, int outputs) {
    SplittableRandom random = new SplittableRandom(1);
    INDArray x = Nd4j.create(DataType.FLOAT, samples, inputs);
    INDArray y = Nd4j.create(DataType.FLOAT, samples, outputs);
    float[] row = new float[inputs];
    for (int i = 0; i < samples; i++) {
      for (int j = 0; j < inputs; j++) {
        row[j] = (float) (2 * random.nextDouble() - 1);
      }
      x.putRow(i, Nd4j.createFromArray(row));
      y.putScalar(i, random.nextInt(outputs), 1);
    }
    return new DataSet(x, y);
  }

  private static DataSet batch(DataSet data, int step) {
    int from = step * BATCH % (data.numExamples() - BATCH);
    return new DataSet(
        data.getFeatures().get(NDArrayIndex.interval(from, from + BATCH)),
        data.getLabels().get(NDArrayIndex.interval(from, from + BATCH)));
  }

  public static void main(String[] args) throws Exception {
    int[] widths = Arrays.stream(args[2].split("-")).mapToInt(Integer::parseInt).toArray();
    int last = widths.length - 1;
    Layer[] layers = new Layer[last];
    for (int l = 0; l < last - 1; l++) {
      layers[l] =
          new DenseLayer.Builder()
              .nIn(widths[l])
              .nOut(widths[l + 1])
              .activation(Activation.RELU)
              .build();
    }
    layers[last - 1] = PlainModels.classes(widths[last - 1], widths[last]);
    MultiLayerNetwork net = Stacks.network(DataType.FLOAT, new Sgd(0.01), layers);
    DataSet data = data(Integer.parseInt(args[3]), widths[0], widths[last]);
    ImplicitBiasListener bias = null;
    if (!args[1].equals("none")) {
      bias =
          ImplicitBiasListener.builder(data)
              .preset(Preset.valueOf(args[1]))
              .visits(args.length > 5)
              .schedule(Schedule.every(2))
              .build();
      net.setListeners(bias);
    }
    int steps = Integer.parseInt(args[4]);
    for (int step = 0; step < steps; step++) {
      net.fit(batch(data, step));
    }
    List<String> lines = new ArrayList<>();
    long hash = 0;
    for (long k = 0; k < net.params().length(); k++) {
      hash = 31 * hash + Float.floatToRawIntBits(net.params().getFloat(k));
    }
    lines.add("parameters " + hash);
    if (bias != null) {
      bias.close();
      Run run = bias.run();
      for (String column :
          List.of("loss", "parameterNorm", "activeFraction[layer0]", "deadUnits[layer1]")) {
        lines.add(column + " " + Arrays.toString(run.series(column, 100).values()));
      }
      lines.add("records " + run.size());
      lines.add("failures " + bias.failures());
      run.header()
          .provenance()
          .forEach(
              (key, value) -> {
                if (key.startsWith("absent ")) {
                  lines.add(key + ": " + value);
                }
              });
    }
    Files.write(Path.of(args[0]), lines);
  }
}
