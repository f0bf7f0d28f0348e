/**
 * A network as plain arrays: its stack of layers with weights, its loss and the conditions of its
 * training, and the interfaces by which layers and activations of other libraries tell what cannot
 * be read off them.
 */
@NullMarked
package io.github.implicitbias.core.network;

import org.jspecify.annotations.NullMarked;
