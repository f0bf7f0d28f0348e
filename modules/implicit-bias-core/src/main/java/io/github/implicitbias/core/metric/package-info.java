/**
 * What a metric is: a pure function of an {@link io.github.implicitbias.core.metric.Observation},
 * with its definition, its needs and its cadence; and what metrics share of one observation. The
 * library's own metrics are listed by {@code core.catalogue}.
 */
@NullMarked
package io.github.implicitbias.core.metric;

import org.jspecify.annotations.NullMarked;
