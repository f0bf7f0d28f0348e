/** Checkable statements about training, and their verdicts. */
package io.github.implicitbias.core.prediction;
