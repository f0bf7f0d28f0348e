package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import org.jspecify.annotations.Nullable;

/** A ReLU stack of which nothing is known but its sizes, as before the first record of a run. */
final class SizesOnly implements NetworkView {

  private final int[] widths;

  /** Makes a stack, given the number of inputs and the units of each layer. */
  SizesOnly(int... widths) {
    this.widths = widths;
  }

  @Override
  public boolean isStack() {
    return true;
  }

  @Override
  public int layers() {
    return widths.length - 1;
  }

  @Override
  public int outputs() {
    return widths[layers()];
  }

  @Override
  public double @Nullable [] outputPreActivations() {
    throw new IllegalStateException("read before the first record");
  }

  @Override
  public double @Nullable [] lossDerivatives() {
    throw new IllegalStateException("read before the first record");
  }

  @Override
  public TrainingSetup training() {
    return NetworkView.opaque(1).training();
  }

  @Override
  public WeightLayer layer(int number) {
    return new WeightLayer() {
      @Override
      public String name() {
        return "layer" + number;
      }

      @Override
      public int trackedLayer() {
        return isOutput() ? -1 : number;
      }

      @Override
      public int units() {
        return widths[number + 1];
      }

      @Override
      public int inputs() {
        return widths[number];
      }

      @Override
      public boolean isTrained() {
        return true;
      }

      @Override
      public boolean hasBias() {
        return true;
      }

      @Override
      public boolean isOutput() {
        return number == layers() - 1;
      }

      @Override
      public double negativeSlope() {
        return isOutput() ? Double.NaN : 0;
      }

      @Override
      public double[] weights() {
        throw new IllegalStateException("read before the first record");
      }

      @Override
      public double @Nullable [] biases() {
        throw new IllegalStateException("read before the first record");
      }

      @Override
      public double @Nullable [] inputActivations() {
        throw new IllegalStateException("read before the first record");
      }

      @Override
      public double @Nullable [] outputActivations() {
        throw new IllegalStateException("read before the first record");
      }
    };
  }
}
