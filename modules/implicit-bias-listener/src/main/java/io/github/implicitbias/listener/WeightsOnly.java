package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.NetworkSource;
import io.github.implicitbias.core.engine.Reading;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;

/** A network as a session without a probe sees it: its parameters, and no sample. */
final class WeightsOnly implements NetworkSource {

  private final NetworkReader reader;

  WeightsOnly(NetworkReader reader) {
    this.reader = reader;
  }

  @Override
  public List<TrackedLayer> layers() {
    return List.of();
  }

  @Override
  public NetworkView view() {
    return reader.view();
  }

  @Override
  public int parameters() {
    return reader.parameters();
  }

  @Override
  public boolean isSinglePrecision() {
    return reader.isSinglePrecision();
  }

  /** There is nothing to be computed: what is read are parameters where they lie. */
  @Override
  public boolean isInPlace() {
    return true;
  }

  @Override
  public double read(Reading into, boolean inPlace) {
    reader.lookAtWeights();
    return Absent.VALUE;
  }

  @Override
  public void readParameters(ParameterNorms into) {
    reader.readParameters(into);
  }

  @Override
  public StepReader steps() {
    return reader.steps();
  }

  @Override
  public void release() {
    reader.release();
  }
}
