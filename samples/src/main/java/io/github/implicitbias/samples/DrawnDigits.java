package io.github.implicitbias.samples;

import java.util.SplittableRandom;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** Digits of 28 x 28 points in the layout of MNIST: shifted, slanted, thick or thin, with noise. */
final class DrawnDigits {

  private static final int SIZE = 28;
  private static final String[] GLYPHS = {
    " ### #   ##   ##   ##   ##   # ### ",
    "  #   ##    #    #    #    #   ### ",
    " ### #   #    #   #   #   #   #####",
    " ### #   #    #  ##     ##   # ### ",
    "   #   ##  # # #  # #####   #    # ",
    "######    ####     #    ##   # ### ",
    " ### #    #    #### #   ##   # ### ",
    "#####    #   #   #   #    #    #   ",
    " ### #   ##   # ### #   ##   # ### ",
    " ### #   ##   # ####    #    # ### "
  };

  private DrawnDigits() {}

  /** Draws digits, the classes in turn; features [samples, 784] from 0 to 1, labels one-hot. */
  static DataSet draw(int samples, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[][] features = new float[samples][];
    float[][] labels = new float[samples][GLYPHS.length];
    for (int i = 0; i < samples; i++) {
      int digit = i % GLYPHS.length;
      features[i] = one(digit, random);
      labels[i][digit] = 1;
    }
    return new DataSet(Nd4j.createFromArray(features), Nd4j.createFromArray(labels));
  }

  private static float[] one(int digit, SplittableRandom random) {
    double width = 2.4 + random.nextDouble();
    double height = 2.4 + 0.8 * random.nextDouble();
    double slant = 0.5 * (random.nextDouble() - 0.5);
    double left = 14 - 2.5 * width + 4 * (random.nextDouble() - 0.5);
    double top = 14 - 3.5 * height + 4 * (random.nextDouble() - 0.5);
    float[] points = new float[SIZE * SIZE];
    for (int row = 0; row < SIZE; row++) {
      for (int column = 0; column < SIZE; column++) {
        int y = (int) Math.floor((row - top) / height);
        int x = (int) Math.floor((column - left + slant * (row - 14)) / width);
        boolean ink = x >= 0 && x < 5 && y >= 0 && y < 7 && GLYPHS[digit].charAt(5 * y + x) == '#';
        double shade = (ink ? 0.9 : 0.05) + 0.2 * (random.nextDouble() - 0.5);
        points[row * SIZE + column] = (float) Math.min(1, Math.max(0, shade));
      }
    }
    return points;
  }
}
