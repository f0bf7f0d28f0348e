/** Singular values and extreme eigenvalues, each with the residual it was found to. */
@NullMarked
package io.github.implicitbias.core.spectrum;

import org.jspecify.annotations.NullMarked;
