package io.github.implicitbias.run;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.VisitBlock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the blocks about visits are. Thread-safe. */
final class VisitIndex {

  /** A block about visits and where it lies. */
  static final class Entry {
    final BlockSource source;
    final int place;
    final int epoch;
    final boolean table;
    final boolean last;
    private final long number;

    Entry(VisitBlock block, BlockSource source, int place) {
      this.source = source;
      this.place = place;
      this.epoch = block.epochNumber();
      this.table = block.table() != null;
      this.last = block.table() != null && block.table().isLast();
      this.number = block.number();
    }
  }

  private final List<Entry> entries = new ArrayList<>();

  /**
   * Takes note of a block.
   *
   * @throws BlockFormatException if it comes out of order; the index is then as before
   */
  synchronized void add(VisitBlock block, BlockSource source, int place)
      throws BlockFormatException {
    Entry added = new Entry(block, source, place);
    for (int k = entries.size() - 1; k >= 0; k--) {
      Entry before = entries.get(k);
      if (before.number >= added.number || before.table == added.table && isBefore(added, before)) {
        throw new BlockFormatException("block " + added.number + " comes out of order");
      }
      if (before.table == added.table) {
        break;
      }
    }
    entries.add(added);
  }

  /** An epoch comes once; its table may be followed by that of the end of the run. */
  private static boolean isBefore(Entry added, Entry before) {
    boolean end = added.last && !before.last;
    return end ? added.epoch < before.epoch : added.epoch <= before.epoch;
  }

  /** Forgets a block whose bytes are given up. */
  synchronized void remove(int place) {
    entries.removeIf(entry -> entry.place == place);
  }

  synchronized List<Entry> entries(boolean tables) {
    List<Entry> found = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry.table == tables) {
        found.add(entry);
      }
    }
    return found;
  }

  /** Returns the newest table; null if there is none. */
  synchronized @Nullable Entry newestTable() {
    for (int k = entries.size() - 1; k >= 0; k--) {
      if (entries.get(k).table) {
        return entries.get(k);
      }
    }
    return null;
  }

  synchronized int size() {
    return entries.size();
  }

  synchronized boolean isEmpty() {
    return entries.isEmpty();
  }
}
