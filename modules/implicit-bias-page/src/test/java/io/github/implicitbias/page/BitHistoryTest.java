package io.github.implicitbias.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.Run;
import io.github.implicitbias.testkit.MadeUpRun;
import org.junit.jupiter.api.Test;

class BitHistoryTest {

  private static boolean bit(byte[] bits, BitHistory history, int k, int bit) {
    return (bits[k * history.stride() + bit / 8] >> bit % 8 & 1) != 0;
  }

  private static int check(MadeUpRun run, BitHistory history, int unit, int sample) {
    int known = 0;
    for (int k = 0; k < history.size(); k++) {
      if (history.isKnown(k)) {
        known++;
        for (int i = 0; i < history.bits(); i++) {
          boolean expected =
              run.isOn(1, unit < 0 ? i : unit, sample < 0 ? i : sample, (int) history.step(k));
          assertEquals(
              expected, bit(history.on(), history, k, i), "step " + history.step(k) + ", bit " + i);
        }
      }
    }
    return known;
  }

  @Test
  void bitsAreThoseOfThePatterns_ofAUnitAndOfASample() throws Exception {
    MadeUpRun run = new MadeUpRun("s", "w", 1000);
    Run stored = new FollowedRun(run.log()).whole().run();
    for (int points : new int[] {1024, 300, 7}) {
      BitHistory unit = new BitHistory(stored, 1, 3, -1, points);
      assertEquals(Math.min(points, 1001), check(run, unit, 3, -1));
      assertEquals(MadeUpRun.SAMPLES, unit.bits());
      BitHistory sample = new BitHistory(stored, 1, -1, 70, points);
      assertEquals(Math.min(points, 1001), check(run, sample, -1, 70));
      assertEquals(0, sample.step(0));
      assertEquals(1000, sample.step(sample.size() - 1));
    }
  }

  @Test
  void behindAGap_bitsAreUnknownUpToTheNextFullPattern_andExactThen() throws Exception {
    // Blocks 5 and 6 hold steps 250 to 349; full patterns are in blocks 0, 4, 8, ...
    MadeUpRun run = new MadeUpRun("s", "w", 1000);
    BitHistory history =
        new BitHistory(new FollowedRun(run.log(5, 6)).whole().run(), 1, 3, -1, 1024);
    assertEquals(1001 - 150, check(run, history, 3, -1));
    for (int step = 0; step <= 1000; step++) {
      assertEquals(step < 250 || step >= 400, history.isKnown(step), "step " + step);
    }
    boolean flips = false;
    for (int i = 0; i < history.bits(); i++) {
      flips |= bit(history.flipped(), history, 400, i);
    }
    assertTrue(!flips, "what happened in the gap is not a flip at its end");
  }
}
