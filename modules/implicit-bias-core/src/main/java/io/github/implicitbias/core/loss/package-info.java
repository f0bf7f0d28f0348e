/**
 * Losses on plain arrays: what a metric has to know of the loss that a network is trained with, be
 * it one of Deeplearning4j, one of ours, or one of the user's own.
 */
@NullMarked
package io.github.implicitbias.core.loss;

import org.jspecify.annotations.NullMarked;
