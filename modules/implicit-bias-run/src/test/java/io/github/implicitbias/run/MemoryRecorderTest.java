package io.github.implicitbias.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.BlockFormatException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemoryRecorderTest {

  @Test
  void run_isThereAfterTheHeader_andGrowsWithoutThinningBelowTheCap() throws IOException {
    RandomRun made = new RandomRun(71, 20, 4);
    MemoryRecorder memory = new MemoryRecorder(1 << 20);
    assertNull(memory.run());
    memory.header(made.header);
    Run run = memory.run();
    for (byte[] block : made.blocks(10, 5, 3)) {
      memory.block(block);
    }
    assertSame(run, memory.run());
    assertFalse(run.isThinned());
    assertEquals(50, ThinningTest.assertThinned(made, run).size());
  }

  @Test
  void longRun_staysUnderTheCap_exactInWhatRemains_andCompleteInItsNewerPart() throws IOException {
    RandomRun made = new RandomRun(72, 65, 6, 3);
    made.eventRate = 0.02;
    int cap = 40_000;
    MemoryRecorder memory = new MemoryRecorder(cap);
    memory.header(made.header);
    BlockBuilder builder = new BlockBuilder(made.header.id());
    int thinnings = 0;
    for (int number = 0; number < 150; number++) {
      int perBlock = 1 + number * 7 % 20;
      for (int i = 0; i < perBlock; i++) {
        RandomRun.Kept kept = made.next();
        if (i == 0) {
          builder.reset(kept.millis, number % 5 == 0 ? made.patterns : null);
        }
        made.addTo(builder, kept);
      }
      Run before = memory.run();
      byte[] block = builder.seal(number, number - 1);
      memory.block(block);
      assertTrue(memory.bytes() <= cap + block.length, memory.bytes() + " bytes");
      if (memory.run() != before) {
        thinnings++;
        assertNotSame(before, memory.run());
      }
      if (number % 15 == 0) {
        ThinningTest.assertThinned(made, memory.run());
      }
    }
    List<Long> left = ThinningTest.assertThinned(made, memory.run());
    assertTrue(thinnings > 5, thinnings + " thinnings");
    assertTrue(left.size() < made.records.size() / 3, left.size() + " records left");
    assertTrue(memory.run().isThinned());
  }

  @Test
  void capThatIsLowered_isKeptFromTheNextBlockOn_countsOfFlipsIncluded() throws IOException {
    RandomRun made = new RandomRun(75, 65, 6);
    List<byte[]> blocks = made.blocks(30, 10, 2);
    MemoryRecorder memory = new MemoryRecorder(1 << 20);
    memory.header(made.header);
    for (byte[] block : blocks.subList(0, 29)) {
      memory.block(block);
    }
    long whole = memory.bytes();
    memory.limit(whole / 4);
    byte[] last = blocks.get(29);
    memory.block(last);
    assertTrue(memory.bytes() <= whole / 4 + last.length, memory.bytes() + " of " + whole);
    assertTrue(memory.run().isThinned());
    assertEquals(made.records.get(299).step, memory.run().lastStep());
    ThinningTest.assertThinned(made, memory.run());
  }

  @Test
  void capSmallerThanABlock_keepsTheNewestBlockWhole() throws IOException {
    RandomRun made = new RandomRun(73, 65, 6);
    MemoryRecorder memory = new MemoryRecorder(1000);
    memory.header(made.header);
    for (byte[] block : made.blocks(30, 10, 2)) {
      memory.block(block);
      assertTrue(memory.bytes() < 1000 + 2 * block.length, memory.bytes() + " bytes");
    }
    List<Long> left = ThinningTest.assertThinned(made, memory.run());
    for (int i = 290; i < 300; i++) {
      assertTrue(left.contains(made.records.get(i).step));
    }
  }

  @Test
  void damagedBlock_isRefused_andTheBlocksBeforeAndAfterAreRight() throws IOException {
    RandomRun made = new RandomRun(74, 20, 4);
    List<byte[]> blocks = made.blocks(3, 4, 1);
    MemoryRecorder memory = new MemoryRecorder(1 << 20);
    memory.header(made.header);
    memory.block(blocks.get(0));
    byte[] damaged = blocks.get(1).clone();
    damaged[damaged.length - 1] ^= 1;
    assertThrows(BlockFormatException.class, () -> memory.block(damaged));
    assertThrows(BlockFormatException.class, () -> memory.block(blocks.get(0)));
    memory.block(blocks.get(1));
    memory.block(blocks.get(2));
    assertEquals(12, ThinningTest.assertThinned(made, memory.run()).size());
  }
}
