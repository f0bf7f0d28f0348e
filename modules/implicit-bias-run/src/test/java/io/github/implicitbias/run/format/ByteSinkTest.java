package io.github.implicitbias.run.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ByteSinkTest {

  @Test
  void builderThatHeldALot_givesTheMemoryBack() {
    ByteSink sink = new ByteSink(16);
    for (int round = 0; round < 2; round++) {
      sink.restart(0);
      sink.putLongs(new long[1 << 20], 1 << 20);
    }
    assertTrue(sink.array().length >= 8 << 20);
    sink.restart(0);
    assertTrue(sink.array().length >= 8 << 20, "what was much used is kept");
    sink.putLong(7);
    sink.restart(0);
    assertTrue(sink.array().length <= 1 << 22);
    sink.putLong(7);
    assertEquals(8, sink.length());
  }
}
