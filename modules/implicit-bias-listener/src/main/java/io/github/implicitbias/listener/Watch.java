package io.github.implicitbias.listener;

import io.github.implicitbias.core.engine.Instruments;
import io.github.implicitbias.core.engine.Session;
import io.github.implicitbias.core.engine.SessionBuilder;
import io.github.implicitbias.core.engine.StepReading;
import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.run.Absent;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.deeplearning4j.nn.api.Model;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One network of DL4J and the session that observes it: which callback is what moment of a step.
 */
final class Watch {

  private static final Logger LOG = LoggerFactory.getLogger(ImplicitBiasListener.class);

  private final Network net;
  private final NetworkReader reader;
  private final LearningRate rate;
  private final Session session;
  private final @Nullable TestWatch test;
  private final String route;
  private final String told;
  private final @Nullable VisitWatch visits;
  private final VisitBook book;
  private final long parameters;
  private final @Nullable LawWatch laws;
  private long uncounted;
  private boolean saidTwice;

  private Watch(
      Network net,
      NetworkReader reader,
      LearningRate rate,
      @Nullable VisitWatch visits,
      VisitBook book,
      Supplier<Session> start,
      @Nullable TestWatch test,
      String route,
      String told) {
    this.net = net;
    this.reader = reader;
    this.rate = rate;
    this.visits = visits;
    this.book = book;
    this.parameters = net.params().length();
    this.route = route;
    this.told = told;
    this.test = test;
    this.session = start.get();
    if (visits != null) {
      visits.recordInto(session.recorderOfVisits());
    }
    this.laws = LawWatch.of(net, reader, session, visits);
  }

  /**
   * Starts to watch a network.
   *
   * @param reader of the same network, which has been shown the batch of the first step
   * @param builder has everything but what is known of the network
   * @param workers of the listener
   * @param training what the workers of one training are known by, see {@link Workers#visits}
   */
  static Watch start(
      Network net,
      NetworkReader reader,
      ListenerSettings settings,
      SessionBuilder builder,
      Workers workers,
      @Nullable String training) {
    NetworkPlan plan = reader.plan();
    for (String sentence : plan.notes()) {
      LOG.warn("{}.", sentence);
    }
    Probe probe = settings.probe;
    String route = route(plan, probe) + "; " + name(settings.schedule);
    String told = Told.of(net, reader, settings, route);
    LOG.info("Recording {}.", told);
    TestWatch test = settings.test == null ? null : new TestWatch(settings.test, net);
    Instruments instruments = settings.instruments(test);
    Map<String, String> facts = Provenance.of(net, route);
    facts.put("recorded", told);
    if (facts.containsKey("statistics")) {
      LOG.info("Statistics: {}.", facts.get("statistics"));
    }
    facts.put("schedule", name(settings.schedule));
    facts.put("preset", settings.additions.preset().name().toLowerCase(Locale.ROOT));
    Supplier<String> configuration = net.json();
    // What only samples of a probe could show is not computed without one, nor is what it needs.
    Instruments computed = probe == null ? instruments.withoutProbe() : instruments;
    LearningRate rate = show(net, reader, computed.needs());
    if (rate.whyNoFlow() != null) {
      facts.put("flowTime", "absent: " + rate.whyNoFlow());
      LOG.info("There is no flow time: {}.", rate.whyNoFlow());
    }
    String whyNoVisits = whyNoVisits(settings, reader);
    VisitWatch visits = null;
    VisitBook book;
    if (whyNoVisits == null) {
      visits =
          workers.visits(
              training,
              before ->
                  VisitWatch.start(net, plan.readings(), settings.index, settings.words, before));
      book = visits.book();
      builder.visits(book);
    } else {
      book = VisitBook.empty(whyNoVisits);
    }
    facts.put("visits", book.status());
    if (settings.visits != KeepVisits.NEVER) {
      LOG.info("{}", book.status());
    }
    builder
        .instruments(instruments)
        .provenance(facts)
        .laterProvenance(() -> Provenance.thatTakesLong(probe, configuration));
    if (test != null) {
      test.against(book);
    }
    return new Watch(
        net, reader, rate, visits, book, () -> builder.start(reader.source()), test, route, told);
  }

  /**
   * Goes on with the run of this watch, on another network of the same layout.
   *
   * @param next one that {@link #canGoOnWith} has allowed
   * @param beganAt CPU time of this thread at which that network came
   */
  Watch goOnWith(Network next, NetworkReader nextReader, long beganAt) {
    LearningRate nextRate = show(next, nextReader, reader.needs());
    nextReader.continueAfter(reader);
    session.continueWith(nextReader.source(), beganAt);
    VisitWatch nextVisits =
        visits == null ? null : visits.goOnWith(next, nextReader.plan().readings());
    if (test != null) {
      test.follow(next);
    }
    return new Watch(
        next, nextReader, nextRate, nextVisits, book, () -> session, test, route, told);
  }

  private static String route(NetworkPlan plan, @Nullable Probe probe) {
    if (probe == null) {
      return "without a probe: what training itself shows at every step";
    }
    return plan.shadowReason() == null
        ? "in place when a step trains on the probe, else through a shadow network"
        : "through a shadow network, because " + plan.shadowReason();
  }

  /** Returns why visits are not kept, null if they are. */
  private static @Nullable String whyNoVisits(ListenerSettings settings, NetworkReader reader) {
    if (settings.visits == KeepVisits.NEVER) {
      return "Visits are not kept, because visits(false) says so.";
    }
    return settings.visits == KeepVisits.UNLESS_IN_PLACE
            && settings.probe != null
            && reader.isInPlace()
        ? "Visits are not kept, because training shows the whole probe at every step, so that the"
            + " records have seen every sample: visits(true) keeps them nevertheless."
        : null;
  }

  private static LearningRate show(Network net, NetworkReader reader, Needs needs) {
    LearningRate rate = new LearningRate(net);
    double kappa = reader.head() == null ? 1 : reader.head().kappa();
    reader.show(
        new ConfiguredTraining(net, reader.fullBatch(), reader.ownUpdate(), rate::rate, kappa)
            .following(rate),
        needs);
    return rate;
  }

  /** A schedule that is a lambda has no name worth recording. */
  private static String name(Schedule schedule) {
    return schedule.getClass().isSynthetic() ? "a schedule of the user's own" : schedule.toString();
  }

  /** Returns true if a network has the layout of this one and is not behind it. */
  boolean canGoOnWith(Network next, NetworkReader nextReader) {
    return next.params().length() == parameters
        && session.canContinueWith(nextReader.source(), next.iteration());
  }

  /** Returns true if a listener will hear no more of this network: it is gone, or was let go. */
  boolean isOverFor(ImplicitBiasListener listener) {
    return isGone() || !net.listeners().contains(listener);
  }

  /** Returns true if the memory of the parameters was freed, as DL4J does with replicas. */
  boolean isGone() {
    return net.params().wasClosed();
  }

  boolean isOf(Model model) {
    return net.model() == model;
  }

  /** Returns true if a model is one of the layers of the network. */
  boolean hasLayer(Model model) {
    for (NetworkNode node : net.nodes()) {
      if (node.isLayer() && node.implementation() == model) {
        return true;
      }
    }
    return false;
  }

  /** Returns true if the network counts its steps from an earlier one again. */
  boolean isSetBack() {
    return session.isSetBackTo(step());
  }

  /** Returns the number of updates done: those the network counts, and those it does not. */
  private long step() {
    return net.iteration() + uncounted;
  }

  /** Says that the network has made updates since the last one heard, if it lost the listener. */
  void sayMissed(ImplicitBiasListener listener) {
    boolean heard = isGone() || net.listeners().contains(listener);
    long missed = heard ? 0 : step() - session.step() - 1;
    if (missed > 0) {
      LOG.warn(
          "The network made {} updates without this listener, which was taken off it, as"
              + " setListeners(...) does: use addListeners(...).",
          missed);
    }
  }

  /** Returns the number of updates that the network says it has done. */
  int iteration() {
    return net.iteration();
  }

  /** Returns how many times a listener is among those of the network. */
  private long timesAdded(ImplicitBiasListener listener) {
    return net.listeners().stream().filter(one -> one == listener).count();
  }

  String route() {
    return route;
  }

  /** Returns what is recorded, and what is not. */
  String told() {
    return told;
  }

  Session session() {
    return session;
  }

  /** At the forward pass the activations are those of the parameters of this step. */
  void forward(Object handed) {
    long step = step();
    boolean begins = step != session.step();
    if (begins) {
      // In a loop of the user's own nobody says when the gradient is known.
      rate.take();
      // A line search passes forward several times, at first with the parameters of the step.
      reader.ofTraining(net.activations(handed));
      reader.ownUpdate().begun(net.iteration());
    }
    session.begin(step, net.epoch());
    if (begins && laws != null) {
      laws.forward(net.activations(handed));
    }
    StepReading noted = session.visits();
    if (begins && visits != null && noted != null) {
      long start = System.nanoTime();
      noted.visitsGoOn();
      visits.forward(handed);
      noted.visitsPause();
      session.spent(System.nanoTime() - start);
    }
  }

  /** In the backward pass a graph shows its labels. */
  void backward() {
    reader.fullBatch().backward();
    StepReading noted = session.visits();
    boolean visited = false;
    if (visits != null && noted != null) {
      noted.visitsBegin();
      visited = visits.backward(noted, session.step());
      noted.visitsPause();
    }
    if (laws != null) {
      laws.backward(visited);
    }
  }

  void epochEnded() {
    session.epochEnded();
    endEpochOfVisits();
  }

  /** Ends the epoch of the visits; that of training may have ended before, or have none. */
  void endEpochOfVisits() {
    if (visits != null) {
      visits.epochEnded();
    }
  }

  /** Returns the visits; an empty book says why there are none. */
  VisitBook book() {
    return book;
  }

  /** When the gradient is known, the parameters are still those of this step. */
  void gradient() {
    rate.take();
    if (laws != null) {
      laws.gradient();
    }
    session.observe();
    session.known(rate.rate(), net.score());
  }

  /** After the update the score of this step is known; the parameters are those of the next. */
  void updated(ImplicitBiasListener listener) {
    if (visits != null) {
      visits.updated();
    }
    if (laws != null) {
      laws.updated();
    }
    if (session.end(rate.rate(), net.score())) {
      reader.ownUpdate().updated();
    } else if (!saidTwice && timesAdded(listener) > 1) {
      saidTwice = true;
      LOG.warn("This ImplicitBiasListener was added twice to a network: it records once.");
    }
  }

  /** Asks for everything at the next record; from any thread. */
  void requestAll() {
    session.requestAll();
    if (test != null) {
      test.request();
    }
  }

  /** Observes the parameters as they are now, between two updates, because somebody asks for it. */
  void observeNow() {
    if (step() <= session.step()) {
      uncounted += session.step() + 1 - step();
    }
    rate.take();
    session.observeNow(step(), net.epoch());
    session.known(rate.rate(), Absent.VALUE);
  }

  /** After an update of one of the layers alone, which the network does not count. */
  void layerUpdated() {
    long start = System.nanoTime();
    uncounted += Math.max(1, session.step() + 1 - step());
    if (session.begin(step(), net.epoch())) {
      session.observe();
    }
    session.known(Double.NaN, Absent.VALUE);
    session.spent(System.nanoTime() - start);
  }

  /** Observes the parameters that the last update has left. */
  void observeEnd() {
    rate.take();
    session.last(step(), net.epoch());
  }

  /** Lets the network go. */
  void release() {
    reader.close();
    if (test != null) {
      test.close();
    }
    if (laws != null) {
      laws.release();
    }
    net.release();
  }
}
