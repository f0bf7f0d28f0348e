package io.github.implicitbias.lab.figure;

/** Something that a panel shows, drawn in the order in which it was added. */
interface Layer {

  /** Makes the axes reach what is shown. */
  void stretch(Axis x, Axis y);

  void draw(Scene scene, Plot plot);
}
