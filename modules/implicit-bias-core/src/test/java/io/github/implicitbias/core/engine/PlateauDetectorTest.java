package io.github.implicitbias.core.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.implicitbias.run.Absent;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class PlateauDetectorTest {

  private static List<String> changes(int steps, DoubleUnaryOperator loss) {
    PlateauDetector detector = new PlateauDetector();
    List<String> changes = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      PlateauDetector.Change change = detector.accept(step, loss.applyAsDouble(step));
      if (change == PlateauDetector.Change.BEGAN) {
        changes.add("began at " + step + " since " + detector.since() + ": " + detector.level());
      } else if (change == PlateauDetector.Change.ENDED) {
        changes.add("ended at " + step);
      }
    }
    return changes;
  }

  @Test
  void flatLoss_isOnePlateau_knownAtItsFiftiethRecord() {
    assertEquals(List.of("began at 49 since 0: 0.5"), changes(5000, t -> 0.5));
    assertEquals(List.of("began at 49 since 0: 0.0"), changes(5000, t -> 0));
    assertEquals(List.of(), changes(49, t -> 0.5));
  }

  @Test
  void decayingLoss_isNoPlateau() {
    assertEquals(List.of(), changes(5000, t -> Math.exp(-t / 100)));
    assertEquals(List.of(), changes(5000, t -> 1 / (1 + t)));
  }

  @Test
  void descentInStairs_isOnePlateauPerStair() {
    DoubleUnaryOperator stairs = t -> t < 300 ? 0.5 : t < 600 ? 0.25 : 0;
    assertEquals(
        List.of(
            "began at 49 since 0: 0.5",
            "ended at 300",
            "began at 349 since 300: 0.25",
            "ended at 600",
            "began at 649 since 600: 0.0"),
        changes(1000, stairs));
  }

  @Test
  void noiseWithinOnePercent_staysOnThePlateau_moreDoesNot() {
    SplittableRandom random = new SplittableRandom(1);
    assertEquals(
        List.of("began at 49 since 0: 0.5"),
        changes(2000, t -> t == 0 ? 0.5 : 0.5 * (1 + 0.0099 * (2 * random.nextDouble() - 1))));
    assertEquals(List.of(), changes(2000, t -> t % 2 == 0 ? 0.5 : 0.506));
  }

  @Test
  void latePlateau_mustLastATwentiethOfTheRun() {
    assertEquals(
        List.of("began at 2106 since 2000: 1.0"), changes(3000, t -> t < 2000 ? 3000 - t : 1));
  }

  @Test
  void lossThatIsNotANumber_isNoPlateau_andEndsOne() {
    assertEquals(List.of(), changes(500, t -> Double.NaN));
    assertEquals(List.of(), changes(500, t -> Absent.VALUE));
    assertEquals(List.of(), changes(500, t -> Double.POSITIVE_INFINITY));
    assertEquals(
        List.of("began at 49 since 0: 1.0", "ended at 100"),
        changes(500, t -> t < 100 ? 1 : Double.NaN));
  }
}
