/** Layers that the papers use and Deeplearning4j does not have. */
package io.github.implicitbias.nn.layer;
