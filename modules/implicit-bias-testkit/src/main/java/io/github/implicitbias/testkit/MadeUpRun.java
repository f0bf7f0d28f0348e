package io.github.implicitbias.testkit;

import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.ActivationPattern;
import io.github.implicitbias.run.Definition;
import io.github.implicitbias.run.Event;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Recorder;
import io.github.implicitbias.run.RunFile;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A made-up run whose patterns follow from a formula: units are lines in the plane that turn and
 * come to rest, samples are three clouds of points. What the page shows is compared with the
 * formula, not with what was stored.
 */
public class MadeUpRun {

  public static final int SAMPLES = 150;
  public static final String[] LAYERS = {"layer0", "layer1"};
  public static final int[] UNITS = {16, 24};
  public static final int STEPS_PER_BLOCK = 50;
  public static final int BLOCKS_PER_KEYFRAME = 4;

  /** No two runs start at the same time: storages key updates by millisecond. */
  private static final AtomicLong NEXT_START = new AtomicLong(System.currentTimeMillis());

  public final String session;
  public final String worker;
  public final int steps;
  public final RunHeader header;

  private final double[][] points = new double[SAMPLES][2];
  private final double[][] start;
  private final double[][] turn;
  private final PatternHistory[] histories = new PatternHistory[LAYERS.length];
  private final List<PatternHistory> historyList;
  private final List<byte[]> blocks = new ArrayList<>();

  /** The values of every column at every step, as computed. */
  public final List<double[]> values = new ArrayList<>();

  public final List<Event> events = new ArrayList<>();

  /** Makes up a run of steps 0 to {@code steps}, a record each. */
  public MadeUpRun(String session, String worker, int steps) {
    this(session, worker, steps, Map.of("seed", "7", "dl4j", "1.0.0-M2.1", "dataType", "DOUBLE"));
  }

  /** Makes up a run of steps 0 to {@code steps} with facts of its own about where it comes from. */
  public MadeUpRun(String session, String worker, int steps, Map<String, String> provenance) {
    this.session = session;
    this.worker = worker;
    this.steps = steps;
    Random random = new Random(7);
    int[] ids = new int[SAMPLES];
    int[] classes = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      ids[i] = 1000 + i;
      classes[i] = i % 3;
      double angle = 2 * Math.PI * classes[i] / 3;
      points[i][0] = Math.cos(angle) + 0.45 * random.nextGaussian();
      points[i][1] = Math.sin(angle) + 0.45 * random.nextGaussian();
    }
    List<TrackedLayer> layers = new ArrayList<>();
    start = new double[LAYERS.length][];
    turn = new double[LAYERS.length][];
    for (int layer = 0; layer < LAYERS.length; layer++) {
      layers.add(new TrackedLayer(LAYERS[layer], layer, UNITS[layer], "relu"));
      histories[layer] = new PatternHistory(UNITS[layer], SAMPLES);
      start[layer] = random.doubles(UNITS[layer], 0, 2 * Math.PI).toArray();
      turn[layer] = random.doubles(UNITS[layer], -4, 4).toArray();
    }
    historyList = List.of(histories);
    HeaderBuilder builder =
        new HeaderBuilder(session, worker, NEXT_START.getAndAdd(1_000))
            .provenance(new LinkedHashMap<>(provenance))
            .layers(layers)
            .samples(ids, classes)
            .metric(
                "parameterNorm", Definition.NONE.group("Norms, balance and rank").chart("Norms"))
            .metric(
                "updateNorm", Definition.NONE.group("Norms, balance and rank").chart("Update norm"))
            .layerMetric(
                "activeFraction", Definition.NONE.group("Units and patterns").chart("Share on"))
            .layerMetric(
                "deadUnits", Definition.NONE.group("Units and patterns").chart("Dead units"))
            .layerMetric(
                "linearUnits", Definition.NONE.group("Units and patterns").chart("Linear units"));
    for (FlipKind kind : FlipKind.values()) {
      builder.layerMetric(kind.id() + "s", Definition.NONE.withoutChart());
    }
    header = builder.build();
    record();
  }

  /** The formula: unit u of a layer is on for a sample if its line has the sample on its side. */
  public boolean isOn(int layer, int unit, int sample, int step) {
    double progress = 1 - Math.exp(-4.0 * step / steps);
    double angle = start[layer][unit] + turn[layer][unit] * progress;
    double offset = 0.9 * Math.sin(unit) * (0.3 + progress) - (unit == 5 ? 4 * progress : 0);
    return Math.cos(angle) * points[sample][0] + Math.sin(angle) * points[sample][1] + offset > 0;
  }

  /** The loss after a step. */
  public double loss(int step) {
    double t = (double) step / steps;
    return 1.1 * Math.exp(-9 * t)
        + 0.35 / (1 + Math.exp(40 * (t - 0.45)))
        + 0.004
        + 0.002 * Math.sin(step * 0.7) * Math.exp(-3 * t);
  }

  private void record() {
    BlockBuilder builder = new BlockBuilder(header.id());
    Record record = new Record(header.columns().size());
    long millis = header.startedAt();
    for (int step = 0; step <= steps; step++) {
      if (step % STEPS_PER_BLOCK == 0) {
        seal(builder);
      }
      List<Event> now = new ArrayList<>();
      for (int layer = 0; layer < LAYERS.length; layer++) {
        write(layer, step);
        for (int unit = 0; step > 0 && unit < UNITS[layer]; unit++) {
          int on = histories[layer].activeSamples(unit);
          int before = histories[layer].activeSamplesBefore(unit);
          if (on == 0 && before > 0) {
            now.add(new Event(step, EventKind.UNIT_DIED, layer, unit, -1, ""));
          } else if (before == 0 && on > 0) {
            now.add(new Event(step, EventKind.UNIT_REVIVED, layer, unit, -1, ""));
          } else if (on == SAMPLES && before < SAMPLES) {
            now.add(new Event(step, EventKind.UNIT_LINEAR, layer, unit, -1, ""));
          }
        }
      }
      if (step == steps / 4) {
        now.add(new Event(step, EventKind.PLATEAU_BEGAN, -1, -1, -1, "loss " + loss(step)));
      }
      if (builder.count() == 0) {
        boolean keyframe = step / STEPS_PER_BLOCK % BLOCKS_PER_KEYFRAME == 0;
        builder.reset(millis, keyframe ? historyList : null);
      }
      double[] row = row(step);
      values.add(row);
      events.addAll(now);
      record.at(step, step / 100, true);
      record.recorded(millis + step, 1000);
      System.arraycopy(row, 0, record.values(), 0, row.length);
      record.events().clear();
      now.forEach(record.events()::add);
      builder.add(record, historyList);
    }
    seal(builder);
  }

  private void seal(BlockBuilder builder) {
    if (builder.count() > 0) {
      blocks.add(builder.seal(blocks.size(), blocks.size() - 1));
      builder.reset(header.startedAt(), null);
    }
  }

  private void write(int layer, int step) {
    long[] words = histories[layer].next();
    Arrays.fill(words, 0);
    int perUnit = ActivationPattern.wordsPerUnit(SAMPLES);
    for (int unit = 0; unit < UNITS[layer]; unit++) {
      for (int sample = 0; sample < SAMPLES; sample++) {
        if (isOn(layer, unit, sample, step)) {
          words[unit * perUnit + sample / 64] |= 1L << (sample % 64);
        }
      }
    }
    histories[layer].advance(0);
  }

  private double[] row(int step) {
    double[] row = new double[header.columns().size()];
    Arrays.fill(row, Absent.VALUE);
    set(row, "time", 0.01 * step);
    set(row, "flowTime", 0.02 * step);
    set(row, "learningRate", 0.01);
    set(row, "score", step == steps ? Absent.VALUE : loss(step) * 1.08 + 0.01);
    set(row, "loss", loss(step));
    set(row, "parameterNorm", 1 + 3.0 * step / steps);
    set(row, "updateNorm", step == 0 ? Absent.VALUE : step == 7 ? Double.NaN : 1e-5 / step);
    for (int layer = 0; layer < LAYERS.length; layer++) {
      PatternHistory history = histories[layer];
      set(
          row,
          "activeFraction",
          layer,
          history.activeEntries() / (double) (history.units() * SAMPLES));
      set(row, "deadUnits", layer, history.deadUnits());
      set(row, "linearUnits", layer, history.linearUnits());
      for (FlipKind kind : FlipKind.values()) {
        set(row, kind.id() + "s", layer, history.flipCount(kind));
      }
    }
    return row;
  }

  private void set(double[] row, String column, double value) {
    row[header.columnNumber(column)] = value;
  }

  private void set(double[] row, String metric, int layer, double value) {
    row[header.columnNumber(metric, LAYERS[layer])] = value;
  }

  /** The value of a column at a step, as computed. */
  public double value(String column, int step) {
    return values.get(step)[header.columnNumber(column)];
  }

  /** How many blocks the run has. */
  public int blocks() {
    return blocks.size();
  }

  /** The sealed blocks, in their order. */
  public List<byte[]> sealed() {
    return List.copyOf(blocks);
  }

  /** The run in memory, without the blocks named. */
  public BlocksLog log(Integer... lost) {
    BlocksLog log = new BlocksLog(header);
    for (int block = 0; block < blocks.size(); block++) {
      if (!Arrays.asList(lost).contains(block)) {
        log.add(blocks.get(block));
      }
    }
    return log;
  }

  /**
   * Writes all into a new run file.
   *
   * @throws IOException if the file cannot be written
   */
  public void write(Path file) throws IOException {
    try (Recorder recorder = RunFile.create(file)) {
      recorder.header(header);
      for (byte[] block : blocks) {
        recorder.block(block);
      }
    }
  }
}
