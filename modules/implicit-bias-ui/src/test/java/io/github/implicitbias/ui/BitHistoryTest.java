package io.github.implicitbias.ui;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Run;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;
import org.junit.jupiter.api.Test;

class BitHistoryTest {

  private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
  private final StoredRuns runs = new StoredRuns();

  BitHistoryTest() {
    runs.attach(storage);
  }

  private static boolean bit(byte[] bits, BitHistory history, int k, int bit) {
    return (bits[k * history.stride + bit / 8] >> bit % 8 & 1) != 0;
  }

  private static int check(ReplayedRun run, BitHistory history, int unit, int sample) {
    int known = 0;
    for (int k = 0; k < history.steps.length; k++) {
      if (history.known[k]) {
        known++;
        for (int i = 0; i < history.bits; i++) {
          boolean expected =
              run.isOn(1, unit < 0 ? i : unit, sample < 0 ? i : sample, (int) history.steps[k]);
          assertEquals(
              expected, bit(history.on, history, k, i), "step " + history.steps[k] + ", bit " + i);
        }
      }
    }
    return known;
  }

  @Test
  void bitsAreThoseOfThePatterns_ofAUnitAndOfASample() throws Exception {
    ReplayedRun run = new ReplayedRun("s", "w", 1000).store(storage);
    Run stored = runs.find("s", "w").run();
    for (int points : new int[] {1024, 300, 7}) {
      BitHistory unit = new BitHistory(stored, "layer1", 3, -1, points);
      assertEquals(Math.min(points, 1001), check(run, unit, 3, -1));
      assertEquals(ReplayedRun.SAMPLES, unit.bits);
      BitHistory sample = new BitHistory(stored, "layer1", -1, 70, points);
      assertEquals(Math.min(points, 1001), check(run, sample, -1, 70));
      assertEquals(0, sample.steps[0]);
      assertEquals(1000, sample.steps[sample.steps.length - 1]);
    }
  }

  @Test
  void behindAGap_bitsAreUnknownUpToTheNextFullPattern_andExactThen() throws Exception {
    // Blocks 5 and 6 hold steps 250 to 349; full patterns are in blocks 0, 4, 8, ...
    ReplayedRun run = new ReplayedRun("s", "w", 1000).store(storage, 5, 6);
    BitHistory history = new BitHistory(runs.find("s", "w").run(), "layer1", 3, -1, 1024);
    assertEquals(1001 - 150, check(run, history, 3, -1));
    for (int step = 0; step <= 1000; step++) {
      assertEquals(step < 250 || step >= 400, history.known[step], "step " + step);
    }
    boolean flips = false;
    for (int i = 0; i < history.bits; i++) {
      flips |= bit(history.flipped, history, 400, i);
    }
    assertTrue(!flips, "what happened in the gap is not a flip at its end");
  }
}
