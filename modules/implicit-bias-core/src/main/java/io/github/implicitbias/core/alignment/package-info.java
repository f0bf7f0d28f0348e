/**
 * How units are aligned with directions of the data and with each other: cosines, the extremal
 * vectors of a cone of inputs, clusters of units. Pure functions of arrays; the metrics on them are
 * in {@code core.metric}.
 */
@NullMarked
package io.github.implicitbias.core.alignment;

import org.jspecify.annotations.NullMarked;
