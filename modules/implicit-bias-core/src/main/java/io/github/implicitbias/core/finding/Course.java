package io.github.implicitbias.core.finding;

import io.github.implicitbias.core.network.NetworkView;
import io.github.implicitbias.core.network.WeightLayer;
import io.github.implicitbias.run.Absent;
import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.EventBuffer;
import io.github.implicitbias.run.EventKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.format.EpochNumber;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The course of a run so far, as rules look at it: columns over the steps, epochs of visits, the
 * last table of the samples. Valid during a judgement only.
 */
public final class Course {

  private static final Trend EMPTY = new Trend();
  private static final int SCORE = Column.Basic.SCORE.ordinal();
  private static final int LOSS = Column.Basic.LOSS.ordinal();

  private final RunHeader header;
  private final boolean single;
  private final List<String> layers = new ArrayList<>();
  private final List<String> matrices = new ArrayList<>();
  private final Set<String> fixed = new LinkedHashSet<>();
  private final Map<String, Map<String, Trend>> trends = new HashMap<>();
  private final List<Trend> read = new ArrayList<>();
  private final int[] places;
  private final Map<EpochNumber, Trend> ofEpochs = new EnumMap<>(EpochNumber.class);
  private @Nullable VisitEpoch epoch;
  private @Nullable VisitEpoch epochBefore;
  private @Nullable VisitTable samples;
  private int epochs;
  private long step = -1;
  private long records;
  private boolean last;
  private long toldSince = -1; // by an event, which another ends
  private long oddSince = -1; // by score or loss of each record up to now
  private int notFiniteLayer = -1;
  private long finiteUntil = -1;
  private long plateauSince = -1;
  private long plateauEnd = -1;
  private int plateaus;

  /**
   * Begins.
   *
   * @param network whose layers have names, and are trained or not
   * @param single true if parameters are floats
   * @param columns ids of the columns that are read
   */
  Course(RunHeader header, NetworkView network, boolean single, Set<String> columns) {
    this.header = header;
    this.single = single;
    Set<String> names = new LinkedHashSet<>();
    for (int k = 0; k < network.layers(); k++) {
      WeightLayer layer = network.layer(k);
      names.add(layer.name());
      matrices.add(layer.name());
      if (!layer.isTrained()) {
        fixed.add(layer.name());
      }
    }
    for (TrackedLayer layer : header.layers()) {
      names.add(layer.name());
    }
    layers.addAll(names);
    List<Column> all = header.columns();
    List<Integer> wanted = new ArrayList<>();
    for (int k = 0; k < all.size(); k++) {
      Column column = all.get(k);
      boolean isNumber = column.kind() == Column.Kind.METRIC || column.kind() == Column.Kind.BASIC;
      if (isNumber && columns.contains(column.id())) {
        Trend trend = new Trend();
        trends.computeIfAbsent(column.id(), id -> new HashMap<>()).put(layerOf(column, k), trend);
        read.add(trend);
        wanted.add(k);
      }
    }
    places = wanted.stream().mapToInt(place -> place).toArray();
  }

  /**
   * Columns of a metric of matrices, in a run that tracks no layer, are in the order of the layers
   * with a matrix, one for each.
   */
  private String layerOf(Column column, int place) {
    if (column.layer() >= 0) {
      return header.layers().get(column.layer()).name();
    }
    int before = 0;
    int alike = 0;
    for (int k = 0; k < header.columns().size(); k++) {
      if (header.columns().get(k).is(column.kind(), column.id(), -1)) {
        before += k < place ? 1 : 0;
        alike++;
      }
    }
    return alike == matrices.size() && alike > 1 ? matrices.get(before) : "";
  }

  /**
   * Takes a record.
   *
   * @return true if numbers have ceased to be finite with it, or are so again
   */
  boolean record(Record record) {
    boolean was = notFiniteSince() >= 0;
    step = record.step();
    records++;
    double[] values = record.values();
    for (int k = 0; k < places.length; k++) {
      read.get(k).add(step, values[places[k]]);
    }
    events(record.events());
    boolean odd = isOdd(values[SCORE]) || isOdd(values[LOSS]);
    oddSince = !odd ? -1 : oddSince < 0 ? step : oddSince;
    boolean is = notFiniteSince() >= 0;
    if (!is) {
      finiteUntil = step;
    }
    return was != is;
  }

  /** Absent is one NaN among many; what has been computed and is not a number is another. */
  private static boolean isOdd(double value) {
    return !Absent.is(value) && !Double.isFinite(value);
  }

  private void events(EventBuffer events) {
    for (int i = 0; i < events.size(); i++) {
      EventKind kind = events.kind(i);
      if (kind == EventKind.NOT_FINITE) {
        toldSince = toldSince < 0 ? step : toldSince;
        notFiniteLayer = notFiniteLayer < 0 ? events.layer(i) : notFiniteLayer;
      } else if (kind == EventKind.FINITE_AGAIN) {
        toldSince = -1;
        notFiniteLayer = -1;
      } else if (kind == EventKind.PLATEAU_BEGAN) {
        plateaus++;
        plateauSince = step;
      } else if (kind == EventKind.PLATEAU_ENDED) {
        plateauSince = -1;
        plateauEnd = step;
      }
    }
  }

  void epoch(VisitEpoch ended) {
    epochBefore = epoch;
    epoch = ended;
    epochs++;
    for (EpochNumber number : EpochNumber.values()) {
      ofEpochs
          .computeIfAbsent(number, key -> new Trend())
          .add(ended.lastStep(), ended.number(number));
    }
  }

  void samples(VisitTable table) {
    samples = table;
  }

  void last() {
    last = true;
  }

  /** Returns what is known about the run as a whole. */
  public RunHeader header() {
    return header;
  }

  /** Returns true if parameters are kept as floats, or with fewer digits. */
  public boolean isSinglePrecision() {
    return single;
  }

  /** Returns the names of the layers that have a matrix or are tracked. */
  public List<String> layers() {
    return List.copyOf(layers);
  }

  /** Returns true if a layer has weights that its configuration keeps as they are. */
  public boolean isFrozen(String layer) {
    return fixed.contains(layer);
  }

  /** Returns the place of a layer among the tracked ones, -1 if it is not tracked. */
  public int tracked(String layer) {
    for (int k = 0; k < header.layers().size(); k++) {
      if (header.layers().get(k).name().equals(layer)) {
        return k;
      }
    }
    return -1;
  }

  /** Returns the step of the newest record, -1 before the first. */
  public long step() {
    return step;
  }

  /** Returns how many records there were. */
  public long records() {
    return records;
  }

  /** Returns true if no record follows. */
  public boolean isLast() {
    return last;
  }

  /** Returns a column of the whole network over the steps; empty if the run has none. */
  public Trend trend(String id) {
    return trend(id, "");
  }

  /** Returns a column of a layer over the steps; empty if the run has none. */
  public Trend trend(String id, String layer) {
    return trends.getOrDefault(id, Map.of()).getOrDefault(layer, EMPTY);
  }

  /** Returns how many epochs of visits have ended. */
  public int epochs() {
    return epochs;
  }

  /** Returns the last epoch of visits that has ended, null if none has. */
  public @Nullable VisitEpoch epoch() {
    return epoch;
  }

  /** Returns the one before, null if there is none. */
  public @Nullable VisitEpoch epochBefore() {
    return epochBefore;
  }

  /** Returns a number of the epochs of visits over their last steps. */
  public Trend ofEpochs(EpochNumber number) {
    return ofEpochs.getOrDefault(number, EMPTY);
  }

  /** Returns what visits have shown of the samples, up to the last table; null before one. */
  public @Nullable VisitTable samples() {
    return samples;
  }

  /**
   * Returns the step since which the loss, or another number that is observed, is not finite; -1 if
   * all are.
   */
  public long notFiniteSince() {
    return toldSince < 0 || oddSince < 0
        ? Math.max(toldSince, oddSince)
        : Math.min(toldSince, oddSince);
  }

  /** Returns the first tracked layer whose numbers were not finite then, -1 if that is unknown. */
  public int notFiniteLayer() {
    return notFiniteLayer;
  }

  /** Returns the last step at which all numbers were finite, -1 if there was none. */
  public long finiteUntil() {
    return finiteUntil;
  }

  /** Returns the step at which the plateau began on which the loss is now, -1 if it is on none. */
  public long plateauSince() {
    return plateauSince;
  }

  /** Returns how many plateaus there were, the present one included. */
  public int plateaus() {
    return plateaus;
  }

  /** Returns the step at which the loss has left a plateau last, -1 if it has left none. */
  public long plateauEnd() {
    return plateauEnd;
  }
}
