/** Activation functions that are exact in the data type of the network. */
package io.github.implicitbias.nn.activation;
