/** Initial parameters that are given rather than drawn. */
package io.github.implicitbias.nn.init;
