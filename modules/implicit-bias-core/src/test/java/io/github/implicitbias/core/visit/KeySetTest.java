package io.github.implicitbias.core.visit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Different keys are counted as a set counts them. */
class KeySetTest {

  @Test
  void keysOfEveryKind_areCountedOnce() {
    SplittableRandom random = new SplittableRandom(2);
    KeySet keys = new KeySet();
    Set<Long> expected = new HashSet<>();
    for (int round = 0; round < 3; round++) {
      for (int step = 0; step < 300; step++) {
        long[] some = new long[20];
        for (int i = 0; i < 16; i++) {
          some[i] = i < 8 ? random.nextInt(5) : random.nextLong() << 40;
          expected.add(some[i]);
        }
        some[16] = 77; // beyond those that count
        keys.add(some, 16);
        assertEquals(expected.size(), keys.size());
      }
      assertTrue(keys.bytes() > 8L * expected.size());
      expected.clear();
      if (round == 0) {
        keys.empty();
      } else {
        keys.clear();
      }
      assertEquals(0, keys.size());
    }
  }
}
