package io.github.implicitbias.nn;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

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

  /** Returns a purely numeric table. */
  public static double[][] matrix(String name) {
    return rows(name).stream()
        .map(row -> java.util.Arrays.stream(row).mapToDouble(Double::parseDouble).toArray())
        .toArray(double[][]::new);
  }
}
