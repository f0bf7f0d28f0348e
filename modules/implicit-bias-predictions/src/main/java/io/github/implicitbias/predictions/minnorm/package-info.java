/** Statements about ReLU regression in high dimension, arXiv:2603.04895. */
@NullMarked
package io.github.implicitbias.predictions.minnorm;

import org.jspecify.annotations.NullMarked;
