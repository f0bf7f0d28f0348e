package io.github.implicitbias.listener;

import io.github.implicitbias.core.visit.UnitBits;
import io.github.implicitbias.core.visit.VisitedBatch;
import io.github.implicitbias.run.ActivationPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads the patterns of batches of one size at the forward pass of a step. */
final class BatchReader {

  private final VisitPlan plan;
  private final int samples;
  private final boolean single;
  private final NativeReader reader;
  private final SignReader.RawBits raw = new SignReader.RawBits();
  private final List<Layer> layers = new ArrayList<>();
  private final VisitedBatch batch;
  private final TimeMask mask;

  /** One layer: sequences, and images, are read by another reader where their size changes. */
  private static final class Layer {
    final VisitPlan.Reading reading;
    final long[] on;
    final long @Nullable [] known;
    UnitLayout layout;
    SignReader signs;

    Layer(
        VisitPlan.Reading reading,
        UnitLayout layout,
        SignReader signs,
        long[] on,
        long @Nullable [] known) {
      this.reading = reading;
      this.layout = layout;
      this.signs = signs;
      this.on = on;
      this.known = known;
    }
  }

  BatchReader(VisitPlan plan, int samples, boolean single, NativeReader reader) {
    this.plan = plan;
    this.samples = samples;
    this.single = single;
    this.reader = reader;
    this.mask = new TimeMask(reader);
    batch = new VisitedBatch(samples, plan.readings().size());
    for (VisitPlan.Reading reading : plan.readings()) {
      int words = (int) reading.layout.units() * ActivationPattern.wordsPerUnit(samples);
      long[] known = reading.bits == UnitBits.ZERO_UNKNOWN ? new long[words] : null;
      layers.add(new Layer(reading, reading.layout, signs(reading.layout), new long[words], known));
    }
  }

  private SignReader signs(UnitLayout layout) {
    return new SignReader(layout, samples, single, reader, raw, null);
  }

  int samples() {
    return samples;
  }

  /** Returns what is known of the samples. */
  VisitedBatch batch() {
    return batch;
  }

  /** Packs the signs of every layer. */
  void pack(Activations activations, Network net) {
    batch.clear();
    for (int k = 0; k < layers.size(); k++) {
      Layer layer = layers.get(k);
      VisitPlan.Reading reading = layer.reading;
      INDArray array =
          reading.source == NetworkPlan.Source.INPUT
              ? PreActivations.inputOf(reading.node, activations, samples)
              : activations.outputOf(reading.node);
      if (array == null) {
        throw new IllegalStateException("training kept nothing of layer " + reading.node.name());
      }
      if (reading.layout.hasPositions()) {
        fit(layer, array, net);
      }
      layer.signs.pack(array, layer.on);
      if (layer.known != null) {
        layer.signs.packNotZero(array, layer.known);
      }
      batch.patterns(k, layer.on, layer.known);
    }
  }

  /** Sequences may have another length in every batch, and a mask says which steps there are. */
  private void fit(Layer layer, INDArray array, Network net) {
    UnitLayout now = layer.reading.layout.perChannelOf(array, samples);
    if (now == null) {
      throw new IllegalStateException("the output of " + layer.reading.node.name() + " changed");
    }
    if (now.positions() != layer.layout.positions()) {
      layer.layout = now;
      layer.signs = signs(now);
    }
    layer.signs.exist(existing(layer.reading.node, now, net));
  }

  private boolean @Nullable [] existing(NetworkNode node, UnitLayout layout, Network net) {
    int positions = (int) layout.positions();
    boolean found = mask.read(node.implementation().getMaskArray(), samples, positions);
    for (int k = 0; k < net.inputs() && !found; k++) {
      found = mask.read(net.featureMask(k), samples, positions);
    }
    if (!found) {
      return null;
    }
    boolean[] exists = new boolean[samples * positions];
    boolean all = true;
    for (int i = 0; i < samples; i++) {
      for (int p = 0; p < positions; p++) {
        exists[i * positions + p] = mask.of(i, p) != 0;
        all &= exists[i * positions + p];
      }
    }
    return all ? null : exists;
  }
}
