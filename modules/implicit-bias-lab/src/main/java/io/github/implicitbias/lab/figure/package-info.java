/**
 * Figures for slides and documents: panels on a grid, with axes, curves, points, bands, events and
 * cells, as SVG and as PNG of the same drawing.
 *
 * <p>A figure is laid out once, with widths of letters that are known beforehand: the SVG has the
 * same bytes on every machine, and nothing in it collides or is cut off.
 */
@NullMarked
package io.github.implicitbias.lab.figure;

import org.jspecify.annotations.NullMarked;
