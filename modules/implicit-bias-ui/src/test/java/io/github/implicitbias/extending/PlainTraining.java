package io.github.implicitbias.extending;

import io.github.implicitbias.core.engine.NetworkSource;
import io.github.implicitbias.core.engine.Reading;
import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.page.RunPage;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** An example of docs/extending.md: a training loop on plain arrays, recorded and drawn. */
public final class PlainTraining implements NetworkSource {

  static final int SAMPLES = 40;
  static final int UNITS = 12; // the output is the sum of the even ones minus that of the odd ones

  private final NetworkView view = NetworkView.opaque(1);
  final double[] x = IntStream.range(0, SAMPLES).mapToDouble(i -> i / 20.0 - 1).toArray();
  final double[] y = DoubleStream.of(x).map(at -> Math.sin(3 * at)).toArray();
  final double[] theta = new Random(5).doubles(2 * UNITS, -1, 1).toArray(); // weight, bias
  final double[] z = new double[SAMPLES * UNITS];
  final double[] residuals = new double[SAMPLES];

  private double forward() {
    double loss = 0;
    for (int i = 0; i < SAMPLES; i++) {
      residuals[i] = -y[i];
      for (int u = 0; u < UNITS; u++) {
        z[i * UNITS + u] = theta[2 * u] * x[i] + theta[2 * u + 1];
        residuals[i] += (1 - u % 2 * 2) * Math.max(0, z[i * UNITS + u]);
      }
      loss += residuals[i] * residuals[i] / (2 * SAMPLES);
    }
    return loss;
  }

  @Override
  public List<TrackedLayer> layers() {
    return List.of(new TrackedLayer("hidden", 0, UNITS, "relu"));
  }

  @Override
  public NetworkView view() {
    return view;
  }

  @Override
  public double read(Reading into, boolean inPlace) {
    double loss = forward();
    into.preActivations(0, z);
    return loss;
  }

  /** Trains, records into a run file and draws that as a page. */
  public void train(int steps, double rate, Path runFile, Path page) throws IOException {
    Session session =
        Session.observing(new Probe(SAMPLES, x, y, null))
            .schedule(Schedule.everyStep())
            .runFile(runFile)
            .start(this);
    for (int step = 0; step < steps; step++) {
      session.begin(step, 0);
      session.observe();
      double loss = forward();
      for (int k = 0; k < z.length; k++) {
        int u = k % UNITS;
        double change = z[k] > 0 ? rate * residuals[k / UNITS] / SAMPLES * (1 - u % 2 * 2) : 0;
        theta[2 * u] -= change * x[k / UNITS];
        theta[2 * u + 1] -= change;
      }
      session.end(rate, loss);
    }
    session.close();
    RunPage.write(runFile, page);
  }
}
