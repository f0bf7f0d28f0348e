package io.github.implicitbias.lab.sweep;

import io.github.implicitbias.run.Absent;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.dataset.DataSet;

/** What is trained again and again from starts of several scales. */
public interface Swept {

  /** Returns what is trained on what, for a caption. */
  String description();

  /** Returns what the scale is the scale of, with its symbol, for an axis. */
  String scaleName();

  /** Returns the data, which a seed may draw; a new object for every run. */
  DataSet data(long seed);

  /** Returns a network at its start. */
  MultiLayerNetwork network(double scale, long seed);

  /** Returns how many steps a run takes. */
  int steps();

  /** Returns the smallest path norm of a network that fits, absent if it is not known. */
  default double smallestPathNorm() {
    return Absent.VALUE;
  }

  /** Returns the names of the layers to track; none for all with a kink. */
  String[] layers();
}
