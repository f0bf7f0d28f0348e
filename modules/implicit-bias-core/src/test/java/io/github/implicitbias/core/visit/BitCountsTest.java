package io.github.implicitbias.core.visit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BitCountsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 254, 255, 256, 511, 1_000})
  void countsOfManyRows_areThoseOfALoop(int rows) {
    int bits = 131;
    SplittableRandom random = new SplittableRandom(rows);
    BitCounts counts = new BitCounts(bits);
    for (int round = 0; round < 2; round++) {
      long[] expected = new long[bits];
      for (int row = 0; row < rows; row++) {
        counts.begin();
        for (int word = 0; word < 3; word++) {
          // Bit 0 is set in every row, so that planes carry as far as they can.
          long set = (random.nextLong() & random.nextLong()) | (word == 0 ? 1 : 0);
          set &= word == 2 ? 7 : -1;
          counts.add(word, set);
          for (int bit = 0; bit < 64 && 64 * word + bit < bits; bit++) {
            expected[64 * word + bit] += set >>> bit & 1;
          }
        }
      }
      assertArrayEquals(expected, counts.counts());
      counts.clear();
      assertArrayEquals(new long[bits], counts.counts());
    }
  }
}
