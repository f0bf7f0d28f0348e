/** The tangent kernel of a stack on the probe. */
package io.github.implicitbias.core.kernel;
