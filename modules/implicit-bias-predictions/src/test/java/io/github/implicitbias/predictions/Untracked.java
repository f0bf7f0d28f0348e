package io.github.implicitbias.predictions;

import io.github.implicitbias.core.metric.Boundary;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.PatternHistory;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** An observation whose layers are not tracked. */
final class Untracked implements Observation {

  private final Observation observation;
  private final Map<Class<?>, Shared> shared = new HashMap<>();

  Untracked(Observation observation) {
    this.observation = observation;
  }

  private static <T> T changed(Class<T> type, T of, String method, Object result) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, called, arguments) -> {
              try {
                return called.getName().equals(method) ? result : called.invoke(of, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Override
  public NetworkView network() {
    WeightLayer layer =
        changed(WeightLayer.class, observation.network().layer(0), "trackedLayer", -1);
    return changed(NetworkView.class, observation.network(), "layer", layer);
  }

  @Override
  public int layers() {
    return 0;
  }

  @Override
  public Boundary boundary(int layer) {
    throw new IndexOutOfBoundsException(layer);
  }

  @Override
  public PatternHistory pattern(int layer) {
    throw new IndexOutOfBoundsException(layer);
  }

  @Override
  public <T extends Shared> T shared(Class<T> type, Supplier<T> factory) {
    if (!shared.containsKey(type)) {
      T made = factory.get();
      shared.put(type, made);
      made.compute(this);
    }
    return type.cast(shared.get(type));
  }

  @Override
  public long step() {
    return observation.step();
  }

  @Override
  public double loss() {
    return observation.loss();
  }

  @Override
  public boolean hasParameters() {
    return observation.hasParameters();
  }

  @Override
  public ParameterNorms parameters() {
    return observation.parameters();
  }

  @Override
  public boolean followsPreviousStep() {
    return observation.followsPreviousStep();
  }

  @Override
  public Probe probe() {
    return observation.probe();
  }

  @Override
  public double watchShare() {
    return observation.watchShare();
  }
}
