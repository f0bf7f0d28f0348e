package io.github.implicitbias.samples;

import io.github.implicitbias.lab.InputException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.deeplearning4j.common.resources.DL4JResources;
import org.deeplearning4j.common.resources.ResourceType;
import org.deeplearning4j.datasets.fetchers.Cifar10Fetcher;

/**
 * Two classes of CIFAR-10, from where DL4J's own {@link Cifar10Fetcher} puts it: a folder per class
 * of images of 32 x 32 points. They are read by Java, because DL4J's iterator needs native
 * libraries for images that the samples leave out.
 */
final class Cifar {

  /** Points of an image, in three colours. */
  static final int INPUTS = 3 * 32 * 32;

  private static final int SIDE = 32;

  /** Rows of {@value #INPUTS} numbers around 0, colour by colour. */
  final double[][] x;

  /** 1 for the first class, -1 for the second. */
  final double[] y;

  private Cifar(double[][] x, double[] y) {
    this.x = x;
    this.y = y;
  }

  /**
   * Returns the first images of two classes, in turn, from DL4J's folder, downloading them into it
   * if they are not there.
   *
   * @param each images of a class
   * @throws InputException if they cannot be had
   */
  static Cifar twoClasses(String first, String second, int each) {
    Path folder =
        DL4JResources.getDirectory(ResourceType.DATASET, Cifar10Fetcher.LOCAL_CACHE_NAME).toPath();
    try {
      if (!Files.isDirectory(folder.resolve("train"))) {
        new Cifar10Fetcher().downloadAndExtract();
      }
    } catch (IOException | IllegalStateException e) {
      throw new InputException(
          "--cifar: CIFAR-10 is not in "
              + folder
              + " and cannot be downloaded ("
              + e
              + "): go online once, or unpack DL4J's cifar10_dl4j.v1.zip there.",
          e);
    }
    return read(folder, first, second, each);
  }

  /**
   * Reads images.
   *
   * @param folder with {@code train/class/*.png}
   * @throws InputException if there are too few, or one is not an image of 32 x 32 points
   */
  static Cifar read(Path folder, String first, String second, int each) {
    List<Path> positive = images(folder.resolve("train").resolve(first), each);
    List<Path> negative = images(folder.resolve("train").resolve(second), each);
    double[][] x = new double[2 * each][];
    double[] y = new double[2 * each];
    for (int i = 0; i < each; i++) {
      x[2 * i] = points(positive.get(i));
      y[2 * i] = 1;
      x[2 * i + 1] = points(negative.get(i));
      y[2 * i + 1] = -1;
    }
    return new Cifar(x, y);
  }

  private static List<Path> images(Path folder, int each) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> images =
          files
              .filter(file -> file.toString().endsWith(".png"))
              .sorted()
              .limit(each)
              .collect(Collectors.toList());
      if (images.size() < each) {
        throw new InputException(
            "--cifar: " + folder + " has " + images.size() + " images, but needs " + each + ".");
      }
      return images;
    } catch (IOException e) {
      throw new InputException("--cifar: " + folder + " cannot be read: " + e + ".", e);
    }
  }

  private static double[] points(Path file) {
    try {
      BufferedImage image = ImageIO.read(file.toFile());
      if (image == null || image.getWidth() != SIDE || image.getHeight() != SIDE) {
        throw new InputException("--cifar: " + file + " is not an image of 32 x 32 points.");
      }
      double[] points = new double[INPUTS];
      for (int k = 0; k < SIDE * SIDE; k++) {
        int colour = image.getRGB(k % SIDE, k / SIDE);
        for (int channel = 0; channel < 3; channel++) {
          int value = colour >> 16 - 8 * channel & 0xff;
          points[channel * SIDE * SIDE + k] = value / 255.0 - 0.5;
        }
      }
      return points;
    } catch (IOException e) {
      throw new InputException("--cifar: " + file + " cannot be read: " + e + ".", e);
    }
  }
}
