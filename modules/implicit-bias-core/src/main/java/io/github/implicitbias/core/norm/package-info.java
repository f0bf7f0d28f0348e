/**
 * Norms of parameters and products of matrices, in double precision and without garbage: what is
 * computed at every record, and therefore has to be cheap.
 */
@NullMarked
package io.github.implicitbias.core.norm;

import org.jspecify.annotations.NullMarked;
