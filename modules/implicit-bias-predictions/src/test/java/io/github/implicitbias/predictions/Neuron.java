package io.github.implicitbias.predictions;

import io.github.implicitbias.core.loss.PerSampleLoss;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Observation;
import io.github.implicitbias.core.metric.Shared;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.run.Verdict;
import io.github.implicitbias.testkit.PlainStack;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Neurons to be judged, and runs of them. */
final class Neuron {

  private Neuron() {}

  /** Returns the rows of a reference file without its header; hexadecimal fields become numbers. */
  static double[][] rows(String name) {
    return ReferenceFile.rows(name);
  }

  /** Returns a data file whose last column is the label. */
  static Probe reference(String name) {
    double[][] rows = rows(name);
    int d = rows[0].length - 1;
    double[] x = new double[rows.length * d];
    double[] y = new double[rows.length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, x, i * d, d);
      y[i] = rows[i][d];
    }
    return new Probe(rows.length, x, y, null);
  }

  static Probe probe(double[][] x, double... y) {
    double[] features = new double[x.length * x[0].length];
    for (int i = 0; i < x.length; i++) {
      System.arraycopy(x[i], 0, features, i * x[0].length, x[0].length);
    }
    return new Probe(x.length, features, y, null);
  }

  /** Returns one ReLU neuron on the mean of squares (kappa 2), with the learning rate. */
  static PlainStack reLu(Probe probe, double rate, double... w) {
    return PlainStack.builder(probe, new Squared(2), rate).neurons(1, 0, w, null).build();
  }

  /** Returns one linear neuron on the mean of squares (kappa 2), with the learning rate. */
  static PlainStack linear(Probe probe, double rate, double... w) {
    return PlainStack.builder(probe, new Squared(2), rate).neurons(1, 1, w, null).build();
  }

  static PlainStack s1a() {
    return reLu(reference("s1a_data.csv"), .02, -.3, .2);
  }

  static PlainStack s1b() {
    double[] first = rows("s1b_relu.csv")[0];
    return reLu(reference("s1b_data.csv"), .05, first[1], first[2]);
  }

  static PlainStack s1e() {
    return reLu(reference("s1e_data.csv"), .01, .06, .04);
  }

  /** Two orthogonal samples that (1, 1) fits, from a small start: every prediction applies. */
  static PlainStack small() {
    return reLu(smallProbe(), .05, 1e-3, 1e-3);
  }

  static Probe smallProbe() {
    return probe(new double[][] {{1, 0}, {0, 2}}, 1, 2);
  }

  /** Trains and returns the verdict of every step from 0 on. */
  static List<Verdict> train(Prediction prediction, PlainStack net, int steps) {
    List<Verdict> verdicts = new ArrayList<>();
    net.observe(prediction.needs().includes(Needs.BOUNDARY));
    Prediction.Check check = prediction.start(net);
    verdicts.add(check.judge(net));
    for (int step = 1; step <= steps; step++) {
      net.descend();
      net.observe(prediction.needs().includes(Needs.BOUNDARY));
      verdicts.add(check.judge(net));
    }
    return verdicts;
  }

  /** Returns the step of the first verdict with a state, -1 if there is none. */
  static int first(List<Verdict> verdicts, Verdict.State state) {
    for (int step = 0; step < verdicts.size(); step++) {
      if (verdicts.get(step).state() == state) {
        return step;
      }
    }
    return -1;
  }

  static Verdict last(List<Verdict> verdicts) {
    return verdicts.get(verdicts.size() - 1);
  }

  /** Returns the verdict on weights that are set, after a first record. */
  static Verdict afterSetting(Prediction prediction, PlainStack net, double... w) {
    net.observe(prediction.needs().includes(Needs.BOUNDARY));
    Prediction.Check check = prediction.start(net);
    check.judge(net);
    net.setWeights(0, w);
    net.countStep();
    net.observe(prediction.needs().includes(Needs.BOUNDARY));
    return check.judge(net);
  }

  /** Returns what is observed, with one answer of its view or of its first layer changed. */
  static Observation altered(PlainStack net, String method, Object answer) {
    WeightLayer layer =
        proxy(
            WeightLayer.class,
            (self, called, arguments) ->
                called.getName().equals(method)
                    ? answer
                    : called.invoke(net.network().layer(0), arguments));
    NetworkView view =
        proxy(
            NetworkView.class,
            (self, called, arguments) ->
                called.getName().equals("layer")
                    ? layer
                    : called.getName().equals(method)
                        ? answer
                        : called.invoke(net.network(), arguments));
    Map<Object, Shared> shared = new HashMap<>();
    return proxy(
        Observation.class,
        (self, called, arguments) -> {
          if (called.getName().equals("network")) {
            return view;
          }
          if (called.isDefault()) {
            // What follows from other answers follows from those of the changed observation.
            return MethodHandles.privateLookupIn(Observation.class, MethodHandles.lookup())
                .unreflectSpecial(called, Observation.class)
                .bindTo(self)
                .invokeWithArguments(arguments == null ? new Object[0] : arguments);
          }
          if (!called.getName().equals("shared")) {
            return called.invoke(net, arguments);
          }
          Shared found = shared.get(arguments[0]);
          if (found == null) {
            found = (Shared) ((Supplier<?>) arguments[1]).get();
            shared.put(arguments[0], found);
            found.compute((Observation) self);
          }
          return found;
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(Neuron.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** kappa / 2 times the squared error, summed over the outputs. */
  static final class Squared implements PerSampleLoss {
    private final double kappa;

    Squared(double kappa) {
      this.kappa = kappa;
    }

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      double sum = 0;
      for (int k = offset; k < offset + outputs; k++) {
        sum += kappa / 2 * (z[k] - y[k]) * (z[k] - y[k]);
      }
      return sum;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      for (int k = offset; k < offset + outputs; k++) {
        into[k] = kappa * (z[k] - y[k]);
      }
    }

    @Override
    public double kappa(int outputs) {
      return kappa;
    }
  }

  /** (z - y)^4 / 4, which is no squared loss. */
  static final class Quartic implements PerSampleLoss {

    @Override
    public double value(double[] z, double[] y, int offset, int outputs) {
      return Math.pow(z[offset] - y[offset], 4) / 4;
    }

    @Override
    public void derivative(double[] z, double[] y, int offset, int outputs, double[] into) {
      into[offset] = Math.pow(z[offset] - y[offset], 3);
    }

    @Override
    public double kappa(int outputs) {
      return 1;
    }
  }
}
