package io.github.implicitbias.page;

import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How often the units of a run flip, over time and in bounded memory: on the probe, kept while
 * blocks are indexed, and between the visits of the samples, read when an epoch has ended.
 * Thread-safe.
 */
final class UnitFlips {

  /** Buckets of steps, or of epochs. */
  static final int MAX_BUCKETS = 360;

  private static final int FEWEST_BUCKETS = 8;

  /** Counts of all units in all buckets: 32 MB. */
  private static final long MAX_COUNTS = 1 << 23;

  /** The facts of an epoch that are looked at again and again. */
  static final class Epoch {
    final int number;
    final long firstStep;
    final long lastStep;
    final double visits;
    final boolean hasLayers;

    Epoch(VisitEpoch epoch, double visits) {
      number = epoch.epoch();
      firstStep = epoch.firstStep();
      lastStep = epoch.lastStep();
      this.visits = visits;
      hasLayers = !epoch.layers().isEmpty();
    }
  }

  private final RunHeader header;
  private final int capacity;
  private final BucketCounts onProbe;
  private @Nullable BucketCounts betweenVisits;
  private final List<Epoch> epochs = new ArrayList<>();
  private @Nullable VisitEpoch newest;
  private long lastBlock = -1;
  private long block;
  private long observedAt = -1;
  private boolean counting; // the record seen last has flips since a known step
  private final int[] pending = new int[4096]; // layers and units of flips that are to be added
  private int pendingCount;

  UnitFlips(RunHeader header) {
    this.header = header;
    long units = Math.max(1, header.layers().stream().mapToLong(TrackedLayer::units).sum());
    long most = Math.min(MAX_BUCKETS, MAX_COUNTS / units) / 2 * 2;
    capacity = (int) most;
    onProbe = counts(header.layers().stream().mapToInt(TrackedLayer::units).toArray());
  }

  /** Counts nothing where even a few buckets would take too much. */
  private BucketCounts counts(int[] units) {
    boolean fits = capacity >= FEWEST_BUCKETS;
    return new BucketCounts(fits ? units : new int[units.length], fits ? capacity : FEWEST_BUCKETS);
  }

  /** Returns true if the flips of the units are counted: there are not too many units. */
  boolean areCounted() {
    return capacity >= FEWEST_BUCKETS;
  }

  /** Begins the next block; it counts from {@link #accepted} on. */
  RecordVisitor block(RecordBlock next) {
    block = next.number();
    if (next.previousNumber() != lastBlock) {
      observedAt = -1;
    }
    return new RecordVisitor() {
      @Override
      public void record(Record record) {
        flush();
        if (record.isObserved()) {
          observed(record.step());
        }
        counting = counting && record.isObserved();
      }

      @Override
      public void flip(int layer, FlipKind kind, int unit, int sample) {
        if (counting) {
          note(layer, unit);
        }
      }
    };
  }

  private synchronized void observed(long step) {
    counting = observedAt >= 0;
    if (counting) {
      onProbe.cover(observedAt, step, (double) (step - observedAt) * header.samples());
    } else {
      onProbe.start(step);
    }
    observedAt = step;
  }

  private void note(int layer, int unit) {
    pending[pendingCount++] = layer;
    pending[pendingCount++] = unit;
    if (pendingCount == pending.length) {
      flush();
    }
  }

  private synchronized void flush() {
    for (int k = 0; k < pendingCount; k += 2) {
      onProbe.add(pending[k], pending[k + 1], observedAt, 1);
    }
    pendingCount = 0;
  }

  /** Says that the run has accepted the block. */
  void accepted() {
    flush();
    lastBlock = block;
  }

  /** Reads the epochs that have ended since the last time; returns all. */
  synchronized List<Epoch> epochs(Run run) {
    run.visits()
        .visitEpochsAfter(
            epochs.isEmpty() ? -1 : epochs.get(epochs.size() - 1).number,
            epoch -> {
              epochs.add(new Epoch(epoch, NetworkJson.visits(epoch)));
              if (!epoch.layers().isEmpty()) {
                count(epoch);
                newest = epoch;
              }
            });
    return List.copyOf(epochs);
  }

  private void count(VisitEpoch epoch) {
    BucketCounts counts = betweenVisits;
    if (counts == null) {
      int[] units = new int[header.layers().size()];
      for (int layer = 0; layer < units.length; layer++) {
        VisitLayer found = NetworkJson.layer(epoch, header.layers().get(layer).name());
        units[layer] = found == null ? 0 : found.shares().length;
      }
      counts = counts(units);
      betweenVisits = counts;
    }
    boolean flips = false;
    for (int layer = 0; layer < header.layers().size(); layer++) {
      VisitLayer found = NetworkJson.layer(epoch, header.layers().get(layer).name());
      long[] ofUnits = found == null ? null : found.flipsOfUnits();
      for (int unit = 0; ofUnits != null && unit < ofUnits.length; unit++) {
        counts.add(layer, unit, epoch.epoch(), Math.max(0, ofUnits[unit]));
      }
      flips |= ofUnits != null;
    }
    if (flips && NetworkJson.visits(epoch) > 0) {
      counts.cover(epoch.epoch(), epoch.epoch(), NetworkJson.visits(epoch));
    }
  }

  /** Returns the last epoch that has said something of units; null if none has. */
  synchronized @Nullable VisitEpoch newest() {
    return newest;
  }

  /** Flips over time, all of one moment. */
  static final class Rates {
    final long[] edges; // steps at which buckets begin, and where the last one ends
    final double[][][] rates; // of a layer, of a group of its units, in a bucket

    private Rates(long[] edges, int layers) {
      this.edges = edges;
      rates = new double[layers][][];
    }
  }

  /**
   * Returns the flips of groups of units in buckets, as the share of the pairs of unit and sample.
   *
   * @param visits true between visits of a sample, false per step on the probe
   * @param groups of each layer the numbers of the units of its groups
   * @param mostCells greatest number of rates
   */
  synchronized Rates rates(boolean visits, int[][][] groups, int mostCells, long lastStep) {
    BucketCounts counts = visits ? betweenVisits : onProbe;
    long all = Arrays.stream(groups).mapToLong(ofLayer -> ofLayer.length).sum();
    int size = counts == null ? 0 : counts.size();
    int width = 1;
    while (all * ((size + width - 1) / width) > mostCells && width < size) {
      width *= 2;
    }
    long[] edges = new long[(size + width - 1) / width + (size > 0 ? 1 : 0)];
    for (int b = 0; b < edges.length; b++) {
      edges[b] = visits ? firstStepOf(b * width) : onProbe.begin(b * width);
    }
    if (size > 0) {
      long end = visits ? epochs.get(epochs.size() - 1).lastStep : edges[edges.length - 1];
      edges[edges.length - 1] = visits ? end : Math.min(lastStep, end);
    }
    Rates found = new Rates(edges, groups.length);
    for (int layer = 0; layer < groups.length; layer++) {
      found.rates[layer] = new double[groups[layer].length][];
      for (int g = 0; g < groups[layer].length; g++) {
        found.rates[layer][g] =
            counts == null ? new double[0] : counts.rates(layer, groups[layer][g], width);
      }
    }
    return found;
  }

  private long firstStepOf(int bucket) {
    long epoch = betweenVisits == null ? 0 : betweenVisits.begin(bucket);
    OptionalInt at =
        IntStream.range(0, epochs.size()).filter(k -> epochs.get(k).number >= epoch).findFirst();
    return at.isPresent() ? epochs.get(at.getAsInt()).firstStep : 0;
  }
}
