package io.github.implicitbias.core.visit;

import io.github.implicitbias.core.loss.PerSampleLoss;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes batches of plain arrays of outputs and labels, one row per sample. Not thread-safe. */
final class PlainBatches {

  private static final int MOST_SIZES = 4;

  private final LabelKind kind;
  private final @Nullable PerSampleLoss loss;
  private final List<VisitedBatch> batches = new ArrayList<>();
  private double[] derivative = {};

  PlainBatches(LabelKind kind, @Nullable PerSampleLoss loss) {
    this.kind = kind;
    this.loss = loss;
  }

  /** Returns a batch, valid until the next of that size is made. */
  VisitedBatch batch(
      int count, long[] keys, long[][] patterns, double[] z, double[] y, int outputs) {
    VisitedBatch batch = of(count, patterns.length);
    batch.clear();
    System.arraycopy(keys, 0, batch.keys(), 0, count);
    for (int l = 0; l < patterns.length; l++) {
      batch.patterns(l, patterns[l], null);
    }
    kind.judge(batch, 1, z, y, outputs, null);
    if (derivative.length < count * outputs) {
      derivative = new double[count * outputs];
    }
    for (int i = 0; loss != null && i < count; i++) {
      batch.losses()[i] = loss.value(z, y, i * outputs, outputs);
      loss.derivative(z, y, i * outputs, outputs, derivative);
      batch.pulls()[i] = norm(derivative, i * outputs, outputs);
    }
    return batch;
  }

  /** Returns one for so many samples: those of the usual batch, or of the last of an epoch. */
  private VisitedBatch of(int count, int layers) {
    for (int k = 0; k < batches.size(); k++) {
      if (batches.get(k).samples() == count) {
        return batches.get(k);
      }
    }
    if (batches.size() == MOST_SIZES) {
      batches.remove(0);
    }
    VisitedBatch made = new VisitedBatch(count, layers);
    batches.add(made);
    return made;
  }

  private static double norm(double[] values, int offset, int length) {
    double squares = 0;
    for (int k = offset; k < offset + length; k++) {
      squares += values[k] * values[k];
    }
    return Math.sqrt(squares);
  }
}
