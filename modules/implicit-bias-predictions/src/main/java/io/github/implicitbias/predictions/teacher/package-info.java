/** Statements about a neuron with bias that learns another neuron, arXiv:2106.01101. */
@NullMarked
package io.github.implicitbias.predictions.teacher;

import org.jspecify.annotations.NullMarked;
