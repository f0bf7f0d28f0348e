/**
 * First derivatives of the loss of a stack on the probe, computed from its activations and the loss
 * derivatives at its outputs, never by asking the trained network.
 */
@NullMarked
package io.github.implicitbias.core.gradient;

import org.jspecify.annotations.NullMarked;
