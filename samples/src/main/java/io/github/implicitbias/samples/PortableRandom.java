package io.github.implicitbias.samples;

import java.util.SplittableRandom;

/** Random numbers that any program can draw again: SplittableRandom, normals by Box and Muller. */
final class PortableRandom {

  private final SplittableRandom random;

  PortableRandom(long seed) {
    random = new SplittableRandom(seed);
  }

  double uniform() {
    return random.nextDouble();
  }

  /** Returns a standard normal number, of two draws: first that of the radius. */
  double gaussian() {
    double radius = Math.sqrt(-2 * Math.log(1 - random.nextDouble()));
    return radius * Math.cos(2 * Math.PI * random.nextDouble());
  }

  /** Returns a matrix of normal numbers, drawn row by row. */
  double[][] gaussians(int rows, int columns) {
    double[][] values = new double[rows][columns];
    for (double[] row : values) {
      for (int k = 0; k < columns; k++) {
        row[k] = gaussian();
      }
    }
    return values;
  }

  int sign() {
    return random.nextDouble() < 0.5 ? 1 : -1;
  }
}
