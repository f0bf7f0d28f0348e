package io.github.implicitbias.core.metric;

import io.github.implicitbias.core.probe.Probe;

/** The features of a probe as rows. */
public final class SampleRows {

  private SampleRows() {}

  /** Returns one row per sample, with a last entry of 1 if asked for. */
  public static double[][] rows(Probe probe, boolean extended) {
    int inputs = probe.inputs();
    double[] features = probe.features();
    double[][] rows = new double[probe.samples()][inputs + (extended ? 1 : 0)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(features, i * inputs, rows[i], 0, inputs);
      if (extended) {
        rows[i][inputs] = 1;
      }
    }
    return rows;
  }
}
