/**
 * How networks start: distributions for the weights of one layer, which are given to DL4J's {@code
 * weightInit}, and starts of whole networks, which are applied after {@code net.init()} and check
 * first that the network has the shape they are meant for.
 */
@NullMarked
package io.github.implicitbias.nn.init;

import org.jspecify.annotations.NullMarked;
