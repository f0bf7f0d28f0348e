package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.Set;

/** How far training has moved from its start: lazy or rich. */
final class LazyOrRich implements FindingRule {

  private final double lazy;
  private final double rich;

  /** Sets up to which relative distance training is lazy, and from which it is rich. */
  LazyOrRich(double lazy, double rich) {
    this.lazy = lazy;
    this.rich = rich;
  }

  @Override
  public String id() {
    return "lazyOrRich";
  }

  @Override
  public Set<String> reads() {
    return Set.of("relativeDistanceFromInit", "hammingToInit", "kernelDistance");
  }

  @Override
  public Finding judge(Course course) {
    Trend moved = course.trend("relativeDistanceFromInit");
    if (!moved.isKnown() || moved.count() < 4 || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.PATTERN, "");
    }
    double far = moved.last();
    String regime =
        far <= lazy
            ? "lazy: the network does nearly what its linearization at the start would"
            : far >= rich
                ? "rich: features were learned, hardly anything of the start is left"
                : "between lazy and rich";
    Finding finding =
        Finding.of(
                id(),
                Level.INFORMATION,
                Subject.PATTERN,
                "The parameters have moved by "
                    + (far < 2 ? Numbers.percent(far) + " of" : Numbers.of(far) + " times")
                    + " the norm of their start; training is "
                    + regime
                    + ".")
            .threshold(
                "lazy up to " + Numbers.percent(lazy) + ", rich from " + Numbers.percent(rich))
            .with("norm(theta - theta_0) / norm(theta_0)", Numbers.of(far));
    for (int k = 0; k < course.header().layers().size(); k++) {
      String layer = course.header().layers().get(k).name();
      Trend changed = course.trend("hammingToInit", layer);
      long entries = (long) course.header().layers().get(k).units() * course.header().samples();
      if (changed.isKnown() && entries > 0) {
        finding =
            finding.with(
                "pattern of " + layer + " changed", Numbers.percent(changed.last() / entries));
      }
    }
    Trend kernel = course.trend("kernelDistance");
    return kernel.isKnown()
        ? finding.with("tangent kernel changed", Numbers.percent(kernel.last()))
        : finding;
  }
}
