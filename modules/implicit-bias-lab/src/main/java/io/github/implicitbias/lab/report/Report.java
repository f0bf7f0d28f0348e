package io.github.implicitbias.lab.report;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** A small table of names and values. */
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
}
