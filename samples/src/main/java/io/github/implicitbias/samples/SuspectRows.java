package io.github.implicitbias.samples;

import io.github.implicitbias.core.visit.VisitBook;
import io.github.implicitbias.core.visit.VisitedSample;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The rows of a user's table whose labels look wrong, under the user's names of the columns. */
final class SuspectRows {

  private static final int MOST_ROWS = 10;
  private static final int MOST_FEATURES = 8;
  private static final int WIDEST = 24;
  private static final MathContext SHOWN_DIGITS = new MathContext(10);

  private SuspectRows() {}

  /** Prints the first suspects, the smallest mean margin first; nothing if there is none. */
  static void print(Table table, VisitBook visits, PrintWriter out) {
    int[] suspects = visits.suspects().samples();
    if (suspects.length == 0) {
      return;
    }
    int shown = Math.min(MOST_ROWS, suspects.length);
    int label = table.columns().size() - 1;
    int features = Math.min(MOST_FEATURES, label);
    List<List<String>> rows = new ArrayList<>();
    List<String> header = new ArrayList<>(List.of("line"));
    table.columns().subList(0, features).forEach(name -> header.add(cut(name)));
    header.add(cut(table.columns().get(label)));
    header.add("mean margin");
    rows.add(header);
    for (int suspect : Arrays.copyOf(suspects, shown)) {
      VisitedSample sample = visits.of(suspect);
      List<String> row = new ArrayList<>(List.of(Long.toString(table.line(suspect))));
      for (int k = 0; k < features; k++) {
        row.add(number(table.value(suspect, k)));
      }
      row.add(number(table.value(suspect, label)));
      row.add(String.format(Locale.ROOT, "%.3g", sample.meanMargin()));
      rows.add(row);
    }
    out.printf(
        Locale.ROOT,
        "Labels that look wrong, the most suspicious first%s%s:%n",
        shown < suspects.length ? " (" + shown + " of " + suspects.length + ")" : "",
        features < label ? ", with the first " + features + " of " + label + " features" : "");
    print(rows, out);
    out.println();
  }

  private static void print(List<List<String>> rows, PrintWriter out) {
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int k = 0; k < row.size(); k++) {
        int column = k;
        int width = rows.stream().mapToInt(one -> one.get(column).length()).max().orElse(0);
        line.append("  ").append(" ".repeat(width - row.get(k).length())).append(row.get(k));
      }
      out.println(line);
    }
  }

  private static String cut(String name) {
    return name.length() <= WIDEST ? name : name.substring(0, WIDEST - 3) + "...";
  }

  /** Writes a number as a user would, 3 instead of 3.0. */
  private static String number(double value) {
    BigDecimal exact = new BigDecimal(value, SHOWN_DIGITS).stripTrailingZeros();
    String plain = exact.toPlainString();
    return plain.length() <= WIDEST / 2 ? plain : Double.toString(value);
  }
}
