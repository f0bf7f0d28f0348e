/** Statements about shallow ReLU networks on orthogonal inputs, arXiv:2206.00939. */
package io.github.implicitbias.predictions.saddle;
