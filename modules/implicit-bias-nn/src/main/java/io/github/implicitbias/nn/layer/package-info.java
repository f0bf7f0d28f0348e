/**
 * Layers that the papers use and Deeplearning4j does not have: an output layer with fixed signs,
 * layers whose two halves are computed alike, a single neuron whose activation belongs to the loss.
 */
@NullMarked
package io.github.implicitbias.nn.layer;

import org.jspecify.annotations.NullMarked;
