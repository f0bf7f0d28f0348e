package io.github.implicitbias.core.action;

import io.github.implicitbias.run.Column;
import io.github.implicitbias.run.PatternHistory;
import io.github.implicitbias.run.format.RunHeader;
import java.util.ArrayList;
import java.util.List;

/** What the triggers of a run can look at. */
final class Seen {

  final RunHeader header;
  final List<PatternHistory> patterns;

  Seen(RunHeader header, List<PatternHistory> patterns) {
    this.header = header;
    this.patterns = patterns;
  }

  /** Returns the places of the column of a name, or of all columns of an id. */
  int[] columns(String wanted) {
    List<Column> all = header.columns();
    List<Integer> found = new ArrayList<>();
    for (int k = 0; k < all.size(); k++) {
      if (all.get(k).name().equals(wanted)) {
        return new int[] {k};
      }
      boolean ofMetric = all.get(k).kind() == Column.Kind.METRIC;
      if (ofMetric && all.get(k).id().equals(wanted)) {
        found.add(k);
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          KnownNames.sentence("this run has no column", wanted, header.columnNames()));
    }
    return found.stream().mapToInt(k -> k).toArray();
  }

  /** Returns the place of the column of the verdict of a prediction. */
  int verdict(String prediction) {
    int at = header.find(Column.Kind.VERDICT, prediction, -1);
    if (at < 0) {
      List<String> ids = new ArrayList<>();
      header.predictions().forEach(statement -> ids.add(statement.id()));
      throw new IllegalArgumentException(
          KnownNames.sentence("this run has no prediction", prediction, ids));
    }
    return at;
  }
}
