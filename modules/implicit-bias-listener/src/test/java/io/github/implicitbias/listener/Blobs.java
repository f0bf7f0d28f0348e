package io.github.implicitbias.listener;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Samples of a few classes, each a cloud around a centre of its own, to be trained on. */
final class Blobs {

  private final int inputs;
  private final double[][] centres;
  private final double spread;
  private final Random random;

  /**
   * Draws the centres.
   *
   * @param spread deviation of a sample from its centre, in each direction; the centres deviate by
   *     1
   */
  Blobs(int inputs, int classes, double spread, long seed) {
    this.inputs = inputs;
    this.spread = spread;
    this.random = new Random(seed);
    this.centres = new double[classes][inputs];
    for (double[] centre : centres) {
      for (int k = 0; k < inputs; k++) {
        centre[k] = random.nextGaussian();
      }
    }
  }

  /** Draws as many samples of every class, in random order. */
  List<DataSet> balanced(int ofEach) {
    int[] counts = new int[centres.length];
    Arrays.fill(counts, ofEach);
    return samples(counts);
  }

  /** Draws samples, so many of each class, in random order. */
  List<DataSet> samples(int... counts) {
    List<DataSet> all = new ArrayList<>();
    for (int label = 0; label < counts.length; label++) {
      for (int i = 0; i < counts[label]; i++) {
        all.add(sample(label, label));
      }
    }
    Collections.shuffle(all, random);
    return all;
  }

  /** Draws a sample of one class that is labelled as one of another. */
  DataSet sample(int of, int label) {
    double[] x = new double[inputs];
    for (int k = 0; k < inputs; k++) {
      x[k] = centres[of][k] + spread * random.nextGaussian();
    }
    float[][] features = new float[1][inputs];
    for (int k = 0; k < inputs; k++) {
      features[0][k] = (float) x[k];
    }
    float[][] labels = new float[1][centres.length];
    labels[0][label] = 1;
    return new DataSet(Nd4j.createFromArray(features), Nd4j.createFromArray(labels));
  }

  /** Gives part of the samples the label of the next class. */
  List<DataSet> mislabelled(int ofEach, double part) {
    List<DataSet> all = new ArrayList<>();
    for (int label = 0; label < centres.length; label++) {
      for (int i = 0; i < ofEach; i++) {
        boolean wrong = random.nextDouble() < part;
        int said =
            wrong ? (label + 1 + random.nextInt(centres.length - 1)) % centres.length : label;
        all.add(sample(label, said));
      }
    }
    Collections.shuffle(all, random);
    return all;
  }
}
