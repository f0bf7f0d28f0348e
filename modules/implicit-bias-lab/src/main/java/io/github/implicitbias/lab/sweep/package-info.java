/**
 * The same network from starts of many scales: what the scale decides, as numbers and as a diagram
 * of phases.
 */
@NullMarked
package io.github.implicitbias.lab.sweep;

import org.jspecify.annotations.NullMarked;
