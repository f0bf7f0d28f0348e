/** First derivatives of the loss of a stack on the probe, from its activations. */
package io.github.implicitbias.core.gradient;
