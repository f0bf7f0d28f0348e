package io.github.implicitbias.benchmarks.kernel;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.engine.NetworkSource;
import io.github.implicitbias.core.engine.Reading;
import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.engine.SessionBuilder;
import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A whole step of a session on a network that takes no time, with triggers that never hold and
 * without: the difference is what triggers cost a step, the clocks of watching included.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class TriggersBenchmark {

  private static final int SAMPLES = 16;
  private static final int OF_A_KIND = 5;

  /** How many triggers there are; 0 or 20. */
  @Param({"0", "20"})
  private int triggers;

  private Session session;
  private long step;

  private static final class Still implements NetworkSource {
    private final NetworkView view = NetworkView.opaque(1);
    private final double[] z = new double[SAMPLES];

    @Override
    public List<TrackedLayer> layers() {
      return List.of(new TrackedLayer("layer0", 0, 1, "relu"));
    }

    @Override
    public NetworkView view() {
      return view;
    }

    @Override
    public double read(Reading into, boolean inPlace) {
      into.preActivations(0, z);
      return 1;
    }
  }

  /** Begins a run of its own for each measurement, so that its memory stays small. */
  @Setup(Level.Iteration)
  public void begin() {
    Probe probe = new Probe(SAMPLES, new double[SAMPLES], new double[SAMPLES], null);
    SessionBuilder builder = Session.observing(probe).schedule(Schedule.everyStep());
    for (int k = 0; k < triggers / (OF_A_KIND - 1); k++) {
      Trigger never = Trigger.above("loss", 1e9 + k);
      builder
          .when(never, Action.log())
          .when(Trigger.notFinite().and(Trigger.below("score", k)).once(), Action.stop())
          .when(Trigger.event(EventKind.values()[k]).and(never), Action.log())
          .when(Trigger.stableFor("pattern", 1_000_000_000L + k).times(2), Action.log());
    }
    session = builder.start(new Still());
    step = 0;
  }

  /** Ends the run. */
  @TearDown(Level.Iteration)
  public void end() {
    session.close();
  }

  /** One step, as a loop of training makes it. */
  @Benchmark
  public void step() {
    session.begin(step, 0);
    session.observe();
    session.known(0.1, 1);
    session.end(0.1, 1);
    step++;
  }
}
