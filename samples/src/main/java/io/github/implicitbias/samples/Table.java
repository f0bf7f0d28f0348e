package io.github.implicitbias.samples;

import io.github.implicitbias.lab.InputException;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVException;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/** A CSV file (RFC 4180) of numbers under a header; what is wrong in it is named by its place. */
final class Table {

  private static final char BYTE_ORDER_MARK = '\ufeff';

  private final Path file;
  private final List<String> columns;
  private final List<double[]> rows = new ArrayList<>();
  private final List<Long> lines = new ArrayList<>();

  private Table(Path file, List<String> columns) {
    this.file = file;
    this.columns = columns;
  }

  /**
   * Reads a file.
   *
   * @param option the option that names it
   * @throws InputException if it cannot be read, has no header or no rows, is ragged, or has an
   *     entry that is not a finite number
   */
  public static Table read(String option, Path file) {
    if (!Files.exists(file)) {
      throw new InputException(option + " " + file + ": there is no such file.");
    }
    if (!Files.isRegularFile(file)) {
      throw new InputException(option + " " + file + " is not a file.");
    }
    CSVFormat format = CSVFormat.RFC4180.builder().setIgnoreEmptyLines(true).get();
    try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8);
        CSVParser parser = CSVParser.parse(reader, format)) {
      Table table = null;
      for (CSVRecord record : parser) {
        if (table == null) {
          table = new Table(file, header(file, record));
        } else {
          table.add(record, parser.getCurrentLineNumber());
        }
      }
      if (table == null || table.rows.isEmpty()) {
        throw new InputException(
            file + (table == null ? " is empty" : " has a header but no rows") + ".");
      }
      return table;
    } catch (CharacterCodingException e) {
      throw new InputException(file + " is not text in UTF-8.", e);
    } catch (CSVException e) {
      throw new InputException(file + " is not CSV: " + e.getMessage() + ".", e);
    } catch (java.io.UncheckedIOException | IllegalStateException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new InputException(
          cause instanceof CharacterCodingException
              ? file + " is not text in UTF-8."
              : file + " is not CSV: " + cause.getMessage() + ".",
          e);
    } catch (IOException e) {
      throw new InputException(file + " cannot be read: " + e.getMessage() + ".", e);
    }
  }

  private static List<String> header(Path file, CSVRecord record) {
    List<String> names = new ArrayList<>();
    boolean numbers = true;
    for (String field : record) {
      String name = field.strip();
      if (names.isEmpty() && !name.isEmpty() && name.charAt(0) == BYTE_ORDER_MARK) {
        name = name.substring(1);
      }
      names.add(name);
      numbers &= isNumber(name);
    }
    if (numbers) {
      throw new InputException(
          file + ", line 1 holds numbers, but the first line has to name the columns.");
    }
    return List.copyOf(names);
  }

  private static boolean isNumber(String text) {
    try {
      Double.parseDouble(text);
      return true;
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private void add(CSVRecord record, long line) {
    if (record.size() != columns.size()) {
      throw new InputException(
          file
              + ", line "
              + line
              + " has "
              + record.size()
              + (record.size() == 1 ? " field" : " fields")
              + " where the header has "
              + columns.size()
              + ".");
    }
    double[] row = new double[columns.size()];
    for (int k = 0; k < row.length; k++) {
      String field = record.get(k).strip();
      if (!isNumber(field) || !Double.isFinite(Double.parseDouble(field))) {
        throw new InputException(
            file
                + ", line "
                + line
                + ", column "
                + (k + 1)
                + " ("
                + columns.get(k)
                + "): '"
                + (field.length() > 40 ? field.substring(0, 40) + "..." : field)
                + "' is not a finite number.");
      }
      row[k] = Double.parseDouble(field);
    }
    rows.add(row);
    lines.add(line);
  }

  /** Returns the file that was read. */
  public Path file() {
    return file;
  }

  /** Returns the names of the columns. */
  public List<String> columns() {
    return columns;
  }

  /** Returns how many rows there are, the header not counted. */
  public int size() {
    return rows.size();
  }

  /** Returns the line of the file on which a row ends, from 1. */
  public long line(int row) {
    return lines.get(row);
  }

  /** Returns one number. */
  public double value(int row, int column) {
    return rows.get(row)[column];
  }

  /** Returns one column. */
  public double[] column(int column) {
    double[] values = new double[rows.size()];
    Arrays.setAll(values, row -> rows.get(row)[column]);
    return values;
  }

  /** Returns the columns from the first up to, not including, the given one. */
  public double[][] columnsUpTo(int end) {
    double[][] values = new double[rows.size()][];
    Arrays.setAll(values, row -> Arrays.copyOf(rows.get(row), end));
    return values;
  }
}
