/**
 * Losses with the scale and the precision that statements about training trajectories need. They
 * are ordinary Deeplearning4j loss functions, and tell their value on plain arrays and their scale
 * to whoever observes the training.
 */
@NullMarked
package io.github.implicitbias.nn.loss;

import org.jspecify.annotations.NullMarked;
