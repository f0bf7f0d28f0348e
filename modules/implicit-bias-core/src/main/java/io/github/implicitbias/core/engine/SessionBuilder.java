package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.action.TriggerWatch;
import io.github.implicitbias.core.catalogue.Metrics;
import io.github.implicitbias.core.finding.Findings;
import io.github.implicitbias.core.law.StepSource;
import io.github.implicitbias.core.norm.ParameterNorms;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitColumns;
import io.github.implicitbias.run.MemoryRecorder;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.RunId;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The settings of a {@link Session}. Making them begins to measure what watching costs. */
public final class SessionBuilder {

  private static final long MEMORY_CAP = 64L << 20;

  private final long beganAt = CpuClock.nanos();
  private final Probe probe;
  private final int batch;
  private Instruments instruments;
  private Schedule schedule = Schedule.automatic();
  private String sessionId = "implicit-bias-" + UUID.randomUUID();
  private String workerId = "worker-0";
  private String name = "";
  private String note = "";
  private final Map<String, String> tags = new LinkedHashMap<>();
  private List<String> classNames = List.of();
  private List<String> featureNames = List.of();
  private @Nullable RunId follows;
  private String followed = "";
  private Map<String, String> facts = Map.of();
  private Supplier<Map<String, String>> laterFacts = Map::of;
  private final List<Recorder> recorders = new ArrayList<>();
  private int normsEvery;
  private boolean atOnce;
  private int lawsEvery;
  private @Nullable VisitColumns visits;
  private final TriggerWatch.Plan triggers = new TriggerWatch.Plan();
  private boolean namesChecked;
  MemoryRecorder memory = new MemoryRecorder(MEMORY_CAP);

  SessionBuilder(Probe probe, int batch) {
    this.probe = Objects.requireNonNull(probe, "probe");
    this.batch = batch;
    this.instruments = new Instruments(List.of(), List.of(), List.of());
    instruments(
        new Instruments(Metrics.standard(), List.of(), List.of()).andRules(Findings.standard()));
  }

  /**
   * Returns the CPU time of this thread, by the clock that the cost of watching is measured with;
   * wall-clock time where threads have none.
   */
  public static long cpuNanos() {
    return CpuClock.nanos();
  }

  /**
   * Starts the settings of a session without samples to observe on: it records parameters and
   * matrices of the network, and the visits of what it is trained on.
   *
   * @param batch some of what it is trained on, which says the shapes
   * @param samples how many samples a step has, from which cadences follow
   */
  public static SessionBuilder withoutProbe(Probe batch, int samples) {
    return new SessionBuilder(batch.withoutSamples(), samples);
  }

  /**
   * Sets what is computed at the records; our usual metrics and no predictions by default. Without
   * a probe, what needs one is left out.
   */
  public SessionBuilder instruments(Instruments all) {
    instruments = probe.samples() == 0 ? all.withoutProbe() : all;
    return this;
  }

  /** Sets at which steps to observe; {@link Schedule#automatic} by default. */
  public SessionBuilder schedule(Schedule when) {
    schedule = Objects.requireNonNull(when, "schedule");
    return this;
  }

  /** Sets the labels of session and worker. */
  public SessionBuilder labels(String session, String worker) {
    sessionId = Objects.requireNonNull(session, "session");
    workerId = Objects.requireNonNull(worker, "worker");
    return this;
  }

  /** Names the run for readers. */
  public SessionBuilder name(String given) {
    name = Objects.requireNonNull(given, "name");
    return this;
  }

  /** Notes something about the run, for readers. */
  public SessionBuilder note(String given) {
    note = Objects.requireNonNull(given, "note");
    return this;
  }

  /** Gives the run a tag, by which runs are found and sorted; a later one takes its place. */
  public SessionBuilder tag(String key, String value) {
    tags.put(Objects.requireNonNull(key, "key"), Objects.requireNonNull(value, "value"));
    return this;
  }

  /** Says what the user calls the classes of the labels and the features; empty lists for none. */
  public SessionBuilder names(List<String> classes, List<String> features) {
    classNames = List.copyOf(classes);
    featureNames = List.copyOf(features);
    return this;
  }

  /** Says where the run comes from: versions, seed, configuration. */
  public SessionBuilder provenance(Map<String, String> known) {
    facts = new LinkedHashMap<>(known);
    return this;
  }

  /**
   * Says where more of that is found, what takes long.
   *
   * @param more called once, in the thread of the recorders; it must not hold the network
   */
  public SessionBuilder laterProvenance(Supplier<Map<String, String>> more) {
    laterFacts = Objects.requireNonNull(more, "more");
    return this;
  }

  /** Also sends the records to a recorder, which is closed with the session. */
  public SessionBuilder recorder(Recorder recorder) {
    recorders.add(Objects.requireNonNull(recorder, "recorder"));
    return this;
  }

  /**
   * Also writes the records into a new file.
   *
   * @throws IllegalArgumentException if there is a run of that name, or that cannot be found out
   */
  public SessionBuilder runFile(Path file) {
    try {
      return recorder(RunFile.create(file));
    } catch (IOException e) {
      throw new IllegalArgumentException(
          file + " cannot be written: give a name that is free, in a folder that exists", e);
    }
  }

  /** Keeps the run in this memory instead of one of 64 MB. */
  public SessionBuilder memory(MemoryRecorder of) {
    memory = Objects.requireNonNull(of, "memory");
    return this;
  }

  /**
   * Sets at which records the parameters are read: every {@code k} records, and the first and the
   * last. By default at every record in networks of up to 16,384 trained parameters, at every 5th
   * up to 131,072, and at every 50th beyond, where reading them costs more than all else together.
   *
   * @param k at least 1, 0 for the default
   */
  public SessionBuilder normsEvery(int k) {
    normsEvery = k;
    return this;
  }

  /**
   * Sets at every how many steps gradient and parameters are read for laws. By default it follows
   * from the sizes of network and batch, so that it takes about 1 % of the time of training.
   *
   * @param steps at least 1, 0 for the default
   */
  public SessionBuilder lawsEvery(int steps) {
    lawsEvery = steps;
    return this;
  }

  /**
   * Says that the run goes on where another ended; an event at its first record says so, too.
   *
   * @param why becomes the detail of the event
   */
  public SessionBuilder follows(RunId before, String why) {
    follows = Objects.requireNonNull(before, "before");
    followed = Objects.requireNonNull(why, "why");
    return this;
  }

  /**
   * Says in which book the visits of the training samples are taken down: every step that ends has
   * a record then, with what the book says of it if {@link Session#visits} was told, also where the
   * probe is not observed.
   */
  public SessionBuilder visits(VisitBook book) {
    visits = new VisitColumns(book);
    return this;
  }

  /**
   * Has something done at the record at which a trigger begins to hold. What it asks for is judged
   * in {@link Session#known}, or else in {@link Session#end}.
   */
  public SessionBuilder when(Trigger trigger, Action action) {
    triggers.add(
        Objects.requireNonNull(trigger, "trigger"), Objects.requireNonNull(action, "action"));
    return this;
  }

  /**
   * Has done what a plan says whose names were checked before: {@link #start} leaves out what this
   * run does not have, and counts it among the failures, instead of throwing.
   */
  public SessionBuilder triggers(TriggerWatch.Plan checked) {
    triggers.addAll(checked);
    namesChecked = true;
    return this;
  }

  /** Makes each record reach the recorders before {@link Session#end} returns. */
  public SessionBuilder handOverAtOnce() {
    atOnce = true;
    return this;
  }

  /**
   * Starts the session.
   *
   * @param source the network, before its first observation
   * @throws IllegalArgumentException if a trigger asks for what the run does not have; the sentence
   *     has the nearest name there is
   */
  public Session start(NetworkSource source) {
    HeaderBuilder builder =
        new HeaderBuilder(sessionId, workerId, System.currentTimeMillis())
            .name(name)
            .note(note)
            .tags(tags)
            .follows(follows)
            .names(classNames, featureNames)
            .provenance(facts)
            .layers(source.layers())
            .samples(probe.sampleIds(), probe.classes());
    if (source.steps() == null) {
      instruments = instruments.withoutLaws();
    }
    instruments.declare(builder, source.layers(), source.view(), probe);
    if (visits != null) {
      List<String> tracked = new ArrayList<>();
      source.layers().forEach(layer -> tracked.add(layer.name()));
      visits.declare(builder, tracked);
    }
    RunHeader header = builder.build();
    if (!namesChecked) {
      List<String> rules = new ArrayList<>();
      instruments.rules().forEach(rule -> rules.add(rule.id()));
      triggers.check(header, rules, source.model() != null);
    }
    return new Session(this, source, header);
  }

  Engine engine(NetworkSource source, RunHeader header) {
    List<long @Nullable []> existing = new ArrayList<>();
    List<TrackedLayer> layers = source.layers();
    for (int k = 0; k < layers.size(); k++) {
      existing.add(source.existing(k));
    }
    List<Recorder> all = new ArrayList<>();
    all.add(memory);
    all.addAll(recorders);
    Engine engine =
        new Engine(
            header,
            whole(header, laterFacts),
            instruments,
            probe,
            batch,
            source.view(),
            new ParameterNorms(Math.max(0, source.parameters()), source.isSinglePrecision()),
            all,
            schedule,
            existing,
            visits);
    StepSource steps = source.steps();
    if (steps != null && !instruments.laws().isEmpty()) {
      engine.relief().beginWith(engine.steps().judge(header, instruments, steps, lawsEvery));
    }
    if (!instruments.rules().isEmpty()) {
      engine.steps().find(instruments.rules(), header, source, engine.queue().visits());
    }
    if (!triggers.isEmpty()) {
      engine.steps().act(triggers, header, engine.patterns(), source);
    }
    engine.meter().enterAt(beganAt);
    if (atOnce) {
      engine.handOverAtOnce();
    }
    if (follows != null) {
      engine.noted().continues(followed);
    }
    return engine;
  }

  private static Supplier<RunHeader> whole(
      RunHeader header, Supplier<Map<String, String>> laterFacts) {
    return () -> {
      Map<String, String> all = new LinkedHashMap<>(header.provenance());
      all.putAll(laterFacts.get());
      return header.withProvenance(all);
    };
  }

  ParameterCadence cadence(Engine engine, NetworkSource source) {
    return new ParameterCadence(engine.parameters(), normsEvery, source);
  }
}
