package io.github.implicitbias.lab.figure;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.font.FontRenderContext;
import java.awt.font.GlyphVector;

/** A line of text at a place. */
final class Words implements Shape {

  /** Which point of the text is at x. */
  enum Anchor {
    START("start", 0),
    MIDDLE("middle", 0.5),
    END("end", 1);

    private final String name;
    private final double share;

    Anchor(String name, double share) {
      this.name = name;
      this.share = share;
    }
  }

  private static final double HALO = 3;

  private final Text text;
  private final double x;
  private final double y;
  private final double size;
  private final Anchor anchor;
  private final Color colour;
  private boolean bold;
  private boolean haloed;

  /**
   * Places a text.
   *
   * @param y of the line on which the letters stand
   */
  Words(String source, double x, double y, double size, Anchor anchor, Color colour) {
    this.text = Text.of(source);
    this.x = x;
    this.y = y;
    this.size = size;
    this.anchor = anchor;
    this.colour = colour;
  }

  Words bold() {
    bold = true;
    return this;
  }

  /** Keeps what is drawn below at a distance from the letters. */
  Words haloed() {
    haloed = true;
    return this;
  }

  @Override
  public void write(SvgText svg) {
    svg.open("text").with("x", x).with("y", y).with("font-size", size);
    if (anchor != Anchor.START) {
      svg.with("text-anchor", anchor.name);
    }
    if (bold) {
      svg.with("font-weight", "bold");
    }
    if (haloed) {
      svg.with("stroke", Color.WHITE).with("stroke-width", HALO).with("paint-order", "stroke");
    }
    svg.with("fill", colour).content();
    double up = 0;
    for (Text.Part part : text.parts) {
      if (part.shift == up && part.shift == 0) {
        svg.letters(part.letters);
        continue;
      }
      svg.open("tspan").with("dy", (up - part.shift) * size);
      if (part.shift != 0) {
        svg.with("font-size", part.size() * size);
      }
      svg.content().letters(part.letters).close("tspan");
      up = part.shift;
    }
    svg.close("text").line();
  }

  @Override
  public void paint(Graphics2D to) {
    FontRenderContext context = new FontRenderContext(null, true, true);
    int style = bold ? Font.BOLD : Font.PLAIN;
    GlyphVector[] glyphs = new GlyphVector[text.parts.size()];
    double width = 0;
    for (int k = 0; k < glyphs.length; k++) {
      Text.Part part = text.parts.get(k);
      Font font = new Font(Font.SANS_SERIF, style, 1).deriveFont((float) (part.size() * size));
      glyphs[k] = font.createGlyphVector(context, part.letters);
      width += glyphs[k].getLogicalBounds().getWidth();
    }
    double from = x - anchor.share * width;
    for (int k = 0; k < glyphs.length; k++) {
      java.awt.Shape outline =
          glyphs[k].getOutline((float) from, (float) (y - text.parts.get(k).shift * size));
      if (haloed) {
        to.setColor(Color.WHITE);
        to.setStroke(
            new BasicStroke((float) HALO, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 10));
        to.draw(outline);
      }
      to.setColor(colour);
      to.fill(outline);
      from += glyphs[k].getLogicalBounds().getWidth();
    }
  }

  @Override
  public Box bounds() {
    double width = text.width(size, bold);
    double left = x - anchor.share * width;
    boolean raised = text.parts.stream().anyMatch(part -> part.shift > 0);
    double above = (raised ? Text.ABOVE + 0.15 : Text.ABOVE) * size;
    return new Box(left, y - above, left + width, y + Text.BELOW * size);
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
