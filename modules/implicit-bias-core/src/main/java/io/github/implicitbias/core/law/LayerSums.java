package io.github.implicitbias.core.law;

/**
 * Sums over the weights of each unit of a layer, and over those of each source that feeds it: w are
 * the weights before a step, g the gradient of the mean loss of its batch, v the velocity before
 * the step, d what the step has added. One number per unit, or per source. They hold until the next
 * step that is read.
 */
public interface LayerSums {

  /** What is summed up over the weights that take from a source. */
  enum Of {
    /** The square of the weights. */
    WW,
    /** Weights times gradient. */
    WG,
    /** The square of the gradient. */
    GG,
    /** Weights times velocity. */
    WV,
    /** Weights times what the step has added. */
    WD,
    /** The square of what the step has added. */
    DD
  }

  /** What is summed up over the units, for each input of an output layer. */
  enum Column {
    /** The weights. */
    W,
    /** Their magnitudes. */
    W_SIZE,
    /** The gradient. */
    G,
    /** Its magnitudes. */
    G_SIZE,
    /** The velocity. */
    V,
    /** What the step has added. */
    D,
    /** Its magnitudes. */
    D_SIZE
  }

  /** Returns the squares of the weights of each unit, without bias. */
  double[] squares();

  /** Returns weights times gradient of each unit, without bias. */
  double[] weightsTimesGradient();

  /** Returns the squares of the gradient of each unit, without bias. */
  double[] gradientSquares();

  /** Returns weights times velocity of each unit, without bias. */
  double[] weightsTimesVelocity();

  /** Returns weights times what the step has added, of each unit, without bias. */
  double[] weightsTimesUpdate();

  /** Returns the squares of what the step has added, of each unit, without bias. */
  double[] updateSquares();

  /** Returns the biases before the step; empty without. */
  double[] biases();

  /** Returns the gradient of the biases; empty without. */
  double[] biasGradient();

  /** Returns the velocity of the biases before the step; empty without biases. */
  double[] biasVelocity();

  /** Returns what the step has added to the biases; empty without. */
  double[] biasUpdate();

  /** Returns true if the velocities of all weights are known. */
  boolean isVelocityKnown();

  /** Returns a sum over the weights that take from each source; empty if nobody needs it. */
  double[] source(Of which);

  /** Returns a sum over the units, for each input; empty but for an output layer. */
  double[] column(Column which);

  /**
   * Returns the furthest that an entry has moved, less decoupled decay of its own and two units of
   * rounding; 0 for other updaters than Adam's.
   */
  double furthestMove();
}
