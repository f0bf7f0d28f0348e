package io.github.implicitbias.run.format;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The features of some samples, for readers to look at: small pictures of 8 bits, or the first of
 * their values. Immutable.
 */
final class ShownRows {

  /** Rows of pixels, columns and values of a sample that there may be. */
  static final int MOST = 64;

  /** Samples that there may be. */
  static final int MOST_SAMPLES = 50;

  static final ShownRows NONE = new ShownRows(false, new int[] {0}, new int[0], new byte[0]);

  final boolean pictures;
  final int[] shape;
  final int[] samples;
  final byte[] content;
  private final Map<Integer, Integer> places = new HashMap<>();

  /**
   * Holds rows.
   *
   * @param pictures true for pictures, false for values
   * @param shape height, width and channels of a picture, or how many values a sample has
   * @param content sample by sample: of a picture the pixels, channel by channel, of values floats
   * @throws IllegalArgumentException if there are too many or too large ones, a sample is there
   *     twice, or the content is not as long as all that
   */
  ShownRows(boolean pictures, int[] shape, int[] samples, byte[] content) {
    this.pictures = pictures;
    this.shape = shape;
    this.samples = samples;
    this.content = content;
    boolean fits = samples.length <= MOST_SAMPLES && shape.length == (pictures ? 3 : 1);
    for (int length : shape) {
      fits &= length >= (samples.length > 0 ? 1 : 0) && length <= MOST;
    }
    fits &= !pictures || shape[2] == 1 || shape[2] == 3;
    for (int k = 0; k < samples.length; k++) {
      fits &= samples[k] >= 0 && places.put(samples[k], k) == null;
    }
    if (!fits || content.length != samples.length * bytesOfOne()) {
      throw new IllegalArgumentException(
          samples.length
              + " samples with "
              + content.length
              + " bytes: give at most 50 different ones, with pictures of up to 64 x 64 pixels of"
              + " 1 or 3 channels, or with up to 64 values");
    }
  }

  /** Returns how many bytes a sample has. */
  private int bytesOfOne() {
    return pictures ? shape[0] * shape[1] * shape[2] : Float.BYTES * shape[0];
  }

  /** Returns the pixels of a sample; empty if they are not there. */
  byte[] picture(int sample) {
    int place = pictures ? places.getOrDefault(sample, -1) : -1;
    byte[] pixels = new byte[place < 0 ? 0 : bytesOfOne()];
    if (place >= 0) {
      System.arraycopy(content, place * pixels.length, pixels, 0, pixels.length);
    }
    return pixels;
  }

  /** Returns the values of a sample; empty if they are not there. */
  float[] values(int sample) {
    int place = pictures ? -1 : places.getOrDefault(sample, -1);
    float[] values = new float[place < 0 ? 0 : shape[0]];
    ByteBuffer bytes = ByteBuffer.wrap(content);
    for (int k = 0; k < values.length; k++) {
      values[k] = bytes.getFloat(Float.BYTES * (place * values.length + k));
    }
    return values;
  }
}
