package io.github.implicitbias.core.engine;

import io.github.implicitbias.core.metric.Needs;
import io.github.implicitbias.core.metric.Price;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what of the first and the last record is worth its time and its memory. The cheapest
 * instruments come first, until what they are expected to take is used up; the others are absent
 * with their price. Who asks for everything gets everything.
 */
final class Allowance {

  private static final Logger LOG = LoggerFactory.getLogger(Session.class);

  /** The time that is given to the first and the last record together, whatever a step takes. */
  private static final double LEAST_NANOS = 1e9;

  private static final double STEPS = 20;
  private static final double BATCH = 128;

  /** Forward and backward pass and update, in forward passes. */
  private static final double PASSES_OF_A_STEP = 3;

  /** What the first pass of a probe takes besides: classes, code that is not compiled yet. */
  private static final double COLD_NANOS = 3e8;

  /** Shares of that time; the rest is for reading, packing and starting. */
  private static final double FIRST = 0.4;

  private static final double LAST = 0.25;

  /** Arrays of all instruments together. */
  private static final double MOST_BYTES = 400e6;

  private final DoubleSupplier nanosPerOperation;
  private double mostBytes;
  private final List<Due> instruments = new ArrayList<>();
  private final Set<Object> kept = new HashSet<>();
  private double bytes;

  /** Makes the allowance of a run on this machine, in the memory that is left. */
  Allowance() {
    this(MachineSpeed::nanosPerOperation, -1);
  }

  /**
   * Makes the allowance of a run.
   *
   * @param nanosPerOperation what an operation of a price takes; asked if it matters
   * @param mostBytes of the arrays of all instruments together; if negative, half of what is left
   *     of the heap when that is first decided, and not more than 400 MB
   */
  Allowance(DoubleSupplier nanosPerOperation, double mostBytes) {
    this.nanosPerOperation = nanosPerOperation;
    this.mostBytes = mostBytes;
  }

  /** Adds what is decided about, in the order of the columns. */
  void add(Due instrument) {
    instruments.add(instrument);
  }

  /**
   * Returns the time that the instruments have at the first record, when no step of training has
   * been measured yet.
   *
   * @param readNanos what it took to send the probe forward and read it, 0 if that was done by
   *     training itself
   */
  static double atFirst(long readNanos, int samples) {
    double pass = Math.max(0, readNanos - COLD_NANOS);
    double steps = STEPS * PASSES_OF_A_STEP * BATCH / Math.max(1, samples) * pass;
    return FIRST * Math.max(LEAST_NANOS, steps);
  }

  /** Returns the time that the instruments have at the last record. */
  static double atLast(double stepNanos) {
    return LAST * Math.max(LEAST_NANOS, STEPS * stepNanos);
  }

  /**
   * Decides for a complete record.
   *
   * @param requested true if everything was asked for, whatever it takes
   */
  void decide(boolean first, boolean requested, CostMeter meter, int samples) {
    if (requested) {
      everything();
    } else {
      decide(first ? atFirst(meter.firstReadNanos(), samples) : atLast(meter.stepNanos()));
    }
  }

  /** Lets everything be computed that has not run out of memory before. */
  void everything() {
    instruments.forEach(Due::admit);
  }

  /** Decides for one record. */
  void decide(double nanos) {
    if (mostBytes < 0) {
      // What the run keeps of patterns and parameters is there by now.
      mostBytes = Math.min(MOST_BYTES, Heap.freeBytes() / 2);
    }
    List<Due> cheapestFirst = new ArrayList<>(instruments);
    cheapestFirst.sort(Comparator.comparingDouble(due -> due.price().operationsBeyond(Set.of())));
    Set<Object> done = new HashSet<>();
    double rate = rate(nanos);
    double left = nanos;
    for (Due due : cheapestFirst) {
      Price price = due.price();
      double takes = price.operationsBeyond(done) * rate;
      double needs = price.bytesBeyond(kept);
      if (bytes + needs > mostBytes && needs > 0) {
        due.leaveOut(
            "needs about " + megabytes(price.bytesBeyond(Set.of())) + ": requestAll()", true);
      } else if (takes > left) {
        due.leaveOut("needs about " + seconds(takes) + ": requestAll()", false);
      } else {
        due.admit();
        left -= takes;
        bytes += needs;
        done.addAll(price.works());
        kept.addAll(price.works());
      }
    }
  }

  /** Measures the machine only if it could be too slow for all together. */
  private double rate(double nanos) {
    double slowest = MachineSpeed.USUAL * MachineSpeed.SLOWEST;
    double all = 0;
    Set<Object> done = new HashSet<>();
    for (Due due : instruments) {
      all += due.price().operationsBeyond(done);
      done.addAll(due.price().works());
    }
    return all * slowest <= nanos ? slowest : nanosPerOperation.getAsDouble();
  }

  /**
   * Returns what those need that were not left out at the first record.
   *
   * @param wanted what all of them need
   * @param shared is told which results will not remember the first record
   */
  Needs admitted(Needs wanted, SharedResults shared) {
    Needs admitted = Needs.NONE;
    for (Due due : instruments) {
      admitted = due.leftOut() == null ? admitted.and(due.needs()) : admitted;
    }
    shared.missed(wanted.resultsBeyond(admitted));
    return admitted;
  }

  /** Returns the bytes of the arrays of all that was let in. */
  double bytes() {
    return bytes;
  }

  /** Leaves out all that take much memory, from now on. Allocates nothing. */
  void giveUp() {
    for (int k = 0; k < instruments.size(); k++) {
      instruments.get(k).giveUp();
    }
  }

  /** Returns the ids of those that memory has run out over. */
  List<String> givenUp() {
    List<String> ids = new ArrayList<>();
    for (Due due : instruments) {
      if (due.isOutOfMemory()) {
        ids.add(due.id());
      }
    }
    return ids;
  }

  /** Returns why instruments were left out at the last complete record, by their ids. */
  Map<String, String> leftOut() {
    Map<String, String> all = new LinkedHashMap<>();
    for (Due due : instruments) {
      String why = due.leftOut();
      if (why != null) {
        all.put(due.id(), why);
      }
    }
    return all;
  }

  /**
   * Says once, after the first record, what was left out there, and adds it to what is known of the
   * run: the instruments and what they need.
   */
  Map<String, String> addedTo(Map<String, String> facts) {
    Map<String, List<String>> idsByReason = new LinkedHashMap<>();
    leftOut()
        .forEach((id, why) -> idsByReason.computeIfAbsent(why, any -> new ArrayList<>()).add(id));
    Map<String, String> all = new LinkedHashMap<>(facts);
    idsByReason.forEach(
        (why, ids) -> {
          String names = String.join(", ", ids);
          all.put("absent " + names, why);
          LOG.info("Not recorded at the first step: {}; it {}.", names, why);
        });
    return all;
  }

  static String seconds(double nanos) {
    double seconds = nanos * 1e-9;
    return String.format(Locale.ROOT, seconds < 9.5 ? "%.1f s" : "%,.0f s", rounded(seconds));
  }

  static String megabytes(double bytes) {
    return String.format(Locale.ROOT, "%,.0f MB", rounded(Math.max(1, bytes * 1e-6)));
  }

  /** Rounds to two digits: more is not known. */
  private static double rounded(double value) {
    double unit = Math.pow(10, Math.floor(Math.log10(value)) - 1);
    return Math.round(value / unit) * unit;
  }
}
