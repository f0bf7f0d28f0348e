package io.github.implicitbias.listener;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.common.resources.DL4JResources;

/** The Iris data as Deeplearning4j has them: 150 rows of four features and a class of three. */
final class Iris {

  static final int SAMPLES = 150;
  static final int INPUTS = 4;
  static final int CLASSES = 3;

  final double[][] x = new double[SAMPLES][INPUTS];
  final int[] label = new int[SAMPLES];

  Iris() {
    List<String> lines = lines();
    for (int i = 0; i < SAMPLES; i++) {
      String[] cells = lines.get(i).split(",");
      for (int k = 0; k < INPUTS; k++) {
        x[i][k] = Double.parseDouble(cells[k]);
      }
      label[i] = (int) Double.parseDouble(cells[INPUTS]);
    }
  }

  private static List<String> lines() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                DL4JResources.class.getResourceAsStream("/iris.dat"), StandardCharsets.UTF_8))) {
      return lines.lines().filter(line -> !line.isBlank()).collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
