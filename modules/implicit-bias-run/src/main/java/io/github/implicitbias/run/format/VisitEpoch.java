package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Absent;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What holds over all visits of one epoch of training. Immutable. */
public final class VisitEpoch {

  private final int epoch;
  private final long firstStep;
  private final long lastStep;
  private final double[] numbers = new double[EpochNumber.values().length];
  private final List<VisitLayer> layers;

  /**
   * Describes an epoch.
   *
   * @param epoch counted from 0
   * @param numbers what is known; what is not is absent
   * @throws IllegalArgumentException if the epoch is negative, or ends before it begins
   */
  public VisitEpoch(
      int epoch,
      long firstStep,
      long lastStep,
      Map<EpochNumber, Double> numbers,
      List<VisitLayer> layers) {
    if (epoch < 0 || firstStep < 0 || lastStep < firstStep) {
      throw new IllegalArgumentException(
          "epoch " + epoch + " from step " + firstStep + " to " + lastStep);
    }
    this.epoch = epoch;
    this.firstStep = firstStep;
    this.lastStep = lastStep;
    this.layers = List.copyOf(layers);
    Arrays.fill(this.numbers, Absent.VALUE);
    numbers.forEach((what, value) -> this.numbers[what.ordinal()] = value);
  }

  /** Returns the number of the epoch, from 0. */
  public int epoch() {
    return epoch;
  }

  /** Returns the first step of the epoch. */
  public long firstStep() {
    return firstStep;
  }

  /** Returns the last step of the epoch. */
  public long lastStep() {
    return lastStep;
  }

  /** Returns one of the numbers, {@link Absent} if it is not known. */
  public double number(EpochNumber what) {
    return numbers[what.ordinal()];
  }

  /** Returns the layers whose units were watched. */
  public List<VisitLayer> layers() {
    return layers;
  }

  Map<EpochNumber, Double> known() {
    Map<EpochNumber, Double> known = new EnumMap<>(EpochNumber.class);
    for (EpochNumber what : EpochNumber.values()) {
      if (!Absent.is(number(what))) {
        known.put(what, number(what));
      }
    }
    return known;
  }
}
