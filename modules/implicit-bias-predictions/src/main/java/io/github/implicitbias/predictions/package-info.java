/**
 * Predictions of papers about training, a file each with what several of one family share, and the
 * presets, named sets of metrics and predictions.
 */
@NullMarked
package io.github.implicitbias.predictions;

import org.jspecify.annotations.NullMarked;
