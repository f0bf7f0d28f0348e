package io.github.implicitbias.listener;

import io.github.implicitbias.core.action.Action;
import io.github.implicitbias.core.action.Trigger;
import io.github.implicitbias.core.finding.FindingRule;
import io.github.implicitbias.core.finding.Findings;
import io.github.implicitbias.core.law.Law;
import io.github.implicitbias.core.metric.Metric;
import io.github.implicitbias.core.metric.SampleMetric;
import io.github.implicitbias.core.metric.UnitMetric;
import io.github.implicitbias.core.prediction.Prediction;
import io.github.implicitbias.core.probe.Probe;
import io.github.implicitbias.core.schedule.Schedule;
import io.github.implicitbias.predictions.Preset;
import io.github.implicitbias.run.Recorder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.deeplearning4j.core.storage.StatsStorageRouter;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;

/** Collects the settings of an {@link ImplicitBiasListener}. */
public final class ListenerBuilder extends RunWords {

  private static final long DEFAULT_MEMORY_CAP = 64L << 20;

  /** Of an iterator at most so many samples are observed on, unless another number is asked for. */
  private static final int MOST_OF_AN_ITERATOR = 2_000;

  private final @Nullable Probe probe;
  private final @Nullable MultiDataSet samples;
  private final @Nullable ProbeIterator iterator;
  private int @Nullable [] sampleIds;
  private @Nullable List<String> sampleNames;
  private int sampleSize;
  private long sampleSeed;
  private List<String> layers = List.of();
  private boolean allLayers;
  private Granularity granularity = Granularity.AUTOMATIC;
  private Schedule schedule = Schedule.automatic();
  private final AdditionsBuilder additions = new AdditionsBuilder();
  private @Nullable Path runFile;
  private long memoryCap = DEFAULT_MEMORY_CAP;
  private int normsEvery;
  private KeepVisits visits = KeepVisits.UNLESS_IN_PLACE;
  private @Nullable Supplier<Probe> test;
  private @Nullable StatsStorageRouter router;

  /**
   * Begins with data that is there.
   *
   * @param samples the same as DL4J has it, whose bytes training sees
   */
  ListenerBuilder(Probe probe, MultiDataSet samples) {
    this.probe = probe;
    this.samples = samples;
    this.iterator = null;
  }

  ListenerBuilder() {
    this.probe = null;
    this.samples = null;
    this.iterator = null;
  }

  ListenerBuilder(ProbeIterator iterator) {
    this.probe = null;
    this.samples = null;
    this.iterator = iterator;
  }

  /**
   * Names the layers to track, by name or position; each is tracked by the sign of its
   * pre-activations, whatever its activation. By default all layers with a kink at 0. A text that
   * is the name of a layer is that layer, even if it is also a position; the log says so then.
   */
  public ListenerBuilder layers(String... names) {
    if (names.length == 0) {
      throw new IllegalArgumentException("layers(): name at least one, or leave the call out");
    }
    layers = List.of(names);
    allLayers = false;
    return this;
  }

  /**
   * Tracks every layer that has pre-activations, output layers included, by their sign, whatever
   * the activation function: tanh, sigmoid, GELU, ELU, Swish, the memory cells of an LSTM. Layers
   * whose pre-activations cannot be read are left out with a sentence, see {@link
   * ImplicitBiasListener#status}. It takes the place of {@link #layers}.
   */
  public ListenerBuilder allLayers() {
    layers = List.of();
    allLayers = true;
    return this;
  }

  /**
   * Sets what counts as a unit of a convolution or recurrent layer: each channel at each position
   * ({@link Granularity#PER_POSITION}), or each channel. By default the former, unless a layer has
   * very many entries.
   */
  public ListenerBuilder granularity(Granularity units) {
    granularity = Given.given(units, "granularity");
    return this;
  }

  /**
   * Sets at which steps to observe. By default, {@link Schedule#automatic}: at every step that can
   * be read in place; where a pass through a second network is needed, at as many steps as cost 4 %
   * of the CPU time of training, but at about 200 of a run, and once in every epoch, in any case.
   */
  public ListenerBuilder schedule(Schedule when) {
    schedule = Given.given(when, "schedule");
    return this;
  }

  /** Sets which metrics are recorded; {@link Preset#STANDARD} by default. */
  public ListenerBuilder preset(Preset metricsAndCadences) {
    additions.preset = Given.given(metricsAndCadences, "preset");
    return this;
  }

  /**
   * Adds a metric of your own. Clones of the listener share it, so it keeps no state but in a
   * {@link io.github.implicitbias.core.metric.Shared}.
   */
  public ListenerBuilder metric(Metric metric) {
    additions.metrics.add(Given.given(metric, "metric"));
    return this;
  }

  /** Adds a metric of your own with one number per sample; for the rest see {@link #metric}. */
  public ListenerBuilder sampleMetric(SampleMetric metric) {
    additions.sampleMetrics.add(Given.given(metric, "sampleMetric"));
    return this;
  }

  /** Adds a metric of your own with one number per unit; for the rest see {@link #metric}. */
  public ListenerBuilder unitMetric(UnitMetric metric) {
    additions.unitMetrics.add(Given.given(metric, "unitMetric"));
    return this;
  }

  /** Adds a prediction of your own; for the rest see {@link #metric}. */
  public ListenerBuilder prediction(Prediction prediction) {
    additions.predictions.add(Given.given(prediction, "prediction"));
    return this;
  }

  /**
   * Also sends the records to a recorder of your own, which is closed with the listener. Clones and
   * copies of the listener record without it.
   */
  public ListenerBuilder recorder(Recorder recorder) {
    additions.recorders.add(Given.given(recorder, "recorder"));
    return this;
  }

  /** Sends the records to a storage, which the training UI reads. */
  public ListenerBuilder storage(StatsStorageRouter storage) {
    router = Given.given(storage, "storage");
    return this;
  }

  /**
   * Also writes the records into a file of its own, which must not exist yet. A clone writes into a
   * file beside it that has its worker id in its name, {@code run-worker.ibrun} for {@code
   * run.ibrun}, and a number if there is such a file already.
   */
  public ListenerBuilder runFile(Path file) {
    runFile = Given.given(file, "runFile");
    return this;
  }

  /** Sets the bytes of records in memory, of listener and clones together; 64 MB by default. */
  public ListenerBuilder memoryCap(long bytes) {
    if (bytes < 1 << 20) {
      throw new IllegalArgumentException("memoryCap(" + bytes + "): give at least 1 MB");
    }
    memoryCap = bytes;
    return this;
  }

  /**
   * Keeps the visits of the samples, as by default, or not. At every step of training it is read in
   * place which units are on for each sample of the batch, and how far the output is on the side of
   * its label. Every step has a record then, and {@link ImplicitBiasListener#visits} has statistics
   * per sample, per unit and epoch, and labels that look wrong.
   *
   * <p>By default they are kept unless the first step trains on exactly the probe and is read in
   * place: then the records see every sample at every step anyway. {@code visits(true)} keeps them
   * there, too.
   */
  public ListenerBuilder visits(boolean kept) {
    visits = kept ? KeepVisits.ALWAYS : KeepVisits.NEVER;
    return this;
  }

  /**
   * Also looks at a test set, which training does not see: its loss, accuracy, smallest and mean
   * margin, and the gap to the training loss are columns of the run. It is sent through a second
   * network on the same parameters, in batches, at the first record, at the first of each new epoch
   * (of the first 200), and as often beyond that as costs 2 % of the CPU time of training.
   *
   * @param data all of it is kept
   * @throws IllegalArgumentException if arrays do not fit together
   */
  public ListenerBuilder test(DataSet data) {
    Probe given = Probes.of(Given.given(data, "test"));
    test = () -> given;
    return this;
  }

  /**
   * Looks at samples of an iterator as {@link #test(DataSet)}: at all of them, or at 2,000 drawn at
   * random, of each class its share, if it has more. It is read by {@link #build}, and what becomes
   * of the iterator is as for {@link ImplicitBiasListener#builder(DataSetIterator)}.
   *
   * @throws IllegalArgumentException if it cannot be reset
   */
  public ListenerBuilder test(DataSetIterator data) {
    ProbeIterator given = ProbeIterator.ofTest(Given.given(data, "test"));
    test = () -> given.read(MOST_OF_AN_ITERATOR, 1, null, batch -> {});
    return this;
  }

  /**
   * Sets at which records the parameters are read, for their norm, that of the update and the
   * distance from the first record: every {@code records} records, and the first and the last. By
   * default at every record in networks of up to 16,384 trainable parameters, at every 5th up to
   * 131,072, and at every 50th beyond, where reading them costs more than all else together
   * (docs/performance.md).
   */
  public ListenerBuilder normsEvery(int records) {
    normsEvery = Given.atLeastOne(records, "normsEvery");
    return this;
  }

  /**
   * Sets at every how many steps gradient and parameters are read, for the laws among the
   * predictions ({@code docs/predictions.md}, "Ordinary training"). By default it follows from the
   * sizes of network and batch, so that it takes about 1 % of the time of training.
   */
  public ListenerBuilder lawsEvery(int steps) {
    additions.lawsEvery = Given.atLeastOne(steps, "lawsEvery");
    return this;
  }

  /** Adds a rule of your own, or one of {@link Findings} with other limits, by its id. */
  public ListenerBuilder finding(FindingRule rule) {
    additions.rules.add(Given.given(rule, "finding"));
    return this;
  }

  /** Says how training is, as by default, or not; see {@link ImplicitBiasListener#summary}. */
  public ListenerBuilder findings(boolean wanted) {
    additions.findings = wanted;
    return this;
  }

  /**
   * Has something done when something is seen: {@code when(Trigger.above("deadUnits", 3),
   * Action.checkpoint(folder))}. Triggers are judged in the training thread, right after the record
   * of the step they speak of. Clones of the listener have them too, each for itself.
   *
   * @see ImplicitBiasListener#stopRequested
   */
  public ListenerBuilder when(Trigger trigger, Action action) {
    additions.triggers.add(Given.given(trigger, "when"), Given.given(action, "when"));
    return this;
  }

  /** Adds a law of your own; for the rest see {@link #metric}. */
  public ListenerBuilder law(Law law) {
    additions.laws.add(Given.given(law, "law"));
    return this;
  }

  /**
   * Names the samples, in the order of the data given; 0, 1, 2, ... by default.
   *
   * @throws IllegalArgumentException if there is not one per sample; of an iterator this is known
   *     in {@link #build}
   */
  public ListenerBuilder sampleIds(int... ids) {
    if (probe != null) {
      probe.withSampleIds(ids);
    }
    sampleIds = ids.clone();
    return this;
  }

  /**
   * Names the samples of the visits by texts, in the order of the data given: {@code
   * visits().of("img_0017")} knows what the sample has shown, and lists have these names.
   *
   * @throws IllegalArgumentException in {@link #build}, if there is not one per sample, two are
   *     equal, or visits are not kept
   */
  public ListenerBuilder sampleIds(List<String> ids) {
    sampleNames = List.copyOf(Given.given(ids, "sampleIds"));
    return this;
  }

  /**
   * Observes on a random sample of the probe instead of all of it. If the labels are classes
   * (one-hot rows, or a column of two numbers), it has of each class its share, to within one
   * sample, and at least one sample where there is room; otherwise every sample has the same
   * chance. The samples keep their ids, so that by default an id is a position in the data given.
   *
   * @param samples how many
   * @param seed the same seed draws the same samples
   * @throws IllegalArgumentException if there are not so many; of an iterator this is known in
   *     {@link #build}
   */
  public ListenerBuilder probeSample(int samples, long seed) {
    requireSoMany(samples, probe == null ? Integer.MAX_VALUE : probe.samples());
    sampleSize = samples;
    sampleSeed = seed;
    return this;
  }

  private static void requireSoMany(int samples, int most) {
    if (samples < 1 || samples > most) {
      throw new IllegalArgumentException(
          "probeSample(" + samples + "): give 1 to " + most + ", the probe has no more");
    }
  }

  private @Nullable Probe observed(TrainingSetKeys keys) {
    if (probe == null && iterator == null) {
      requireNothingOfAProbe();
      return null;
    }
    if (iterator != null) {
      int size = sampleSize == 0 ? MOST_OF_AN_ITERATOR : sampleSize;
      Probe read = iterator.read(size, sampleSeed, sampleIds, keys::add);
      if (sampleSize != 0) {
        requireSoMany(sampleSize, read.samples());
      }
      return read;
    }
    Probe all = Objects.requireNonNull(probe);
    keys.add(Objects.requireNonNull(samples));
    Probe named = sampleIds == null ? all : all.withSampleIds(sampleIds);
    return sampleSize == 0 ? named : named.sample(sampleSize, sampleSeed);
  }

  @Override
  ListenerBuilder self() {
    return this;
  }

  private void requireNothingOfAProbe() {
    if (sampleIds != null || sampleNames != null || sampleSize != 0) {
      throw new IllegalArgumentException(
          "builder() has no probe, so there are none of its samples to name or to draw: give the"
              + " samples, or leave sampleIds(...) and probeSample(...) out");
    }
    if (visits == KeepVisits.NEVER) {
      throw new IllegalArgumentException(
          "builder() has no probe, so that without visits there is nothing to watch: give samples,"
              + " or leave visits(false) out");
    }
  }

  /**
   * Makes the listener.
   *
   * @throws IllegalArgumentException if the run file exists, or its folder does not, an id is
   *     empty, two metrics or predictions have the same id, there is neither a probe nor are visits
   *     kept, or a trigger asks for what there is not; the sentence has the nearest name there is
   */
  public ImplicitBiasListener build() {
    additions.build().instruments();
    requireNames();
    if (runFile != null) {
      NewRunFile.requireFree(runFile);
    }
    if (sampleNames != null && visits == KeepVisits.NEVER) {
      throw new IllegalArgumentException(
          "sampleIds(...) with texts names the samples of the visits: leave visits(false) out");
    }
    TrainingSetKeys keys = new TrainingSetKeys(visits != KeepVisits.NEVER);
    Probe observed = observed(keys);
    String file = runFile == null ? null : runFile.toString();
    ListenerSettings settings =
        new ListenerSettings(
            observed,
            layers,
            allLayers,
            granularity,
            schedule,
            memoryCap,
            normsEvery,
            additions.build(),
            sampleNames == null ? visits : KeepVisits.ALWAYS,
            keys.index(names()),
            test == null ? null : test.get(),
            samples(),
            description(),
            file);
    settings.check(additions.triggers);
    return new ImplicitBiasListener(settings, sessionId, workerId, router);
  }

  private @Nullable List<String> names() {
    if (sampleNames != null || sampleIds == null) {
      return sampleNames;
    }
    List<String> distinct = new ArrayList<>();
    Arrays.stream(sampleIds).distinct().forEach(id -> distinct.add(Integer.toString(id)));
    return distinct.size() == sampleIds.length ? distinct : null;
  }
}
