package io.github.implicitbias.lab.report;

import io.github.implicitbias.run.Run;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A small table of names and values; and the larger tables of the console. */
public final class Report {

  private final Map<String, String> rows = new LinkedHashMap<>();

  /** Adds a row, or replaces that of the same name. */
  public Report add(String name, String format, Object... values) {
    rows.put(name, String.format(Locale.ROOT, format, values));
    return this;
  }

  /** Prints the rows, values below one another. */
  public void print(PrintWriter out) {
    int width = rows.keySet().stream().mapToInt(String::length).max().orElse(0);
    out.println();
    rows.forEach((name, value) -> out.printf(Locale.ROOT, "%-" + width + "s  %s%n", name, value));
    out.println();
  }

  /** Prints a table of the predictions of a run that apply, and how many do not. */
  public static void verdicts(Run run, PrintWriter out) {
    Verdicts.print(run, out);
  }

  /** Prints the same under a name. */
  public static void verdicts(String name, Run run, PrintWriter out) {
    out.println(name);
    out.println("-".repeat(name.length()));
    Verdicts.print(run, out);
  }

  /** Prints a table of rows, the first of which is the head. */
  public static void table(List<List<String>> rows, PrintWriter out) {
    int columns = rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int k = 0; k < columns; k++) {
        widths[k] = Math.max(widths[k], row.get(k).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int k = 0; k < columns; k++) {
        line.append(row.get(k)).append(" ".repeat(widths[k] - row.get(k).length() + 2));
      }
      out.println(line.toString().stripTrailing());
    }
    out.println();
  }
}
