package io.github.implicitbias.samples;

import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Mini-batches of a data set of rows of floats, whose rows are shuffled before each epoch. */
final class ShuffledRows {

  private final float[] x;
  private final float[] y;
  private final int size;
  private final SplittableRandom random;
  private final int[] order;
  private int shuffledFor = -1;

  ShuffledRows(DataSet data, int size, long seed) {
    this.x = data.getFeatures().dup('c').data().asFloat();
    this.y = data.getLabels().dup('c').data().asFloat();
    this.size = size;
    this.random = new SplittableRandom(seed);
    this.order = new int[data.numExamples()];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
  }

  int stepsPerEpoch() {
    return (order.length + size - 1) / size;
  }

  /** Returns the batch of a step; steps come in rising order. */
  DataSet batch(int step) {
    for (; shuffledFor < step / stepsPerEpoch(); shuffledFor++) {
      for (int i = order.length - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int kept = order[i];
        order[i] = order[j];
        order[j] = kept;
      }
    }
    int from = step % stepsPerEpoch() * size;
    int[] rows = new int[Math.min(size, order.length - from)];
    System.arraycopy(order, from, rows, 0, rows.length);
    return new DataSet(of(x, rows), of(y, rows));
  }

  /** ND4J's own selection of rows takes longer than a step of a small network. */
  private INDArray of(float[] values, int[] rows) {
    int width = values.length / order.length;
    float[] chosen = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(values, rows[i] * width, chosen, i * width, width);
    }
    return Nd4j.createFromArray(chosen).reshape(rows.length, width);
  }
}
