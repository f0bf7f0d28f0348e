package io.github.implicitbias.run;

import io.github.implicitbias.run.format.RecordBlock;
import io.github.implicitbias.run.format.RecordVisitor;
import io.github.implicitbias.run.format.RunHeader;
import io.github.implicitbias.run.format.TrackedLayer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows the patterns of a run and tells of every unit that changed; of all units at the first
 * record, and at the first behind a gap whose pattern is known.
 */
final class PatternRows implements RecordVisitor {

  /** Takes the new pattern of a unit. */
  interface Sink {
    void row(long step, int layer, int unit, String hex);
  }

  private final RunHeader header;
  private final Run run;
  private final Sink sink;
  private final int samples;
  private final int perUnit;
  private final long[] @Nullable [] words;
  private final TreeSet<Integer> changed = new TreeSet<>();
  private final Set<Long> afterGaps = new HashSet<>();
  private long step = -1;
  private boolean started;
  private boolean rebuilt;
  private boolean keyframe;

  PatternRows(Run run, Sink sink) {
    this.run = run;
    this.header = run.header();
    this.sink = sink;
    this.samples = header.samples();
    this.perUnit = ActivationPattern.wordsPerUnit(samples);
    this.words = new long[header.layers().size()][];
  }

  @Override
  public void begin(RecordBlock block) {
    keyframe = block.hasKeyframe();
  }

  @Override
  public void record(Record record) {
    step = record.step();
    if (!started) {
      for (Gap gap : run.gaps()) {
        afterGaps.add(gap.before());
      }
    }
    rebuilt = false;
    if (!started || afterGaps.contains(step)) {
      Arrays.fill(words, null);
    }
    started = true;
    // An unknown pattern can only become known where a block has it whole.
    for (int k = 0; keyframe && k < words.length; k++) {
      if (words[k] == null) {
        rebuild(k);
      }
    }
    keyframe = false;
  }

  /** Writes every unit of a layer; behind a gap not before its pattern is known again. */
  private void rebuild(int k) {
    TrackedLayer tracked = header.layers().get(k);
    ActivationPattern pattern = run.patternAt(step, k);
    if (pattern != null) {
      rebuilt = true;
      words[k] = pattern.words();
      for (int unit = 0; unit < tracked.units(); unit++) {
        row(k, unit);
      }
    }
  }

  @Override
  public void flip(int flipLayer, FlipKind kind, int unit, int sample) {
    if (!rebuilt && words[flipLayer] != null) {
      words[flipLayer][unit * perUnit + (sample >>> 6)] ^= 1L << (sample & 63);
      changed.add(unit);
    }
  }

  @Override
  public void endOfLayer(int endedLayer) {
    for (int unit : changed) {
      row(endedLayer, unit);
    }
    changed.clear();
  }

  private void row(int k, int unit) {
    long[] bits = Arrays.copyOfRange(words[k], unit * perUnit, (unit + 1) * perUnit);
    String hex = new ActivationPattern(1, samples, bits).hex(0);
    sink.row(step, k, unit, hex);
  }
}
