/** The tangent kernel of a stack on the probe: its Gram matrix, and what is read off it. */
@NullMarked
package io.github.implicitbias.core.kernel;

import org.jspecify.annotations.NullMarked;
