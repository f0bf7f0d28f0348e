package io.github.implicitbias.core.visit;

import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The samples of one step of training, as a {@link VisitBook} takes them down: who they are, which
 * units were on for them, and what the network has put out for them. Arrays have one entry per
 * sample and are filled again for each step; what is not known is {@link Absent}, or -1 for a
 * class.
 */
public final class VisitedBatch {

  private final int samples;
  private final long[] keys;
  private final long[][] patterns;
  private final long[] @Nullable [] shown;
  private final int[] labels;
  private final int[] instead;
  private final double[] margins;
  private final double[] confidences;
  private final double[] losses;
  private final double[] pulls;
  private final long[] visited;
  private int visitedSamples;

  /**
   * Makes a batch of which nothing is known and every sample is visited.
   *
   * @param samples how many samples, at least 1
   * @param layers of how many layers the patterns are kept
   */
  public VisitedBatch(int samples, int layers) {
    this.samples = samples;
    keys = new long[samples];
    patterns = new long[layers][];
    shown = new long[layers][];
    labels = new int[samples];
    instead = new int[samples];
    margins = new double[samples];
    confidences = new double[samples];
    losses = new double[samples];
    pulls = new double[samples];
    visited = new long[(samples + 63) >>> 6];
    clear();
  }

  /** Begins a step: nothing is known of the outputs, and every sample is visited. */
  public void clear() {
    Arrays.fill(labels, -1);
    Arrays.fill(instead, -1);
    Arrays.fill(margins, Absent.VALUE);
    Arrays.fill(confidences, Absent.VALUE);
    Arrays.fill(losses, Absent.VALUE);
    Arrays.fill(pulls, Absent.VALUE);
    Arrays.fill(visited, -1);
    visitedSamples = samples;
  }

  /** Returns the number of samples. */
  public int samples() {
    return samples;
  }

  /**
   * Returns by what each sample is known, see {@link SampleIndex#key(java.nio.ByteBuffer, int,
   * int)}.
   */
  public long[] keys() {
    return keys;
  }

  /** Returns the class of each label; -1 where it names none. */
  public int[] labels() {
    return labels;
  }

  /** Returns the class that the network names beside the label's own; -1 where it names none. */
  public int[] instead() {
    return instead;
  }

  /** Returns how far each output is on the side of its label. */
  public double[] margins() {
    return margins;
  }

  /** Returns the probability of each label's class. */
  public double[] confidences() {
    return confidences;
  }

  /** Returns the loss of each sample. */
  public double[] losses() {
    return losses;
  }

  /** Returns the norm of the derivative of each sample's loss by its output. */
  public double[] pulls() {
    return pulls;
  }

  /**
   * Gives the pattern of a layer.
   *
   * @param on one row of bits per unit, bit i % 64 of long i / 64 of it for sample i
   * @param known in the same layout, what the step shows; null if the layer's {@link UnitBits} say
   */
  public void patterns(int layer, long[] on, long @Nullable [] known) {
    patterns[layer] = on;
    shown[layer] = known;
  }

  /** Says that a sample takes no part in the step: its label is masked. */
  public void leaveOut(int sample) {
    if (isVisited(sample)) {
      visited[sample >>> 6] &= ~(1L << (sample & 63));
      visitedSamples--;
    }
  }

  /** Returns true if a sample takes part in the step. */
  public boolean isVisited(int sample) {
    return (visited[sample >>> 6] >>> (sample & 63) & 1) != 0;
  }

  /** Returns how many samples take part in the step. */
  public int visitedSamples() {
    return visitedSamples;
  }

  /**
   * Writes which units of a layer are on for some sample.
   *
   * @param into one entry per unit
   * @return false if the pattern has another number of units
   */
  public boolean onUnits(int layer, boolean[] into) {
    long[] words = patterns[layer];
    int each = (samples + 63) >>> 6;
    if (words.length != into.length * each) {
      return false;
    }
    for (int unit = 0; unit < into.length; unit++) {
      long any = 0;
      for (int k = unit * each; k < (unit + 1) * each; k++) {
        any |= words[k];
      }
      into[unit] = any != 0;
    }
    return true;
  }

  long[] patterns(int layer) {
    return patterns[layer];
  }

  long @Nullable [] shown(int layer) {
    return shown[layer];
  }

  /** Returns a bit per sample, which of them take part; null if all do. */
  long @Nullable [] visitedWords() {
    return visitedSamples == samples ? null : visited;
  }
}
