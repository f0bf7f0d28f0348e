package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.Set;

/** The start is so small that the outputs of the network hardly depend on its inputs. */
final class SmallStart implements FindingRule {

  private final double smallest;

  /** Sets the product of the spectral norms of all layers from which on a start is small. */
  SmallStart(double smallest) {
    this.smallest = smallest;
  }

  @Override
  public String id() {
    return "smallStart";
  }

  @Override
  public Set<String> reads() {
    return Set.of("spectralNorm", "batchLoss", "loss", "score");
  }

  @Override
  public Finding judge(Course course) {
    double atFirst = 1;
    double now = 1;
    int known = 0;
    for (String layer : course.layers()) {
      Trend norm = course.trend("spectralNorm", layer);
      if (norm.isKnown()) {
        known++;
        atFirst *= norm.first();
        now *= norm.last();
      }
    }
    boolean small = known > 0 && atFirst < smallest;
    Trend loss = Losses.of(course);
    boolean fallen = Losses.hasFallen(loss, 0.1);
    if (!small || fallen || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.UPDATE, "");
    }
    Level level = course.isSinglePrecision() ? Level.PROBLEM : Level.INFORMATION;
    Finding finding =
        Finding.of(
                id(),
                level,
                Subject.UPDATE,
                "The start is too small "
                    + (course.isSinglePrecision() ? "for FLOAT" : "to move at once")
                    + ": an input reaches the outputs with at most "
                    + Numbers.of(now)
                    + " of its size, and the loss has not fallen by a tenth.")
            .threshold(
                "the product of the spectral norms of the layers was below "
                    + Numbers.of(smallest)
                    + " at first; a problem in FLOAT, until the loss has fallen by 10 %")
            .with("product of the spectral norms at first", Numbers.of(atFirst))
            .with("product of the spectral norms now", Numbers.of(now));
    return level.needsAttention()
        ? finding.advising(
            "Start from larger weights, such as WeightInit.RELU; for a study of small starts train"
                + " in DataType.DOUBLE.")
        : finding;
  }
}
