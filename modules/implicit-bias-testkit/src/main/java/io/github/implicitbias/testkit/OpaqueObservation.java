package io.github.implicitbias.testkit;

import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.TrainingSetup;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.probe.SampleArray;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.PatternHistory;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A network of which only the pattern is known: no stack, an output layer of an unknown kind, a
 * probe of images without labels, parameters that were not read at this record.
 */
final class OpaqueObservation implements Observation, TrainingSetup {

  private final PatternHistory pattern = new PatternHistory(3, 4);
  private final Probe probe =
      new Probe(
          List.of(new SampleArray(new int[] {4, 1, 2, 2}, new double[16])),
          List.of(),
          null,
          null,
          null);
  private final ParameterNorms norms = new ParameterNorms(1, false);
  private final Map<Class<?>, Shared> shared = new HashMap<>();
  private final View view = new View();

  OpaqueObservation() {
    pattern.next()[0] = 0b0101;
    pattern.next()[2] = 0b1111;
    pattern.advance(0);
  }

  @Override
  public long step() {
    return 0;
  }

  @Override
  public double loss() {
    return Absent.VALUE;
  }

  @Override
  public int layers() {
    return 1;
  }

  @Override
  public PatternHistory pattern(int layer) {
    return pattern;
  }

  @Override
  public @Nullable Boundary boundary(int layer) {
    return null;
  }

  @Override
  public boolean hasParameters() {
    return false;
  }

  @Override
  public ParameterNorms parameters() {
    return norms;
  }

  @Override
  public boolean followsPreviousStep() {
    return false;
  }

  @Override
  public Probe probe() {
    return probe;
  }

  @Override
  public NetworkView network() {
    return view;
  }

  @Override
  public double watchShare() {
    return Absent.VALUE;
  }

  @Override
  public <T extends Shared> T shared(Class<T> type, Supplier<T> factory) {
    Shared value = shared.get(type);
    if (value == null) {
      value = factory.get();
      shared.put(type, value);
      value.compute(this);
    }
    return type.cast(value);
  }

  @Override
  public boolean isPlainSgd() {
    return false;
  }

  @Override
  public boolean isFullBatch() {
    return false;
  }

  @Override
  public boolean isRegularized() {
    return true;
  }

  @Override
  public boolean dividesByBatch() {
    return true;
  }

  @Override
  public double learningRate() {
    return Double.NaN;
  }

  @Override
  public double kappa() {
    return 1;
  }

  /** The view of a network of which nothing is known. */
  private final class View implements NetworkView {

    @Override
    public boolean isStack() {
      return false;
    }

    @Override
    public int layers() {
      return 0;
    }

    @Override
    public WeightLayer layer(int number) {
      throw new IndexOutOfBoundsException("layer " + number + " of 0");
    }

    @Override
    public int outputs() {
      return 0;
    }

    @Override
    public double @Nullable [] outputPreActivations() {
      return null;
    }

    @Override
    public double @Nullable [] lossDerivatives() {
      return null;
    }

    @Override
    public TrainingSetup training() {
      return OpaqueObservation.this;
    }
  }
}
