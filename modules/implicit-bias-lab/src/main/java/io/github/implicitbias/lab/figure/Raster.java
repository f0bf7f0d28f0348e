package io.github.implicitbias.lab.figure;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.ImageIO;

/** A small picture of grey pixels, each drawn as a square, dark where the number is large. */
final class Raster implements Shape {

  private final Box box;
  private final BufferedImage image;

  /**
   * Makes a picture.
   *
   * @param values row by row; white at the smallest, black at the largest
   * @param box where to draw it
   */
  Raster(double[] values, int width, int height, Box box) {
    this.box = box;
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (double value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int k = 0; k < width * height; k++) {
      double dark = most > least ? (values[k] - least) / (most - least) : 0;
      image.getRaster().setSample(k % width, k / width, 0, (int) Math.round(255 * (1 - dark)));
    }
  }

  @Override
  public void write(SvgText svg) {
    svg.open("image")
        .with("x", box.left)
        .with("y", box.top)
        .with("width", box.width())
        .with("height", box.height())
        .with("style", "image-rendering:pixelated")
        .with("href", "data:image/png;base64," + Base64.getEncoder().encodeToString(png()))
        .end();
  }

  private byte[] png() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void paint(Graphics2D to) {
    Object before = to.getRenderingHint(RenderingHints.KEY_INTERPOLATION);
    to.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    AffineTransform place = AffineTransform.getTranslateInstance(box.left, box.top);
    place.scale(box.width() / image.getWidth(), box.height() / image.getHeight());
    to.drawImage(image, place, null);
    if (before != null) {
      to.setRenderingHint(RenderingHints.KEY_INTERPOLATION, before);
    }
  }

  @Override
  public Box bounds() {
    return box;
  }
}
