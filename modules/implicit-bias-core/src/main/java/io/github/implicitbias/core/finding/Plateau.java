package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import java.util.Set;

/** The loss stands still for a while, and whether it has gone on. */
final class Plateau implements FindingRule {

  @Override
  public String id() {
    return "plateau";
  }

  @Override
  public Set<String> reads() {
    return Set.of("loss");
  }

  @Override
  public Finding judge(Course course) {
    if (course.plateaus() == 0 || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.UPDATE, "");
    }
    double loss = course.trend("loss").last();
    boolean now = course.plateauSince() >= 0;
    return Finding.of(
            id(),
            Level.INFORMATION,
            Subject.UPDATE,
            now
                ? "The loss of the probe is on a plateau at "
                    + Numbers.of(loss)
                    + " since step "
                    + Numbers.count(course.plateauSince())
                    + "."
                : "The loss of the probe has left "
                    + (course.plateaus() == 1 ? "a plateau" : course.plateaus() + " plateaus")
                    + ", the last at step "
                    + Numbers.count(course.plateauEnd())
                    + ".")
        .threshold(
            "a plateau is within 1 % over at least 50 records and a twentieth of the steps so far");
  }
}
