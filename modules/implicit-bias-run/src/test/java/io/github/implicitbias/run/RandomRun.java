package io.github.implicitbias.run;

import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.HeaderBuilder;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A random run, with copies of everything that went into its blocks. Patterns and flips are kept as
 * one boolean per bit, independently of the packed ones that are encoded.
 */
public final class RandomRun {

  /** One record as it was made. */
  public static final class Kept {
    public long step;
    public int epoch;
    public boolean inPlace;
    public long millis;
    public long nanos;
    public double[] values;
    public double[][] rows;
    public boolean[][][] on;
    public final List<String> flips = new ArrayList<>();
    public final List<Event> events = new ArrayList<>();
  }

  public static final double[] ODD_VALUES = {
    Absent.VALUE,
    Double.NaN,
    Double.longBitsToDouble(0xfff8_0000_dead_beefL),
    Double.longBitsToDouble(0x7ff0_0000_0000_0001L),
    -0.0,
    0.0,
    Double.MIN_VALUE,
    Double.MAX_VALUE,
    Double.NEGATIVE_INFINITY,
    Double.POSITIVE_INFINITY,
    0.1,
    1.0 / 3
  };

  public final RunHeader header;
  public final List<PatternHistory> patterns = new ArrayList<>();
  public final List<Kept> records = new ArrayList<>();
  public double flipRate = 0.02;
  public double eventRate = 0.05;
  public int maxStepAhead = 3;
  private final SplittableRandom random;
  private final boolean[][][] on;
  private final boolean[][][] ever;
  private final boolean[][][] exists;

  /** Makes the run before its first record. */
  public RandomRun(long seed, int samples, int... units) {
    this(seed, header(samples, units), 0);
  }

  /**
   * Makes the run before its first record.
   *
   * @param masked share of the entries of every second layer, the first included, that do not exist
   */
  public RandomRun(long seed, RunHeader header, double masked) {
    this.header = header;
    random = new SplittableRandom(seed);
    int layers = header.layers().size();
    int samples = header.samples();
    on = new boolean[layers][][];
    ever = new boolean[layers][][];
    exists = new boolean[layers][][];
    for (int layer = 0; layer < layers; layer++) {
      TrackedLayer tracked = header.layers().get(layer);
      on[layer] = new boolean[tracked.units()][samples];
      ever[layer] = new boolean[tracked.units()][samples];
      exists[layer] = new boolean[tracked.units()][samples];
      boolean masks = masked > 0 && layer % 2 == 0;
      for (int unit = 0; unit < tracked.units(); unit++) {
        for (int sample = 0; sample < samples; sample++) {
          exists[layer][unit][sample] = !masks || random.nextDouble() >= masked;
          on[layer][unit][sample] = exists[layer][unit][sample] & random.nextBoolean();
        }
      }
      patterns.add(
          new PatternHistory(
              tracked.units(),
              samples,
              masks ? words(exists[layer], samples) : null,
              tracked.isGrouped()));
    }
  }

  /** Returns a header with layers of all arrangements, with sample columns and unit columns. */
  public static RunHeader arrangedHeader(int samples) {
    Definition norm = Definition.formula("||w_j||").title("norm of a unit").unit("a \u03bc");
    HeaderBuilder builder = new HeaderBuilder("session", "worker-0", 1234567890123L);
    builder
        .id(new RunId(3, samples))
        .name("arranged, \"in all ways\"")
        .follows(new RunId(-1, 5))
        .layers(
            List.of(
                new TrackedLayer("recurrent", 0, "tanh", "unit,time", 2, 3),
                new TrackedLayer("dense", 1, 3, "relu"),
                new TrackedLayer("convolution", 4, "relu", "channel,row,column", 2, 2, 1),
                new TrackedLayer("channels", 5, "relu", "channel (any position)", 2).grouped()));
    common(builder, samples);
    return builder
        .sampleMetric("marginSupport", Definition.NONE)
        .sampleLayerMetric("activeSupport", Definition.formula("a").withoutChart())
        .sampleMetric("a, \"b\"", Definition.NONE)
        .unitMetric("weightNorm", 1, norm)
        .unitMetric("weightNorm", 3, norm)
        .unitMetric("a, \"b\"", 0, Definition.NONE)
        .build();
  }

  /** Returns a header with names that need quoting and letters beyond ASCII. */
  public static RunHeader header(int samples, int... units) {
    List<TrackedLayer> layers = new ArrayList<>();
    for (int layer = 0; layer < units.length; layer++) {
      String name = layer == 1 ? "say \"hi\", twice\r\nor not" : "layer" + layer;
      layers.add(new TrackedLayer(name, 2 * layer, units[layer], "relu"));
    }
    HeaderBuilder builder = new HeaderBuilder("session", "worker-0", 1234567890123L);
    builder.id(new RunId(Arrays.hashCode(units), samples)).layers(layers);
    common(builder, samples);
    return builder.build();
  }

  /** Begins a header with a number of samples and some layers, and nothing else. */
  public static HeaderBuilder plain(int samples, TrackedLayer... layers) {
    return new HeaderBuilder("s", "w", 0)
        .id(new RunId(1, 2))
        .samples(new int[samples], new int[samples])
        .layers(List.of(layers));
  }

  private static void common(HeaderBuilder builder, int samples) {
    Map<String, String> provenance = new LinkedHashMap<>();
    provenance.put("seed", "42");
    provenance.put("configuration", "{\"\u03ba\": 2}");
    int[] ids = new int[samples];
    int[] classes = new int[samples];
    Arrays.setAll(ids, i -> 100 - i);
    Arrays.setAll(classes, i -> i % 3 - 1);
    builder
        .provenance(provenance)
        .samples(ids, classes)
        .basic(Column.Basic.LOSS, Definition.formula("mean of l_i").title("loss"))
        .metric("parameterNorm", Definition.formula("||\u03b8||").group("Norms").chart("norms"))
        .layerMetric("deadUnits", Definition.NONE.applies("layers with a kink"))
        .prediction(new Statement("balance", "It stays.", "arXiv", "1e-3", "drift", "limit"))
        .prediction(new Statement("a.bound, \"so\"", "\u03bb falls.", "", "", "", ""));
  }

  /** Makes the next record: afterwards {@link #patterns} are at it. */
  public Kept next() {
    boolean first = records.isEmpty();
    Kept last = first ? null : records.get(records.size() - 1);
    Kept kept = new Kept();
    kept.step = first ? 7 : last.step + 1 + random.nextInt(maxStepAhead);
    kept.epoch = first ? 0 : last.epoch + random.nextInt(2);
    kept.inPlace = random.nextBoolean();
    kept.millis = first ? 1234567890123L : last.millis + random.nextInt(300);
    kept.nanos = random.nextInt(1_000_000);
    kept.values = new double[header.columns().size()];
    for (int k = 0; k < kept.values.length; k++) {
      kept.values[k] = value(header.columns().get(k).kind());
    }
    kept.rows = new double[header.rows()][];
    for (int row = 0; row < kept.rows.length; row++) {
      if (first || random.nextInt(3) == 0) {
        kept.rows[row] = new double[header.rowLength(row)];
        for (int i = 0; i < kept.rows[row].length; i++) {
          kept.rows[row][i] = random.nextBoolean() ? odd() : random.nextDouble();
        }
      }
    }
    boolean quiet = random.nextInt(4) == 0;
    kept.on = new boolean[on.length][][];
    for (int layer = 0; layer < on.length; layer++) {
      walk(layer, kept, first, quiet ? 0 : flipRate);
      kept.on[layer] = Arrays.stream(on[layer]).map(boolean[]::clone).toArray(boolean[][]::new);
    }
    while (random.nextDouble() < eventRate) {
      kept.events.add(event(kept.step));
    }
    records.add(kept);
    return kept;
  }

  private double odd() {
    return ODD_VALUES[random.nextInt(ODD_VALUES.length)];
  }

  private double value(Column.Kind kind) {
    if (kind == Column.Kind.VERDICT) {
      return random.nextInt(5) == 0 ? Absent.VALUE : random.nextInt(4);
    }
    return random.nextInt(3) == 0 ? odd() : Double.longBitsToDouble(random.nextLong());
  }

  private Event event(long step) {
    EventKind kind = EventKind.values()[random.nextInt(EventKind.values().length)];
    if (kind == EventKind.HISTORY_THINNED) {
      kind = EventKind.UNIT_DIED; // that one is made by thinning alone
    }
    String detail = random.nextBoolean() ? "" : "\u03bb = " + random.nextInt(10) + ", \"so\"";
    if (kind == EventKind.FINDING) {
      return Event.ofFinding(step, finding(detail));
    }
    if (kind.isOfPrediction()) {
      List<Condition> conditions = new ArrayList<>();
      if (kind == EventKind.PREDICTION_CONDITIONS) {
        for (int k = random.nextInt(3); k >= 0; k--) {
          conditions.add(new Condition(random.nextBoolean(), "d = " + k + " > \u03b5"));
        }
      }
      int prediction = random.nextInt(header.predictions().size());
      double bound = random.nextDouble();
      return Event.ofPrediction(step, kind, prediction, odd(), bound, detail, conditions);
    }
    int layer = random.nextInt(on.length + 1) - 1;
    int unit = layer < 0 ? -1 : random.nextInt(on[layer].length);
    int sample = random.nextInt(header.samples() + 1) - 1;
    return new Event(step, kind, layer, unit, sample, detail);
  }

  private Finding finding(String text) {
    Finding.Level[] levels = Finding.Level.values();
    Finding.Subject[] subjects = Finding.Subject.values();
    int layer = random.nextInt(on.length + 1) - 1;
    Finding finding =
        Finding.of(
                "rule" + random.nextInt(9),
                levels[random.nextInt(levels.length)],
                subjects[random.nextInt(subjects.length)],
                text)
            .ranked(random.nextInt(300))
            .since(random.nextInt(1000) - 1L)
            .at(layer, layer < 0 ? -1 : random.nextInt(on[layer].length), random.nextInt(70) - 1);
    for (int k = random.nextInt(3); k > 0; k--) {
      finding = finding.with("\u03bb " + k, "= \"" + k + "\"");
    }
    return random.nextBoolean() ? finding : finding.advising("Do so.").threshold("from 5 %");
  }

  private void walk(int layer, Kept kept, boolean first, double rate) {
    int samples = header.samples();
    List<List<String>> byKind = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int unit = 0; unit < on[layer].length; unit++) {
      for (int sample = 0; sample < samples; sample++) {
        if (!first && random.nextDouble() < rate && exists[layer][unit][sample]) {
          boolean now = !on[layer][unit][sample];
          on[layer][unit][sample] = now;
          FlipKind kind =
              !now
                  ? FlipKind.DEACTIVATION
                  : ever[layer][unit][sample] ? FlipKind.REACTIVATION : FlipKind.ACTIVATION;
          byKind.get(kind.ordinal()).add(flip(layer, kind, unit, sample));
        }
        ever[layer][unit][sample] |= on[layer][unit][sample];
      }
    }
    byKind.forEach(kept.flips::addAll);
    long[] packed = words(on[layer], samples);
    System.arraycopy(packed, 0, patterns.get(layer).next(), 0, packed.length);
    patterns.get(layer).advance(0);
  }

  /** Returns a flip as one line of text. */
  public static String flip(int layer, FlipKind kind, int unit, int sample) {
    return layer + " " + kind.id() + " " + unit + " " + sample;
  }

  /** Returns bits in the layout of the format. */
  public static long[] words(boolean[][] bits, int samples) {
    int perUnit = (samples + 63) / 64;
    long[] words = new long[bits.length * perUnit];
    for (int unit = 0; unit < bits.length; unit++) {
      for (int sample = 0; sample < samples; sample++) {
        if (bits[unit][sample]) {
          words[unit * perUnit + sample / 64] |= 1L << sample % 64;
        }
      }
    }
    return words;
  }

  /** Adds a record to a block. */
  public void addTo(BlockBuilder builder, Kept kept) {
    Record record = new Record(kept.values.length);
    record.at(kept.step, kept.epoch, kept.inPlace);
    record.recorded(kept.millis, kept.nanos);
    System.arraycopy(kept.values, 0, record.values(), 0, kept.values.length);
    record.rows(kept.rows);
    kept.events.forEach(record.events()::add);
    builder.add(record, patterns);
  }

  /** Makes blocks of {@code perBlock} records each, every {@code k}-th with a full pattern. */
  public List<byte[]> blocks(int count, int perBlock, int k) {
    List<byte[]> blocks = new ArrayList<>();
    BlockBuilder builder = new BlockBuilder(header.id());
    for (int number = 0; number < count; number++) {
      for (int i = 0; i < perBlock; i++) {
        Kept kept = next();
        if (i == 0) {
          builder.reset(kept.millis, number % k == 0 ? patterns : null);
        }
        addTo(builder, kept);
      }
      blocks.add(builder.seal(number, number - 1));
    }
    return blocks;
  }

  /** Returns a run over blocks in memory. */
  public static Run run(RunHeader header, List<byte[]> blocks) throws BlockFormatException {
    List<byte[]> held = List.copyOf(blocks);
    GrowingRun growing = new GrowingRun(header, held::get);
    Run run = growing.run();
    for (byte[] block : held) {
      growing.index(block);
    }
    return run;
  }
}
