/**
 * Losses with the scale and the precision that statements about training trajectories need.
 *
 * <p>They are ordinary Deeplearning4j loss functions, and tell the tracker their value on plain
 * arrays and their scale.
 */
package io.github.implicitbias.nn.loss;
