package io.github.implicitbias.run;

import io.github.implicitbias.run.format.VisitBlock;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks about visits of a run in memory. Beyond a greatest size every second table of samples
 * is given up, but never the newest, and when only that is left every second epoch. Guarded by its
 * owner, except {@link #block}.
 */
final class HeldVisits {

  private static final byte[] GONE = {};

  private final List<byte[]> blocks = new ArrayList<>();
  private final List<Integer> tables = new ArrayList<>();
  private final List<Integer> epochs = new ArrayList<>();
  private long bytes;

  /** Returns the block at a place. */
  byte[] block(int place) {
    synchronized (blocks) {
      return blocks.get(place);
    }
  }

  /** Keeps a block; returns its place. */
  int add(byte[] block, VisitBlock decoded) {
    synchronized (blocks) {
      int place = blocks.size();
      blocks.add(block);
      (decoded.table() == null ? epochs : tables).add(place);
      bytes += block.length;
      return place;
    }
  }

  /** Takes the last block back. */
  void removeLast(int place) {
    give(place);
    tables.remove((Integer) place);
    epochs.remove((Integer) place);
  }

  /** Returns the size of all blocks in bytes. */
  long bytes() {
    return bytes;
  }

  /** Returns the blocks that are held, in order. */
  List<byte[]> blocks() {
    synchronized (blocks) {
      List<byte[]> held = new ArrayList<>(blocks);
      held.removeIf(block -> block.length == 0);
      return held;
    }
  }

  /** Gives up what is too much; returns the places. */
  List<Integer> thin(long mostBytes) {
    List<Integer> given = new ArrayList<>();
    for (List<Integer> kind : List.of(tables, epochs)) {
      while (bytes > mostBytes && kind.size() > 1) {
        // The newest stays, and from it back every second one.
        for (int k = kind.size() - 2; k >= 0; k -= 2) {
          int place = kind.remove(k);
          give(place);
          given.add(place);
        }
      }
    }
    return given;
  }

  private void give(int place) {
    synchronized (blocks) {
      bytes -= blocks.get(place).length;
      blocks.set(place, GONE);
    }
  }
}
