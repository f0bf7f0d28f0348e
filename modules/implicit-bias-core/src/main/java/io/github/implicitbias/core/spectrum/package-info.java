/**
 * Singular values and extreme eigenvalues, each with the residual it was found to; and what is
 * known by its spectrum: gradient, Hessian and tangent kernel of the loss of the probe, and the
 * plane in which weights lie, with their metrics.
 */
@NullMarked
package io.github.implicitbias.core.spectrum;

import org.jspecify.annotations.NullMarked;
