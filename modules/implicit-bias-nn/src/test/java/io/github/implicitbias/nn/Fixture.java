package io.github.implicitbias.nn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** A table of the reference runs. */
public final class Fixture {

  private Fixture() {}

  /** Returns the rows below the header, as text. */
  public static List<String[]> rows(String name) {
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(
                Fixture.class.getResourceAsStream("/reference/" + name), StandardCharsets.UTF_8))) {
      return reader.lines().skip(1).map(line -> line.split(",")).collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns samples whose label is the last column. */
  public static DataSet labelled(String name) {
    double[][] table = matrix(name);
    double[][] x = new double[table.length][];
    double[] y = new double[table.length];
    for (int i = 0; i < table.length; i++) {
      x[i] = Arrays.copyOf(table[i], table[i].length - 1);
      y[i] = table[i][table[i].length - 1];
    }
    return new DataSet(Nd4j.createFromArray(x), Samples.column(DataType.DOUBLE, y));
  }

  /** Returns a purely numeric table. */
  public static double[][] matrix(String name) {
    return rows(name).stream()
        .map(row -> Arrays.stream(row).mapToDouble(Double::parseDouble).toArray())
        .toArray(double[][]::new);
  }
}
