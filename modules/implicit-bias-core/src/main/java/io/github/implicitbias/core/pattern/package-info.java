/**
 * Activation patterns in the layout that storage and page share: packing signs and boundary entries
 * 64 samples to a word, and transposing them.
 */
@NullMarked
package io.github.implicitbias.core.pattern;

import org.jspecify.annotations.NullMarked;
