/** Second derivatives of the loss of a stack. */
package io.github.implicitbias.core.curvature;
