/**
 * The metrics of the library: {@link io.github.implicitbias.core.catalogue.Metrics} names them all;
 * here are those of norms, distances, alignment, margins, ranks, units and reference solutions, a
 * file per subject and a declaration per metric, with the mathematics of these subjects and what
 * several metrics need of one observation. Patterns, derivatives of the loss and support vectors
 * have theirs in {@code core.pattern}, {@code core.spectrum} and {@code core.support}.
 */
@NullMarked
package io.github.implicitbias.core.catalogue;

import org.jspecify.annotations.NullMarked;
