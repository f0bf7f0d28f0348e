package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.Set;

/** What training on does once every sample is answered right. */
final class MarginsAfterFit implements FindingRule {

  @Override
  public String id() {
    return "marginsAfterFit";
  }

  @Override
  public Set<String> reads() {
    return Set.of("minMargin", "normalizedMargin", "batchMinMargin");
  }

  @Override
  public Finding judge(Course course) {
    Trend margin = course.trend("minMargin");
    Trend normalized = course.trend("normalizedMargin");
    if (!margin.isKnown() || margin.last() <= 0 || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.PATTERN, "");
    }
    Trend said = normalized.isKnown() ? normalized : margin;
    int fitted = said.size();
    while (fitted > 0 && said.mean(fitted - 1) > 0) {
      fitted--;
    }
    if (said.size() - fitted < 4) {
      return Finding.of(id(), Level.NOTHING, Subject.PATTERN, "");
    }
    double before = said.mean(fitted + 1);
    double now = said.last();
    boolean rises = now > 1.01 * before;
    String which = normalized.isKnown() ? "normalized margin" : "smallest margin";
    return Finding.of(
            id(),
            Level.INFORMATION,
            Subject.PATTERN,
            "Every sample of the probe is answered right, and the "
                + which
                + (rises
                    ? " still rises, from "
                        + Numbers.of(before)
                        + " to "
                        + Numbers.of(now)
                        + ": training on separates the classes further."
                    : " does not rise any more: training on changes little but the norm."))
        .threshold("said once the smallest margin is positive; it rises if it grows by 1 %")
        .with(which + " after the fit", Numbers.of(before))
        .with(which + " now", Numbers.of(now));
  }
}
