/** Statements about one ReLU neuron trained on the square loss, arXiv:2202.05510. */
package io.github.implicitbias.predictions.neuron;
