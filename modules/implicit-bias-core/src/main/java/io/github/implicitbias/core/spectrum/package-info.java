/** Singular values and extreme eigenvalues. */
package io.github.implicitbias.core.spectrum;
