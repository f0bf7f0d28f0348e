/**
 * Margins of classification, before the output activation: of two classes, of several, and of
 * labels that are -1 and 1.
 */
@NullMarked
package io.github.implicitbias.core.margin;

import org.jspecify.annotations.NullMarked;
