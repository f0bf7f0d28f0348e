package io.github.implicitbias.samples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Numbers that come with the samples. */
final class Resource {

  private Resource() {}

  /** Returns the rows of a CSV file of numbers, without its header. */
  static double[][] rows(String name) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Resource.class.getResourceAsStream("/data/" + name + ".csv"),
                StandardCharsets.UTF_8))) {
      return reader
          .lines()
          .skip(1)
          .map(line -> Arrays.stream(line.split(",")).mapToDouble(Double::parseDouble).toArray())
          .toArray(double[][]::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns some columns of a table. */
  static double[][] columns(double[][] rows, int from, int to) {
    return Arrays.stream(rows)
        .map(row -> Arrays.copyOfRange(row, from, to))
        .toArray(double[][]::new);
  }

  /** Returns the last column of a table. */
  static double[] last(double[][] rows) {
    return Arrays.stream(rows).mapToDouble(row -> row[row.length - 1]).toArray();
  }

  /** Returns a matrix times a number. */
  static double[][] times(double factor, double[][] rows) {
    return Arrays.stream(rows)
        .map(row -> Arrays.stream(row).map(value -> factor * value).toArray())
        .toArray(double[][]::new);
  }
}
