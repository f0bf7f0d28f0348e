/** Statements about one ReLU neuron trained on the square loss, arXiv:2202.05510. */
@NullMarked
package io.github.implicitbias.predictions.neuron;

import org.jspecify.annotations.NullMarked;
