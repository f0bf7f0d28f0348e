/**
 * The laws of ordinary training: statements that are exact at every mini-batch step, one file each.
 * docs/predictions.md has their proofs under "Ordinary training".
 */
@NullMarked
package io.github.implicitbias.predictions.law;

import org.jspecify.annotations.NullMarked;
