/**
 * The metrics of the library: {@link io.github.implicitbias.core.catalogue.Metrics} names them all.
 * There is a file per subject (norms, distances, alignment, margins, ranks, patterns, flips,
 * gradient, curvature, tangent kernel, units in a plane, reference solutions) and a declaration per
 * metric, with the mathematics that these subjects alone need and what several metrics need of one
 * observation. Support vectors have theirs in {@code core.support}.
 */
@NullMarked
package io.github.implicitbias.core.catalogue;

import org.jspecify.annotations.NullMarked;
