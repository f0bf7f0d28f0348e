package io.github.implicitbias.core.finding;

import io.github.implicitbias.run.Finding;
import io.github.implicitbias.run.Finding.Level;
import io.github.implicitbias.run.Finding.Subject;
import io.github.implicitbias.run.format.VisitColumn;
import io.github.implicitbias.run.format.VisitTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Classes of which hardly a sample is answered right. */
final class ClassNeverLearned implements FindingRule {

  private final double right;
  private final int fewest;

  /**
   * Sets limits.
   *
   * @param right share of right answers below which a class counts as not learned
   * @param fewest samples that a class has to have
   */
  ClassNeverLearned(double right, int fewest) {
    this.right = right;
    this.fewest = fewest;
  }

  @Override
  public String id() {
    return "classNeverLearned";
  }

  @Override
  public Set<String> reads() {
    return Set.of();
  }

  @Override
  public Finding judge(Course course) {
    VisitTable table = course.samples();
    if (table == null
        || !table.has(VisitColumn.LABEL)
        || !table.has(VisitColumn.CORRECT)
        || course.epochs() < 2
        || course.notFiniteSince() >= 0) {
      return Finding.of(id(), Level.NOTHING, Subject.LABELS, "");
    }
    Map<Integer, int[]> classes = new TreeMap<>();
    for (int i = 0; i < table.size(); i++) {
      int label = table.whole(VisitColumn.LABEL, i);
      int correct = table.whole(VisitColumn.CORRECT, i);
      if (label >= 0 && correct >= 0) {
        int[] count = classes.computeIfAbsent(label, key -> new int[2]);
        count[0]++;
        count[1] += correct;
      }
    }
    List<String> never = new ArrayList<>();
    int samples = 0;
    int answered = 0;
    for (Map.Entry<Integer, int[]> entry : classes.entrySet()) {
      int[] count = entry.getValue();
      if (count[0] >= fewest && count[1] < right * count[0]) {
        never.add(name(course, entry.getKey()));
        samples += count[0];
        answered += count[1];
      }
    }
    if (never.isEmpty() || classes.size() < 2) {
      return Finding.of(id(), Level.NOTHING, Subject.LABELS, "");
    }
    boolean most = 2 * never.size() >= classes.size() && classes.size() > 2;
    return Finding.of(
            id(),
            most ? Level.PROBLEM : Level.ATTENTION,
            Subject.LABELS,
            (never.size() == 1 ? "Class " : "Classes ")
                + String.join(", ", never.subList(0, Math.min(5, never.size())))
                + (never.size() > 5 ? " and " + (never.size() - 5) + " more are" : "")
                + (never.size() > 5 ? "" : never.size() == 1 ? " is" : " are")
                + " not learned: "
                + Numbers.count(answered)
                + " of "
                + Numbers.many(samples, "sample is", "samples are")
                + " answered right.")
        .advising(
            "Weight the rare classes, show them more often, or train longer; check that their"
                + " labels can be told from the features.")
        .threshold(
            "attention if fewer than "
                + Numbers.percent(right)
                + " of a class of at least "
                + fewest
                + " samples are right after two epochs; a problem if that is half of the classes")
        .with("samples of all classes", Numbers.count(table.size()))
        .with("samples of these classes", Numbers.count(samples));
  }

  private static String name(Course course, int label) {
    List<String> names = course.header().classNames();
    return label < names.size() ? names.get(label) : Integer.toString(label);
  }
}
