/**
 * Reference solutions that training may be heading for, computed once per probe: minimum norm,
 * maximum margin, teacher, and others; each with the residual it was found to.
 */
@NullMarked
package io.github.implicitbias.core.solution;

import org.jspecify.annotations.NullMarked;
