package io.github.implicitbias.nn.init;

import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The random numbers of an initializer, the same on every machine.
 *
 * <p>Uniform numbers are those of {@link SplittableRandom}. A standard normal one takes two of
 * them, u and then v: sqrt(-2 log(1 - u)) cos(2 pi v) (Box and Muller), with the logarithm and the
 * cosine of {@link StrictMath}, whose results do not depend on processor or JVM. Nothing is kept
 * for the next call.
 */
final class Draws {

  private final SplittableRandom random;

  private Draws(long seed) {
    random = new SplittableRandom(seed);
  }

  /**
   * Starts at a seed.
   *
   * @param seed null to draw the seed from ND4J's generator, which {@code net.init()} sets to the
   *     seed of the network
   */
  static Draws from(@Nullable Long seed) {
    return new Draws(seed == null ? Nd4j.getRandom().nextLong() : seed);
  }

  /** Returns a number in [0, 1). */
  double uniform() {
    return random.nextDouble();
  }

  /** Returns a standard normal number. */
  double gaussian() {
    double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
    return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
  }

  /** Returns -1 or +1. */
  int sign() {
    return random.nextDouble() < 0.5 ? 1 : -1;
  }

  /** Fills a part of an array with a unit vector whose direction is uniform on the sphere. */
  void direction(double[] values, int from, int length) {
    double square = 0;
    while (square == 0) {
      for (int i = from; i < from + length; i++) {
        values[i] = gaussian();
        square += values[i] * values[i];
      }
    }
    double norm = Math.sqrt(square);
    for (int i = from; i < from + length; i++) {
      values[i] /= norm;
    }
  }
}
