package io.github.implicitbias.lab.figure;

import io.github.implicitbias.lab.figure.Words.Anchor;
import java.util.ArrayList;
import java.util.List;

/** Small pictures side by side in rows, each with a word or two below it. */
final class Pictures extends Pane {

  /** The longest side of a picture that is shown, in pixels. */
  static final int LONGEST = 64;

  private static final double SIZE = 56;
  private static final double GAP = 14;
  private static final double CAPTION = 18;
  private static final double HEAD = 48;

  private final String title;
  private final String explanation;
  private final int perRow;
  private final List<double[]> values = new ArrayList<>();
  private final List<int[]> sizes = new ArrayList<>();
  private final List<String> captions = new ArrayList<>();

  Pictures(String title, String explanation, int perRow) {
    this.title = title;
    this.explanation = explanation;
    this.perRow = perRow;
  }

  /** Adds a picture, see {@link Figure#picture}. */
  void picture(double[] pixels, int width, String caption) {
    int height = width < 1 ? 0 : pixels.length / width;
    if (height < 1 || width > LONGEST || height > LONGEST || width * height != pixels.length) {
      throw new IllegalArgumentException(
          pixels.length
              + " pixels in rows of "
              + width
              + ": give whole rows of a picture of at most "
              + LONGEST
              + " x "
              + LONGEST);
    }
    values.add(pixels.clone());
    sizes.add(new int[] {width, height});
    captions.add(caption);
  }

  private int rows() {
    return (values.size() + perRow - 1) / perRow;
  }

  @Override
  double leftRoom(double plotHeight) {
    return 0;
  }

  @Override
  double rightRoom(double plotHeight) {
    return 0;
  }

  @Override
  double headRoom(double cellWidth, double plotWidth) {
    return HEAD;
  }

  @Override
  double footRoom() {
    return 4;
  }

  @Override
  double plotHeight(double usual) {
    return rows() * (SIZE + CAPTION + GAP);
  }

  @Override
  boolean isCrossed() {
    return false;
  }

  @Override
  void draw(Scene scene, Box cell, Box plot, boolean labelled) {
    double base = cell.top + 15;
    double size = fitting(title, TITLE, true, cell.width());
    scene.add(new Words(title, cell.left, base, size, Anchor.START, Palette.INK).bold());
    size = fitting(explanation, SMALL, false, cell.width());
    scene.add(new Words(explanation, cell.left, base + LINE, size, Anchor.START, Palette.MUTED));
    double step = cell.width() / perRow;
    double side = Math.min(SIZE, step - 4);
    for (int k = 0; k < values.size(); k++) {
      int[] of = sizes.get(k);
      double scale = side / Math.max(of[0], of[1]);
      double x = cell.left + (k % perRow + 0.5) * step;
      double y = plot.top + k / perRow * (SIZE + CAPTION + GAP);
      Box box = new Box(x - scale * of[0] / 2, y, x + scale * of[0] / 2, y + scale * of[1]);
      scene.add(new Raster(values.get(k), of[0], of[1], box));
      double letters = fitting(captions.get(k), TICK, false, step - 2);
      scene.add(new Words(captions.get(k), x, y + SIZE + 15, letters, Anchor.MIDDLE, Palette.INK));
    }
  }
}
