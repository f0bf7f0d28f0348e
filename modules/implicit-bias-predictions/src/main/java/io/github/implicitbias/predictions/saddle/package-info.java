/** Statements about shallow ReLU networks on orthogonal inputs, arXiv:2206.00939. */
@NullMarked
package io.github.implicitbias.predictions.saddle;

import org.jspecify.annotations.NullMarked;
