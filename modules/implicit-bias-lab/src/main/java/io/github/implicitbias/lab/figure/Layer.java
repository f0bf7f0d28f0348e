package io.github.implicitbias.lab.figure;

/** Something that a panel shows, drawn in the order in which it was added. */
interface Layer {

  /** Makes the axes reach what is shown. */
  void stretch(Axis x, Axis y);

  /** Returns whether the axes can show any of it. */
  default boolean isShown(Axis x, Axis y) {
    return true;
  }

  void draw(Scene scene, Plot plot);
}
