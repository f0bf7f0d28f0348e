package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PatternHistoryTest {

  @Test
  void randomWalk_agreesWithOneStateMachinePerBit() {
    SplittableRandom random = new SplittableRandom(3);
    int[][] shapes = {{1, 1}, {1, 64}, {3, 65}, {17, 31}, {5, 130}, {64, 3}};
    for (int[] shape : shapes) {
      int units = shape[0];
      int samples = shape[1];
      PatternHistory history = new PatternHistory(units, samples);
      boolean[][] on = new boolean[units][samples];
      boolean[][] ever = new boolean[units][samples];
      int[] before = new int[units];
      for (int record = 0; record < 300; record++) {
        double rate = record % 100 == 0 ? 0.5 : random.nextInt(4) * 0.02;
        boolean drown = record % 71 == 70;
        List<List<Integer>> expected = new ArrayList<>();
        for (FlipKind kind : FlipKind.values()) {
          expected.add(new ArrayList<>());
        }
        long[] words = history.next();
        Arrays.fill(words, 0);
        int dead = 0;
        int linear = 0;
        long active = 0;
        int[] now = new int[units];
        for (int unit = 0; unit < units; unit++) {
          for (int sample = 0; sample < samples; sample++) {
            boolean bit = on[unit][sample] ^ (random.nextDouble() < rate);
            if (drown && unit % 2 == 0) {
              bit = unit % 4 == 0;
            }
            if (record > 0 && bit != on[unit][sample]) {
              FlipKind kind =
                  !bit
                      ? FlipKind.DEACTIVATION
                      : ever[unit][sample] ? FlipKind.REACTIVATION : FlipKind.ACTIVATION;
              expected.get(kind.ordinal()).add(unit * samples + sample);
            }
            on[unit][sample] = bit;
            ever[unit][sample] |= bit;
            now[unit] += bit ? 1 : 0;
            if (bit) {
              words[unit * ((samples + 63) / 64) + sample / 64] |= 1L << sample % 64;
            }
          }
          dead += now[unit] == 0 ? 1 : 0;
          linear += now[unit] == samples ? 1 : 0;
          active += now[unit];
        }
        history.advance(record % 7);
        for (FlipKind kind : FlipKind.values()) {
          List<Integer> found = new ArrayList<>();
          for (int k = 0; k < history.flipCount(kind); k++) {
            found.add(history.flips(kind)[k]);
          }
          assertEquals(expected.get(kind.ordinal()), found, kind + " at record " + record);
        }
        assertEquals(dead, history.deadUnits());
        assertEquals(linear, history.linearUnits());
        assertEquals(active, history.activeEntries());
        assertEquals(record % 7, history.nanEntries());
        for (int unit = 0; unit < units; unit++) {
          assertEquals(now[unit], history.activeSamples(unit));
          assertEquals(record == 0 ? now[unit] : before[unit], history.activeSamplesBefore(unit));
          for (int sample = 0; sample < samples; sample++) {
            assertEquals(
                on[unit][sample],
                new ActivationPattern(units, samples, history.current()).isOn(unit, sample));
          }
        }
        before = now;
      }
    }
  }

  @Test
  void bitThatWasOnUnseen_isReactivated_whetherNotedBeforeOrAfterTheFirstRecord() {
    PatternHistory history = new PatternHistory(1, 3);
    history.wasOn(0, 0);
    history.advance(0);
    history.wasOn(0, 1);
    history.next()[0] = 7;
    history.advance(0);
    assertEquals(1, history.flipCount(FlipKind.ACTIVATION));
    assertEquals(2, history.flips(FlipKind.ACTIVATION)[0]);
    assertEquals(2, history.flipCount(FlipKind.REACTIVATION));
  }

  @Test
  void whatIsNotANumber_keepsItsBit_andFlipsOnlyWhenItIsOneAgain() {
    PatternHistory history = new PatternHistory(2, 4);
    history.next()[0] = 0b0101;
    history.next()[1] = 0b0011;
    history.advance(0);
    // Of unit 0 samples 0 and 3 are not numbers, which packers give as off.
    history.next()[0] = 0b0010;
    history.next()[1] = 0b0011;
    history.advance(2, new long[] {0b1001, 0});
    assertEquals(0b0011, history.current()[0]);
    assertEquals(1, history.flipCount(FlipKind.ACTIVATION));
    assertEquals(1, history.flipCount(FlipKind.DEACTIVATION));
    assertEquals(2, history.nanEntries());
    history.next()[0] = 0b0010;
    history.next()[1] = 0b0011;
    history.advance(0);
    assertEquals(0, history.flips(FlipKind.DEACTIVATION)[0]);
    assertEquals(1, history.flipCount());
  }

  @Test
  void whatIsNotANumberAtTheFirstRecord_isOff() {
    PatternHistory history = new PatternHistory(1, 3);
    history.next()[0] = 0b010;
    history.advance(1, new long[] {0b001});
    assertEquals(0b010, history.current()[0]);
    assertEquals(0, history.flipCount());
  }
}
