package io.github.implicitbias.listener;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * Labels of MNIST are changed at random, and training tells which. The directory with the unzipped
 * files of the training set is named by the variable IMPLICIT_BIAS_MNIST.
 */
@EnabledIfEnvironmentVariable(
    named = "IMPLICIT_BIAS_MNIST",
    matches = ".+",
    disabledReason = "IMPLICIT_BIAS_MNIST does not name a directory with MNIST's training set")
class MnistVisitsTest {

  private static final double SHARE = 0.05;

  /** Trains with changed labels; returns what was found after each epoch. */
  private static List<ChangedMnist.Found> found(
      int hidden, Supplier<IUpdater> updater, long seed, int epochs) throws IOException {
    ChangedMnist data = new ChangedMnist(SHARE, seed);
    List<ChangedMnist.Found> all = new ArrayList<>();
    data.train(
        ChangedMnist.perceptron(hidden, updater.get(), seed),
        epochs,
        (epoch, visits) -> {
          ChangedMnist.Found found = new ChangedMnist.Found(data, visits);
          all.add(found);
          System.out.printf("784-%d-10, seed %d, epoch %d: %s%n", hidden, seed, epoch, found);
        });
    return all;
  }

  /** The rate was chosen among 0.01, 0.03 and 0.1 with another seed than those of the tests. */
  private static IUpdater momentum() {
    return new Nesterovs(0.1, 0.9);
  }

  private static IUpdater adam() {
    return new Adam(1e-3);
  }

  @Test
  @Tag("thorough")
  void changedLabels_areAmongTheSuspects() throws IOException {
    ChangedMnist.Found found = found(128, MnistVisitsTest::adam, 1, 3).get(2);
    assertTrue(found.precision >= 0.88, found.toString());
    assertTrue(found.recall >= 0.92, found.toString());
    assertTrue(found.atK >= 0.9, found.toString());
  }

  @Test
  @Tag("soak")
  void fiveSeedsOfMomentum_haveTheChangedLabelsAmongTheSmallestMargins() throws IOException {
    for (int seed = 1; seed <= 5; seed++) {
      List<ChangedMnist.Found> found = found(256, MnistVisitsTest::momentum, seed, 8);
      assertTrue(found.get(2).atK >= 0.9, "seed " + seed + ": " + found.get(2));
      assertTrue(found.get(7).atK >= 0.95, "seed " + seed + ": " + found.get(7));
    }
  }

  @Test
  @Tag("soak")
  void threeSeedsOfAdam_listTheChangedLabels() throws IOException {
    for (int seed = 1; seed <= 3; seed++) {
      List<ChangedMnist.Found> found = found(128, MnistVisitsTest::adam, seed, 8);
      assertTrue(found.get(2).precision >= 0.88, "seed " + seed + ": " + found.get(2));
      assertTrue(found.get(2).recall >= 0.92, "seed " + seed + ": " + found.get(2));
      assertTrue(found.get(7).precision >= 0.95, "seed " + seed + ": " + found.get(7));
      assertTrue(found.get(7).recall >= 0.9, "seed " + seed + ": " + found.get(7));
    }
  }

  @Test
  @Tag("soak")
  void unchangedLabels_areHardlyEverSuspect() throws IOException {
    ChangedMnist data = new ChangedMnist(0, 1);
    List<Integer> listed = new ArrayList<>();
    data.train(
        ChangedMnist.perceptron(128, adam(), 1),
        8,
        (epoch, visits) -> listed.add(visits.suspects().samples().length));
    System.out.println("unchanged MNIST, suspects after each epoch: " + listed);
    assertEquals(8, listed.size());
    assertTrue(listed.get(7) < 120, "0.2 % of 60,000, but " + listed.get(7));
  }
}
