/** How networks start: weights of one layer, and starts of whole networks. */
package io.github.implicitbias.nn.init;
