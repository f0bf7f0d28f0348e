package io.github.implicitbias.run.format;

import io.github.implicitbias.run.Finding;
import java.util.Map;

/** A finding as bytes, behind the event that tells it; its sentence is the detail of the event. */
final class FindingCodec {

  private static final Finding.Level[] LEVELS = Finding.Level.values();
  private static final Finding.Subject[] SUBJECTS = Finding.Subject.values();
  private static final int MOST_EVIDENCE = 1000;

  private FindingCodec() {}

  static void put(Finding finding, ByteSink sink) {
    sink.putText(finding.rule());
    sink.putVarLong(finding.rank());
    sink.putByte(finding.level().ordinal());
    sink.putByte(finding.subject().ordinal());
    sink.putVarLong(finding.since() + 1);
    sink.putText(finding.advice());
    sink.putText(finding.threshold());
    sink.putVarLong(finding.layer() + 1L);
    sink.putVarLong(finding.unit() + 1L);
    sink.putVarLong(finding.sample() + 1L);
    sink.putInt(finding.evidence().size());
    for (Map.Entry<String, String> one : finding.evidence().entrySet()) {
      sink.putText(one.getKey());
      sink.putText(one.getValue());
    }
  }

  static Finding finding(String text, RunHeader header, ByteSource source)
      throws BlockFormatException {
    String rule = source.getText();
    int rank = source.getVarInt(Integer.MAX_VALUE);
    int level = source.getByte();
    int subject = source.getByte();
    long since = source.getVarLong() - 1;
    if (level >= LEVELS.length || subject >= SUBJECTS.length || since < -1) {
      throw new BlockFormatException("a finding that cannot be: " + level + ", " + subject);
    }
    Finding finding =
        Finding.of(rule, LEVELS[level], SUBJECTS[subject], text)
            .ranked(rank)
            .since(since)
            .advising(source.getText())
            .threshold(source.getText());
    int layer = source.getVarInt(header.layers().size()) - 1;
    int unit =
        source.getVarInt(layer < 0 ? Integer.MAX_VALUE : header.layers().get(layer).units()) - 1;
    finding = finding.at(layer, unit, source.getVarInt(Integer.MAX_VALUE) - 1);
    int evidence = source.getCount(8);
    if (evidence > MOST_EVIDENCE) {
      throw new BlockFormatException("a finding with " + evidence + " pieces of evidence");
    }
    for (int k = 0; k < evidence; k++) {
      String what = source.getText();
      finding = finding.with(what, source.getText());
    }
    return finding;
  }
}
