/**
 * Norms, products and singular values of plain arrays, in double precision; what is computed at
 * every record makes no garbage.
 */
@NullMarked
package io.github.implicitbias.core.norm;

import org.jspecify.annotations.NullMarked;
