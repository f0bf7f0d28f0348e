package io.github.implicitbias.core.finding;

import java.util.ArrayList;
import java.util.List;

/**
 * The rules of the library with their limits. Each limit is a choice of ours, not a theorem; it is
 * printed with what the rule finds. A rule made here with other limits takes the place of the one
 * with the same id.
 */
public final class Findings {

  private Findings() {}

  /** Returns all rules with their usual limits, the one that matters most first. */
  public static List<FindingRule> standard() {
    return List.of(
        new NotFinite(),
        smallStart(1e-3),
        ranAway(10),
        new LostUpdate(),
        saturatedUnits(0.25, 0.5),
        stillLayer(50),
        classNeverLearned(0.05, 5),
        testParts(3),
        deadUnits(0.05, 0.5),
        lossNotFalling(0.02, 200),
        largeUpdate(0.1, 0.5),
        oscillation(0.1, 0.2),
        suspectLabels(0.01),
        probeTooSmall(10),
        dyingUnits(0.02),
        linearUnits(0.5),
        forgetting(0.1),
        new Fit(),
        new MarginsAfterFit(),
        new Plateau(),
        lazyOrRich(0.1, 1),
        fewCarryTheLoss(0.3),
        watchingCost(0.25, 1000));
  }

  /** Returns rules in which those given take the places of those with the same ids. */
  public static List<FindingRule> with(List<FindingRule> rules, List<FindingRule> given) {
    List<FindingRule> all = new ArrayList<>(rules);
    for (FindingRule rule : given) {
      int place = 0;
      while (place < all.size() && !all.get(place).id().equals(rule.id())) {
        place++;
      }
      if (place < all.size()) {
        all.set(place, rule);
      } else {
        all.add(rule);
      }
    }
    return all;
  }

  /**
   * Returns the rule on a loss that does not fall.
   *
   * @param fall part of the first loss by which it has to fall
   * @param records within how many
   */
  public static FindingRule lossNotFalling(double fall, long records) {
    return new LossNotFalling(share(fall), records);
  }

  /** Returns the rule on starts whose spectral norms have a product below a limit. */
  public static FindingRule smallStart(double product) {
    return new SmallStart(product);
  }

  /** Returns the rule on parameters that have grown so many times without a loss that falls. */
  public static FindingRule ranAway(double times) {
    return new RanAway(times);
  }

  /** Returns the rule on saturated units, by the part of a layer's outputs on the probe. */
  public static FindingRule saturatedUnits(double attention, double problem) {
    return new SaturatedUnits(share(attention), share(problem));
  }

  /** Returns the rule on dead units, by their part of a layer. */
  public static FindingRule deadUnits(double attention, double problem) {
    return new DeadUnits(share(attention), share(problem));
  }

  /** Returns the rule on layers that do not move within so many steps. */
  public static FindingRule stillLayer(long steps) {
    return new StillLayer(steps);
  }

  /** Returns the rule on the norm of an update as a part of that of the parameters. */
  public static FindingRule largeUpdate(double attention, double problem) {
    return new LargeUpdate(share(attention), problem);
  }

  /**
   * Returns the rule on a loss that goes up and down.
   *
   * @param amplitude of a swing, as a part of the first loss
   * @param part of the changes that go up by as much, and as many down
   */
  public static FindingRule oscillation(double amplitude, double part) {
    return new Oscillation(share(amplitude), share(part));
  }

  /**
   * Returns the rule on classes that are not learned.
   *
   * @param right share of right answers below which a class is not learned
   * @param fewest samples that a class has to have
   */
  public static FindingRule classNeverLearned(double right, int fewest) {
    return new ClassNeverLearned(share(right), fewest);
  }

  /** Returns the rule on a test loss that has not fallen at so many looks. */
  public static FindingRule testParts(int looks) {
    return new TestParts(looks);
  }

  /** Returns the rule on labels that look wrong, by their part of the samples. */
  public static FindingRule suspectLabels(double attention) {
    return new SuspectLabels(share(attention));
  }

  /** Returns the rule on probes with fewer samples than that of each class. */
  public static FindingRule probeTooSmall(int perClass) {
    return new ProbeTooSmall(perClass);
  }

  /** Returns the rule on units that die within an epoch, by their part of a layer. */
  public static FindingRule dyingUnits(double attention) {
    return new DyingUnits(share(attention));
  }

  /** Returns the rule on units that are always on, by their part of a layer. */
  public static FindingRule linearUnits(double attention) {
    return new LinearUnits(share(attention));
  }

  /** Returns the rule on samples that are forgotten, by their part of all. */
  public static FindingRule forgetting(double attention) {
    return new Forgetting(share(attention));
  }

  /** Returns the rule on the distance from the start, as a part of the norm of the start. */
  public static FindingRule lazyOrRich(double lazy, double rich) {
    return new LazyOrRich(lazy, rich);
  }

  /** Returns the rule on what the hundredth of the samples with the largest derivatives carries. */
  public static FindingRule fewCarryTheLoss(double part) {
    return new FewCarryTheLoss(share(part));
  }

  /**
   * Returns the rule on the cost of watching.
   *
   * @param budget share of the CPU time of training
   * @param records of the start that are left out
   */
  public static FindingRule watchingCost(double budget, long records) {
    return new WatchingCost(budget, records);
  }

  private static double share(double part) {
    if (!(part >= 0 && part <= 1)) {
      throw new IllegalArgumentException(part + ": give a part, from 0 to 1");
    }
    return part;
  }
}
