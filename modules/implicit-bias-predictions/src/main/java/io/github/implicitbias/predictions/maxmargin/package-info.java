/** Statements about leaky ReLU networks and the maximum margin, arXiv:2210.07082. */
package io.github.implicitbias.predictions.maxmargin;
