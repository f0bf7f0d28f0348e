/**
 * What is computed from the records of a run: the index that is kept of it, series of a bounded
 * number of points, patterns rebuilt from their flips, and counts of flips.
 */
@NullMarked
package io.github.implicitbias.run.history;

import org.jspecify.annotations.NullMarked;
