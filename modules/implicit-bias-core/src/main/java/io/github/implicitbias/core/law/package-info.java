/**
 * One step of training as the laws of ordinary training see it: the layers and how they are
 * updated, what the batch has put out, the gradient, and the parameters before and after the step,
 * on plain arrays.
 */
@NullMarked
package io.github.implicitbias.core.law;

import org.jspecify.annotations.NullMarked;
