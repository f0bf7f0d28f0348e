/**
 * Second derivatives of the loss of a stack: products of the Hessian with a vector, from which
 * sharpness and the lowest curvature are found without forming it.
 */
@NullMarked
package io.github.implicitbias.core.curvature;

import org.jspecify.annotations.NullMarked;
