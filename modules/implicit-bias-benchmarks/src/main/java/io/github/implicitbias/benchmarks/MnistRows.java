package io.github.implicitbias.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** The training set of MNIST, from the unzipped files that docs/build.md names. */
final class MnistRows {

  /** Names the directory of the files; the same variable as for the tests on MNIST. */
  static final String VARIABLE = "IMPLICIT_BIAS_MNIST";

  static final int SAMPLES = 60_000;

  private static final int PIXELS = 784;
  private static final int CLASSES = 10;
  private static final int BEFORE_PIXELS = 16;
  private static final int BEFORE_LABELS = 8;

  private final byte[] pixels;
  private final byte[] labels;

  private MnistRows(Path directory) {
    try {
      pixels = Files.readAllBytes(directory.resolve("train-images-idx3-ubyte"));
      labels = Files.readAllBytes(directory.resolve("train-labels-idx1-ubyte"));
    } catch (IOException e) {
      throw new UncheckedIOException("MNIST cannot be read: see docs/build.md", e);
    }
  }

  /** Returns true if the files are there. */
  static boolean areThere() {
    return directory() != null;
  }

  private static @Nullable String directory() {
    return System.getenv(VARIABLE);
  }

  /**
   * Reads the files.
   *
   * @throws IllegalStateException if nobody says where they are
   * @throws UncheckedIOException if they cannot be read
   */
  static MnistRows read() {
    String directory = directory();
    if (directory == null) {
      throw new IllegalStateException("the variable " + VARIABLE + " names no directory");
    }
    return new MnistRows(Path.of(directory));
  }

  /** Returns the numbers of the first samples in an order drawn from a seed. */
  static int[] shuffled(int samples, long seed) {
    Random random = new Random(seed);
    int[] order = new int[samples];
    for (int i = 0; i < samples; i++) {
      int other = random.nextInt(i + 1);
      order[i] = order[other];
      order[other] = i;
    }
    return order;
  }

  /** Returns the samples at places {@code from} to {@code to - 1} of an order, pixels 0 to 1. */
  DataSet batch(int[] order, int from, int to) {
    float[] x = new float[(to - from) * PIXELS];
    float[] y = new float[(to - from) * CLASSES];
    for (int i = from, at = 0; i < to; i++) {
      for (int k = 0; k < PIXELS; k++, at++) {
        x[at] = (pixels[BEFORE_PIXELS + order[i] * PIXELS + k] & 0xff) / 255f;
      }
      y[(i - from) * CLASSES + labels[BEFORE_LABELS + order[i]]] = 1;
    }
    return new DataSet(
        Nd4j.createFromArray(x).reshape(to - from, PIXELS),
        Nd4j.createFromArray(y).reshape(to - from, CLASSES));
  }
}
