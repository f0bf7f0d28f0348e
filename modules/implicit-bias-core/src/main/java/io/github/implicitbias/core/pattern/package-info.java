/**
 * Activation patterns in the layout that storage and page share, 64 samples to a word, seen from
 * the other side: by sample.
 */
@NullMarked
package io.github.implicitbias.core.pattern;

import org.jspecify.annotations.NullMarked;
