/** Statements about a neuron with bias that learns another neuron, arXiv:2106.01101. */
package io.github.implicitbias.predictions.teacher;
