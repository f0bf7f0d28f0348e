/**
 * Activation patterns in the layout that storage and page share: packing signs 64 samples to a
 * word, transposing them, comparing them, and the metrics of patterns and flips.
 */
@NullMarked
package io.github.implicitbias.core.pattern;

import org.jspecify.annotations.NullMarked;
