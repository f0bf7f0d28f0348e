/**
 * The samples on which a run is observed: their features and labels, their names and classes, and
 * how a smaller set is drawn from a larger one.
 */
@NullMarked
package io.github.implicitbias.core.probe;

import org.jspecify.annotations.NullMarked;
