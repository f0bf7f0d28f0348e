/** Statements about ReLU regression in high dimension, arXiv:2603.04895. */
package io.github.implicitbias.predictions.minnorm;
