package io.github.implicitbias.run;

import io.github.implicitbias.run.format.BlockFormatException;
import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.VisitBlock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run to which blocks are added: the writing side of a {@link Run}, which may be read meanwhile.
 * Thread-safe. Whoever reads a stored run has a {@link io.github.implicitbias.run.RunFollower} do
 * this.
 */
final class GrowingRun {

  private final RunHeader header;
  private final RunIndex index;
  private final VisitIndex visits;
  private final Run run;

  /**
   * Makes an empty run.
   *
   * @param source gives back the blocks that {@link #index} is told of
   */
  public GrowingRun(RunHeader header, BlockSource source) {
    this(header, source, new VisitIndex());
  }

  private GrowingRun(RunHeader header, BlockSource source, VisitIndex visits) {
    this.header = header;
    this.index = new RunIndex(header);
    this.visits = visits;
    this.run = new Run(header, source, index, visits);
  }

  /** Returns the run, which shows what has been added. */
  public Run run() {
    return run;
  }

  /**
   * Takes note of the next block of the source.
   *
   * @throws BlockFormatException if it is not a block of this run, is damaged, or comes out of
   *     order; the run is then as before
   */
  public void index(byte[] encoded) throws BlockFormatException {
    index(RecordBlock.decode(header, encoded), record -> {});
  }

  /**
   * Takes note of the next block of the source, as {@link #index(byte[])}.
   *
   * @param block decoded with the header of this run
   * @param also sees what is in the block too, if it is accepted
   */
  public void index(RecordBlock block, RecordVisitor also) throws BlockFormatException {
    synchronized (run) {
      index.add(block, also);
    }
  }

  /**
   * Takes note of a block about visits.
   *
   * @param source gives the block back
   * @param place where the source has it
   * @throws BlockFormatException if it comes out of order; the run is then as before
   */
  public void visits(VisitBlock block, BlockSource source, int place) throws BlockFormatException {
    visits.add(block, source, place);
  }

  /** Has what the run says of now include what is in no block yet; null for blocks only. */
  public void follow(@Nullable Newest newest) {
    synchronized (run) {
      index.follow(newest);
    }
  }

  /** Forgets a block about visits that its source gives up. */
  public void forgetVisits(int place) {
    visits.remove(place);
  }

  /** Takes over what another header of the same run says of its provenance. */
  public void inform(RunHeader more) {
    if (more.id().equals(header.id())) {
      run.provenance(more.provenance());
    }
  }

  /**
   * Says whether there is more behind the last block that cannot be read.
   *
   * @return true if that is new
   */
  public boolean endLost(boolean moreIsThere) {
    synchronized (run) {
      return index.endLost(moreIsThere);
    }
  }

  /**
   * Counts flips per unit, sample and entry as blocks are indexed from now on, so that {@link
   * Run#flipHistory} reads no blocks and stays exact when blocks are thinned later ({@link
   * #replacedBy}). Layers are served in order while the memory lasts: with their entries one by one
   * if that fits, else without, else not at all.
   *
   * @param maxBytes greatest memory to use
   * @return the memory that may be used, in bytes
   * @throws IllegalStateException if there are blocks already
   */
  public long keepFlipHistory(long maxBytes) {
    synchronized (run) {
      return index.countFlips(maxBytes);
    }
  }

  /**
   * Gives the memory of {@link #keepFlipHistory} back; flips are counted by reading blocks then.
   */
  public void dropFlipHistory() {
    synchronized (run) {
      index.forgetFlips();
    }
  }

  /**
   * Returns a run over thinned blocks of this one, see {@link io.github.implicitbias.run.Thinning}.
   * The counts of flips that this run has kept go over to it, and go on to be those of all records;
   * so do its visits.
   *
   * @param blocks those that replace this run's
   * @param source gives them back
   * @throws BlockFormatException if they are not blocks of this run; this run is then as before
   */
  public GrowingRun replacedBy(List<byte[]> blocks, BlockSource source)
      throws BlockFormatException {
    GrowingRun next = new GrowingRun(header, source, visits);
    for (byte[] block : blocks) {
      next.index(block);
    }
    synchronized (run) {
      index.handFlipsTo(next.index);
      next.run.provenance(run.header().provenance());
    }
    return next;
  }
}
