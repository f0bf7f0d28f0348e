package io.github.implicitbias.listener;

import io.github.implicitbias.core.norm.FloatProduct;
import io.github.implicitbias.core.norm.ScalarProduct;
import io.github.implicitbias.run.ActivationPattern;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads batches of one size: patterns at the forward pass, outputs at the backward pass. */
final class BatchReader {

  private static final int FEW_OUTPUTS = 64;

  private final VisitPlan plan;
  private final int samples;
  private final boolean single;
  private final NativeReader reader;
  private final List<SignReader> signs = new ArrayList<>();
  private final long[][] patterns;
  private final double[] outputs;
  private final double[] labels;
  private @Nullable FloatProduct product;
  private @Nullable INDArray weightsOfView;
  private @Nullable INDArray view;
  private double[] input = {};
  private double[] weights = {};
  private final double[] bias;

  BatchReader(VisitPlan plan, int samples, boolean single, NativeReader reader) {
    this.plan = plan;
    this.samples = samples;
    this.single = single;
    this.reader = reader;
    SignReader.RawBits raw = new SignReader.RawBits();
    patterns = new long[plan.readings().size()][];
    for (VisitPlan.Reading reading : plan.readings()) {
      UnitLayout layout = reading.layout;
      patterns[signs.size()] =
          new long[(int) layout.units() * ActivationPattern.wordsPerUnit(samples)];
      signs.add(new SignReader(layout, samples, single, reader, raw, null));
    }
    outputs = new double[samples * plan.outputs()];
    labels = new double[samples * plan.outputs()];
    bias = new double[plan.outputs()];
  }

  int samples() {
    return samples;
  }

  long[][] patterns() {
    return patterns;
  }

  /** Returns the pre-activations of the output layer, one row per sample. */
  double[] outputs() {
    return outputs;
  }

  double[] labels() {
    return labels;
  }

  /** Packs the signs of every layer. */
  void pack(Activations activations) {
    for (int k = 0; k < patterns.length; k++) {
      VisitPlan.Reading reading = plan.readings().get(k);
      INDArray array =
          reading.source == NetworkPlan.Source.INPUT
              ? PreActivations.inputOf(reading.node, activations, samples)
              : activations.outputOf(reading.node);
      if (array == null) {
        throw new IllegalStateException("training kept nothing of layer " + reading.node.name());
      }
      signs.get(k).pack(array, patterns[k]);
    }
  }

  /**
   * Computes the outputs.
   *
   * @param given what the output layer was given in this step, behind its preprocessor and dropout
   * @param truth labels, one row per sample
   */
  void compute(INDArray given, INDArray truth) {
    reader.asDoubles(truth, labels);
    NetworkNode node = plan.output();
    INDArray byUnit = weightsByUnit(node.parameter("W"));
    INDArray offsets = node.parameter("b");
    if (offsets != null) {
      reader.asDoubles(offsets, bias);
    }
    int width = (int) byUnit.size(1);
    if (single && plan.outputs() <= FEW_OUTPUTS) {
      if (product == null) {
        product = new FloatProduct(samples, width, plan.outputs());
      }
      reader.floats(byUnit).get(product.weights());
      product.multiply(reader.floats(given), bias, outputs);
    } else {
      multiply(given, byUnit, width);
    }
  }

  /** A view is made once: the array of weights is another only if the network is made anew. */
  private INDArray weightsByUnit(INDArray now) {
    if (now != weightsOfView || view == null) {
      weightsOfView = now;
      view = now.transpose();
    }
    return view;
  }

  private void multiply(INDArray given, INDArray byUnit, int width) {
    if (input.length == 0) {
      input = new double[samples * width];
      weights = new double[plan.outputs() * width];
    }
    reader.asDoubles(given, input);
    reader.asDoubles(byUnit, weights);
    for (int i = 0, at = 0; i < samples; i++) {
      for (int k = 0; k < plan.outputs(); k++, at++) {
        outputs[at] = ScalarProduct.of(input, i * width, weights, k * width, width) + bias[k];
      }
    }
  }
}
