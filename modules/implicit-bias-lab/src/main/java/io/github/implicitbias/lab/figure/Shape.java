package io.github.implicitbias.lab.figure;

import java.awt.Graphics2D;

/** Something that is drawn, in either form. */
interface Shape {

  /** Appends an element of a scalable vector graphic. */
  void write(SvgText svg);

  /** Paints the same with Java2D. */
  void paint(Graphics2D to);

  /** Returns what it covers. */
  Box bounds();
}
