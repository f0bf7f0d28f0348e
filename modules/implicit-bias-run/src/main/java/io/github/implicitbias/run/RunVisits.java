package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.VisitBlock;
import io.github.implicitbias.run.format.VisitEpoch;
import io.github.implicitbias.run.format.VisitSuspects;
import io.github.implicitbias.run.format.VisitTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The visits of a run: what training itself has computed for each of its samples (docs/visits.md).
 * While training goes on they are those up to the last epoch that has ended. Thread-safe. Methods
 * that read blocks throw {@link UncheckedIOException} if a block cannot be read any more.
 */
public final class RunVisits {

  private final RunId id;
  private final List<String> classes;
  private final VisitIndex index;
  private volatile @Nullable Kept kept;

  /** The table that was read last. */
  private static final class Kept {
    final VisitIndex.Entry entry;
    final VisitTable table;

    Kept(VisitIndex.Entry entry, VisitTable table) {
      this.entry = entry;
      this.table = table;
    }
  }

  RunVisits(RunHeader header, VisitIndex index) {
    this.id = header.id();
    this.classes = header.classNames();
    this.index = index;
  }

  /** Returns true if the run has no visits, or none of its epochs has ended. */
  public boolean isEmpty() {
    return index.isEmpty();
  }

  /** Returns the number of blocks about visits that are there. */
  public int blocks() {
    return index.size();
  }

  /** Returns the epochs that have ended and are there, in order. */
  public List<VisitEpoch> epochs() {
    List<VisitEpoch> epochs = new ArrayList<>();
    visitEpochs(epochs::add);
    return List.copyOf(epochs);
  }

  /** Shows the epochs that have ended, in order, one after the other. */
  public void visitEpochs(Consumer<VisitEpoch> visitor) {
    for (VisitIndex.Entry entry : index.entries(false)) {
      visitor.accept(Objects.requireNonNull(read(entry).epoch()));
    }
  }

  /** Shows the epochs that have ended after another one, in order, one after the other. */
  public void visitEpochsAfter(int epoch, Consumer<VisitEpoch> visitor) {
    for (VisitIndex.Entry entry : index.entries(false)) {
      if (entry.epoch > epoch) {
        visitor.accept(Objects.requireNonNull(read(entry).epoch()));
      }
    }
  }

  /** Returns an epoch that has ended, by its number; null if it is not there. */
  public @Nullable VisitEpoch epoch(int number) {
    for (VisitIndex.Entry entry : index.entries(false)) {
      if (entry.epoch == number) {
        return read(entry).epoch();
      }
    }
    return null;
  }

  /**
   * Returns what is known of every sample: at the end of the run as floats; before it, and in a run
   * that was cut off, as of the last epoch whose samples were kept. Null if no sample is kept.
   */
  public @Nullable VisitTable samples() {
    VisitIndex.Entry newest = index.newestTable();
    if (newest == null) {
      return null;
    }
    Kept before = kept;
    if (before != null && before.entry == newest) {
      return before.table;
    }
    VisitTable table = named(Objects.requireNonNull(read(newest).table()));
    kept = new Kept(newest, table);
    return table;
  }

  /**
   * Shows what was known of every sample at the end of the epochs that were kept, in order, one
   * after the other; the table of the end of the run is not among them.
   */
  public void visitSamples(Consumer<VisitTable> visitor) {
    visitSamples(Integer.MAX_VALUE, visitor);
  }

  /**
   * Shows what was known of every sample at the end of epochs, as {@link #visitSamples(Consumer)},
   * but of at most so many, evenly spread, the first and the last among them.
   */
  public void visitSamples(int most, Consumer<VisitTable> visitor) {
    List<VisitIndex.Entry> tables = index.entries(true);
    tables.removeIf(entry -> entry.last);
    int count = Math.min(most, tables.size());
    for (int k = 0; k < count; k++) {
      int at =
          count == 1 ? tables.size() - 1 : (int) ((long) k * (tables.size() - 1) / (count - 1));
      visitor.accept(named(Objects.requireNonNull(read(tables.get(at)).table())));
    }
  }

  /**
   * Writes what is known of every sample, a row per sample, as in {@code visits.csv}; nothing if no
   * sample is kept. The writer is not closed.
   *
   * @throws IOException if the writer fails
   */
  public void writeSamples(Writer out) throws IOException {
    VisitTable table = samples();
    if (table != null) {
      VisitsCsv.writeSamples(table, out);
    }
  }

  /** Returns the samples whose labels their mean margins speak against, as {@link #samples}. */
  public VisitSuspects suspects() {
    VisitTable table = samples();
    return table == null
        ? new VisitSuspects(
            new int[0], Absent.VALUE, Absent.VALUE, "the run has no table of its samples")
        : table.suspects();
  }

  /** The names of the classes are in the header of the run. */
  private VisitTable named(VisitTable table) {
    return classes.isEmpty() ? table : table.withClasses(classes);
  }

  private VisitBlock read(VisitIndex.Entry entry) {
    try {
      return VisitBlock.decode(id, entry.source.block(entry.place));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
