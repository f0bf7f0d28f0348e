/**
 * Activation functions that are exact in the data type of the network: leaky rectifiers with and
 * without a kink, whose slopes and signs survive rounding. Both tell what observation has to know
 * of them (core's {@code ExposesPreActivation}).
 */
@NullMarked
package io.github.implicitbias.nn.activation;

import org.jspecify.annotations.NullMarked;
