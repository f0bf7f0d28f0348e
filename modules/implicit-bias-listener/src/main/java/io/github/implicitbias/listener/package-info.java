/**
 * The bridge from Deeplearning4j: the listener that watches a network while it trains, what it
 * reads of DL4J's layers, and the way of its records into a {@code StatsStorage}.
 */
@NullMarked
package io.github.implicitbias.listener;

import org.jspecify.annotations.NullMarked;
