package io.github.implicitbias.listener;

import io.github.implicitbias.run.FlipKind;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.Record;
import io.github.implicitbias.run.Run;
import io.github.implicitbias.run.format.BlockBuilder;
import io.github.implicitbias.run.format.RecordVisitor;
import java.util.ArrayList;
import java.util.List;

/** Cuts a run into blocks of equal size, each with a full pattern. */
final class Blocks {

  private Blocks() {}

  static List<byte[]> split(Run run, int recordsPerBlock) {
    List<PatternHistory> histories = new ArrayList<>();
    run.header()
        .layers()
        .forEach(l -> histories.add(new PatternHistory(l.units(), run.header().samples())));
    List<byte[]> blocks = new ArrayList<>();
    BlockBuilder builder = new BlockBuilder(run.header().id());
    run.visit(
        new RecordVisitor() {
          @Override
          public void record(Record record) {
            for (int i = 0; i < histories.size(); i++) {
              String name = run.header().layers().get(i).name();
              long[] words = run.patternAt(record.step(), name).words();
              System.arraycopy(words, 0, histories.get(i).next(), 0, words.length);
              histories.get(i).advance(0);
            }
            if (builder.count() == recordsPerBlock) {
              blocks.add(builder.seal(blocks.size(), blocks.size() - 1L));
            }
            if (builder.count() == 0 || builder.count() == recordsPerBlock) {
              builder.reset(record.millis(), histories);
            }
            builder.add(record, histories);
          }

          @Override
          public void flip(int layer, FlipKind kind, int unit, int sample) {}
        });
    blocks.add(builder.seal(blocks.size(), blocks.size() - 1L));
    return blocks;
  }
}
