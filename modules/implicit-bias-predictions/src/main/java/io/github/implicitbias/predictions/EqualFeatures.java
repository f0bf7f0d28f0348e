package io.github.implicitbias.predictions;

import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The samples of a probe in groups of equal features: found by a hash, then compared number by
 * number. Cost: O(samples x features).
 */
final class EqualFeatures {

  private final List<SampleArray> features;
  private final int samples;

  /** The group of each sample, counted from 0. */
  private final int[] groupOf;

  private int groups;

  EqualFeatures(Probe probe) {
    features = probe.featureArrays();
    samples = probe.samples();
    groupOf = new int[samples];
    Map<Long, List<Integer>> firsts = new HashMap<>();
    for (int i = 0; i < samples; i++) {
      List<Integer> candidates = firsts.computeIfAbsent(hash(i), any -> new ArrayList<>(1));
      groupOf[i] = -1;
      for (int first : candidates) {
        if (areEqual(first, i)) {
          groupOf[i] = groupOf[first];
        }
      }
      if (groupOf[i] < 0) {
        groupOf[i] = groups++;
        candidates.add(i);
      }
    }
  }

  private long hash(int sample) {
    long hash = 1;
    for (SampleArray array : features) {
      int width = array.width();
      for (int k = sample * width; k < (sample + 1) * width; k++) {
        // Adding 0 makes -0 the 0 that it is equal to.
        hash = 31 * hash + Double.doubleToLongBits(array.value(k) + 0.0);
        hash ^= hash >>> 29;
      }
    }
    return hash;
  }

  private boolean areEqual(int one, int other) {
    for (SampleArray array : features) {
      int width = array.width();
      for (int k = 0; k < width; k++) {
        if (array.value(one * width + k) != array.value(other * width + k)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Returns the number of different rows. */
  int groups() {
    return groups;
  }

  /** Returns the least loss of any function of the features; 0 if all labels can be fitted. */
  double floor(OutputLoss loss) {
    int outputs = loss.outputs();
    double[] labels = loss.labels();
    double[] means = new double[groups * outputs];
    int[] sizes = new int[groups];
    for (int i = 0; i < samples; i++) {
      sizes[groupOf[i]]++;
    }
    for (int i = 0; i < samples; i++) {
      for (int k = 0; k < outputs; k++) {
        means[groupOf[i] * outputs + k] += labels[i * outputs + k] / sizes[groupOf[i]];
      }
    }
    double sum = 0;
    if (loss.kind() == OutputLoss.Kind.SQUARED) {
      for (int i = 0; i < samples; i++) {
        for (int k = 0; k < outputs && sizes[groupOf[i]] > 1; k++) {
          double residual = labels[i * outputs + k] - means[groupOf[i] * outputs + k];
          sum += loss.factor() / 2 * residual * residual;
        }
      }
    } else {
      for (int group = 0; group < groups; group++) {
        sum += sizes[group] * loss.entropy(means, group * outputs);
      }
    }
    // A mean of equal labels may be off by a rounding.
    double floor = sum / samples;
    return floor > 1e-12 ? floor : 0;
  }
}
