package io.github.implicitbias.predictions;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/** Files of the reference runs: tables of numbers under a header, with commas. */
final class ReferenceFile {

  private ReferenceFile() {}

  /** Returns a file as it is. */
  static String text(String name) {
    try (InputStream in = ReferenceFile.class.getResourceAsStream("/reference/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the fields of each row. */
  static List<String[]> fields(String name) {
    return text(name).lines().skip(1).map(line -> line.split(",")).collect(Collectors.toList());
  }

  /** Returns the rows; hexadecimal fields become numbers, and what is no number is NaN. */
  static double[][] rows(String name) {
    return fields(name).stream()
        .map(row -> Arrays.stream(row).mapToDouble(ReferenceFile::number).toArray())
        .toArray(double[][]::new);
  }

  private static double number(String field) {
    if (field.startsWith("0x")) {
      return Long.decode(field);
    }
    return field.matches("[-+.0-9eE]+") ? Double.parseDouble(field) : Double.NaN;
  }
}
