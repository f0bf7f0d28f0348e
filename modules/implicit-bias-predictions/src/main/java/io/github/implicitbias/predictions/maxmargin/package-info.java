/** Statements about leaky ReLU networks and the maximum margin, arXiv:2210.07082. */
@NullMarked
package io.github.implicitbias.predictions.maxmargin;

import org.jspecify.annotations.NullMarked;
